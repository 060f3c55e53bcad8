//! Messages by ntfy: one POST to the operator's server. A small client of our own, on what the tree holds anyway.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::run::{Outgoing, SendError, Sender};

/// A server that has not answered by then is busy.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why the operator's settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use this ntfy server: write it as https://ntfy.example")]
pub struct Unusable;

/// An ntfy server. Topics come from people; the server never does, so that nobody can point us at another.
#[derive(Clone)]
pub struct Ntfy {
    host: String,
    port: u16,
    folder: String,
    tls: Option<TlsConnector>,
}

impl Ntfy {
    /// A server by its URL, `https://HOST[:PORT][/FOLDER]`.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn new(url: &str) -> Result<Self, Unusable> {
        let url: Uri = url.parse().map_err(|_| Unusable)?;
        let https = match url.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(Unusable),
        };
        let host = url.host().filter(|host| !host.is_empty()).ok_or(Unusable)?.to_owned();
        let port = url.port_u16().unwrap_or(if https { 443 } else { 80 });
        let tls = if https { Some(connector()?) } else { None };
        Ok(Self { host, port, folder: url.path().trim_end_matches('/').to_owned(), tls })
    }

    async fn post(&self, message: &Outgoing) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect((self.host.trim_matches(['[', ']']), self.port)).await?;
        match &self.tls {
            None => self.request(stream, message).await,
            Some(tls) => {
                let name = ServerName::try_from(self.host.trim_matches(['[', ']']).to_owned())?;
                self.request(tls.connect(name, stream).await?, message).await
            }
        }
    }

    async fn request<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: S,
        message: &Outgoing,
    ) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>> {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        // The text is the body, because a header holds ASCII only.
        let text = if message.text.is_empty() { message.title.clone() } else { message.text.clone() };
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/{}", self.folder, message.to))
            .header(header::HOST, format!("{}:{}", self.host, self.port))
            .header(header::CONTENT_LENGTH, text.len())
            .header("title", &message.title)
            .header("click", &message.link)
            .body(Full::new(Bytes::from(text)))?;
        let status = sender.send_request(request).await?.status();
        connection.abort();
        Ok(status)
    }
}

fn connector() -> Result<TlsConnector, Unusable> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| Unusable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[async_trait]
impl Sender for Ntfy {
    async fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        match tokio::time::timeout(PATIENCE, self.post(message)).await {
            Ok(Ok(status)) if status.is_success() => Ok(()),
            Ok(Ok(status)) if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                Err(SendError::Never(format!("the server says {status}")))
            }
            Ok(Ok(status)) => Err(SendError::Later(format!("the server says {status}"))),
            Ok(Err(error)) => Err(SendError::Later(error.to_string())),
            Err(_) => Err(SendError::Later("the server does not answer".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one request and returns it.
    async fn once(listener: TcpListener, answer: &'static str) -> String {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut got = Vec::new();
        while !got.ends_with("é".as_bytes()) {
            let mut part = [0; 1024];
            let read = stream.read(&mut part).await.unwrap();
            assert_ne!(read, 0, "the whole text comes");
            got.extend_from_slice(&part[..read]);
        }
        stream.write_all(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await.unwrap();
        String::from_utf8(got).unwrap()
    }

    async fn send(answer: &'static str) -> (Result<(), SendError>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ntfy = Ntfy::new(&format!("http://{}/base/", listener.local_addr().unwrap())).unwrap();
        let message = Outgoing {
            id: "x".to_owned(),
            to: "anna-1".to_owned(),
            title: "Evening check".to_owned(),
            text: "At the café".to_owned(),
            link: "https://home.example/bedtime".to_owned(),
            visit: None,
        };
        let server = tokio::spawn(once(listener, answer));
        let sent = ntfy.send(&message).await;
        (sent, server.await.unwrap())
    }

    #[tokio::test]
    async fn a_push_message_is_neutral_and_its_answer_decides() {
        let (sent, request) = send("200 OK").await;
        assert!(sent.is_ok());
        assert!(request.starts_with("POST /base/anna-1 HTTP/1.1\r\n"), "{request}");
        assert!(
            request.contains("title: Evening check\r\n") && request.contains("click: https://home.example/bedtime")
        );
        assert!(matches!(send("403 Forbidden").await.0, Err(SendError::Never(_))));
        assert!(matches!(send("429 Too Many Requests").await.0, Err(SendError::Later(_))));
        assert!(matches!(send("503 Service Unavailable").await.0, Err(SendError::Later(_))));
    }

    #[tokio::test]
    async fn servers_are_http_or_https() {
        assert!(Ntfy::new("https://ntfy.example").is_ok());
        for bad in ["ntfy.example", "file:///etc/passwd", "https://", ""] {
            assert!(Ntfy::new(bad).is_err(), "{bad}");
        }
    }
}
