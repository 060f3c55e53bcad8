//! A mail server for one test: it speaks as much SMTP (RFC 5321, 3207) as a client needs, and writes down what it is told.

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How it answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manners {
    /// Says that it can begin to encrypt.
    pub offers_tls: bool,
    /// Its answer to a recipient; empty: takes it.
    pub recipient: &'static str,
    /// Its answer to a whole letter; empty: takes it.
    pub letter: &'static str,
}

/// What it was told in one connection.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Commands in order.
    pub commands: Vec<String>,
    /// The letter, with the dots taken out that the protocol puts in; empty when none came.
    pub letter: String,
}

/// A server that takes one connection, and where it is.
pub struct Server {
    pub address: std::net::SocketAddr,
    heard: JoinHandle<std::io::Result<Heard>>,
}

impl Server {
    pub async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = tokio::spawn(async move { converse(listener.accept().await?.0, manners).await });
        Self { address, heard }
    }

    /// What it heard, once the client has hung up.
    pub async fn heard(self) -> Heard {
        self.heard.await.unwrap().unwrap()
    }
}

async fn converse(stream: TcpStream, manners: Manners) -> std::io::Result<Heard> {
    let mut stream = BufReader::new(stream);
    let mut heard = Heard::default();
    answer(&mut stream, "220 mail.example ESMTP").await?;
    while let Some(command) = line(&mut stream).await? {
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        heard.commands.push(command);
        match verb.as_str() {
            "EHLO" if manners.offers_tls => answer(&mut stream, "250-mail.example\r\n250 STARTTLS").await?,
            "EHLO" => answer(&mut stream, "250-mail.example\r\n250 8BITMIME").await?,
            "STARTTLS" => answer(&mut stream, "454 4.7.0 TLS not available due to a temporary reason").await?,
            "RCPT" if !manners.recipient.is_empty() => answer(&mut stream, manners.recipient).await?,
            "MAIL" | "RCPT" | "RSET" | "NOOP" => answer(&mut stream, "250 2.0.0 OK").await?,
            "DATA" => {
                answer(&mut stream, "354 End data with <CR><LF>.<CR><LF>").await?;
                while let Some(text) = line(&mut stream).await?.filter(|text| text != ".") {
                    heard.letter.push_str(text.strip_prefix('.').unwrap_or(&text));
                    heard.letter.push_str("\r\n");
                }
                let taken = if manners.letter.is_empty() { "250 2.0.0 OK" } else { manners.letter };
                answer(&mut stream, taken).await?;
            }
            "QUIT" => answer(&mut stream, "221 2.0.0 Bye").await?,
            _ => answer(&mut stream, "502 5.5.2 Not known").await?,
        }
    }
    Ok(heard)
}

async fn line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut text = String::new();
    match stream.read_line(&mut text).await {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned())),
        // The client may hang up without a word.
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(None),
        Err(error) => Err(error),
    }
}

async fn answer(stream: &mut BufReader<TcpStream>, text: &str) -> std::io::Result<()> {
    stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await
}
