//! The door: plain connections, or https with the operator's own certificate.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Whoever has not finished shaking hands by then is sent away.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes that wait to be served; further connections wait in the system's own queue.
const WAITING: usize = 64;

/// Bytes both ways.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Wire for T {}

/// Where connections come in.
pub enum Door {
    /// As they are.
    Plain(TcpListener),
    /// After a handshake. Handshakes run side by side, so that a slow one holds nobody up.
    Secure {
        /// Connections that are ready.
        ready: mpsc::Receiver<(Box<dyn Wire>, SocketAddr)>,
        /// Where it listens.
        address: io::Result<SocketAddr>,
    },
}

impl Door {
    /// Opens it.
    pub fn open(listener: TcpListener, tls: Option<TlsAcceptor>) -> Self {
        let Some(tls) = tls else { return Self::Plain(listener) };
        let address = listener.local_addr();
        let (send, ready) = mpsc::channel::<(Box<dyn Wire>, SocketAddr)>(WAITING);
        tokio::spawn(async move {
            let mut listener = listener;
            while let Ok(place) = send.clone().reserve_owned().await {
                let (stream, peer) = Listener::accept(&mut listener).await;
                let tls = tls.clone();
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                        place.send((Box::new(stream), peer));
                    }
                });
            }
        });
        Self::Secure { ready, address }
    }
}

impl Listener for Door {
    type Io = Box<dyn Wire>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self {
            Self::Plain(listener) => {
                let (stream, peer): (TcpStream, SocketAddr) = Listener::accept(listener).await;
                (Box::new(stream), peer)
            }
            Self::Secure { ready, .. } => match ready.recv().await {
                Some(connection) => connection,
                // The task above never ends while the server runs.
                None => std::future::pending().await,
            },
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Plain(listener) => listener.local_addr(),
            Self::Secure { address, .. } => match address {
                Ok(address) => Ok(*address),
                Err(error) => Err(error.kind().into()),
            },
        }
    }
}

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Met(pub SocketAddr);

impl Connected<IncomingStream<'_, Door>> for Met {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Reads certificate and key.
pub fn acceptor(cert: &Path, key: &Path) -> anyhow::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot read certificates from {}", cert.display()))?;
    let key_read =
        PrivateKeyDer::from_pem_file(key).with_context(|| format!("cannot read a key from {}", key.display()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key_read)
        .with_context(|| format!("{} and {} do not fit together", cert.display(), key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
