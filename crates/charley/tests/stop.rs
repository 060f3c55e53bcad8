//! Starting and stopping the server, as a system or a person at the keyboard does it.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that runs, with what it printed before it was ready and a reader for the rest.
struct Server {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Server {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_charley"))
            .arg("serve")
            .args(args)
            .args(["--data", folder.to_str().expect("a plain path")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        output.read_line(&mut line).expect("it says something");
        let address = line.trim().strip_prefix("Charley is ready: http://").expect("an address").to_owned();
        Self { child, output, address }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill starts");
        assert!(sent.success());
    }

    /// What it printed after its address, and its exit code, once it has ended.
    fn ended(mut self) -> (String, Option<i32>) {
        let mut text = String::new();
        self.output.read_to_string(&mut text).expect("it is text");
        (text, self.child.wait().expect("it ends").code())
    }

    /// A request that is half sent, of which the server has taken the head: it has answered "go on".
    fn half_a_request(&self) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        let head = "POST /theme HTTP/1.1\r\nHost: charley.test\r\nSec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("it is sent");
        let mut answer = [0; 25];
        stream.read_exact(&mut answer).expect("it answers");
        assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream
    }

    /// Waits until it takes no new connection.
    fn until_closed(&self) {
        let started = Instant::now();
        while TcpStream::connect(&self.address).is_ok() {
            assert!(started.elapsed() < Duration::from_secs(60), "it still takes connections");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn asked_to_stop_it_finishes_what_is_under_way() {
    for signal in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::start(folder.path(), &["--listen", "127.0.0.1:0"]);
        let mut request = server.half_a_request();
        server.signal(signal);
        server.until_closed();
        request.write_all(b"theme=night").expect("it is sent");
        let mut answer = String::new();
        request.read_to_string(&mut answer).expect("it is answered");
        assert!(answer.starts_with("HTTP/1.1 303 ") && answer.contains("charley_theme=night"), "{signal}: {answer}");
        let (text, code) = server.ended();
        assert_eq!(code, Some(0), "{signal}: {text}");
        assert!(text.ends_with("Stopping.\n"), "{text}");
        // The database was closed: its log has gone into the file.
        assert!(!folder.path().join("charley.db-wal").exists());
    }
}

#[test]
fn it_does_not_wait_for_ever() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), &["--listen", "127.0.0.1:0"]);
    let request = server.half_a_request();
    server.signal("-TERM");
    let (text, code) = server.ended();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("What took longer than 10 seconds was cut off.\n"), "{text}");
    drop(request);
}

#[test]
fn listening_everywhere_it_says_an_address_that_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), &["--listen", "0.0.0.0:0"]);
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    drop(TcpStream::connect(&server.address).expect("it opens"));
    server.signal("-TERM");
    let (text, code) = server.ended();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("A phone needs one that it can reach: say it with --public-url"), "{text}");
    assert!(text.contains("http://127.0.0.1:"), "{text}");
}
