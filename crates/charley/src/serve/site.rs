//! Where the pages are reached from: public address, proxies, certificate.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use charley_web::site::{Network, Site};
use tokio_rustls::TlsAcceptor;

use super::door;

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Standing {
    /// Address that people open, such as `https://legs.example`: where another program brings https.
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Believe this proxy when it says whom it forwards (address or network; may be given more than once).
    #[arg(long, value_name = "ADDRESS")]
    trusted_proxy: Vec<Network>,
    /// Certificate chain (PEM): Charley brings https itself.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Key of the certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl Standing {
    /// What brings https, when files for it are given.
    pub fn tls(&self) -> anyhow::Result<Option<TlsAcceptor>> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => door::acceptor(cert, key).map(Some),
            _ => Ok(None),
        }
    }

    /// How the server stands in its network.
    pub fn site(&self, listening: SocketAddr, tls: bool) -> Site {
        let scheme = if tls { "https" } else { "http" };
        let here = || format!("{scheme}://{}", openable(listening));
        let address = self.public_url.as_ref().map_or_else(here, |url| url.0.clone());
        let https = address.starts_with("https://");
        let loopback = listening.ip().is_loopback();
        Site {
            reachable: self.public_url.is_some() || !(loopback || listening.ip().is_unspecified()),
            exposed: !loopback && !https,
            proxied: https && !tls,
            proxies: self.trusted_proxy.clone(),
            zone: jiff::tz::TimeZone::system().iana_name().unwrap_or_default().to_owned(),
            address,
            ..Site::default()
        }
    }
}

/// An address that a browser on this machine can open: who listens on all addresses is found on loopback.
pub fn openable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

/// `http://HOST[:PORT]` or `https://HOST[:PORT]`, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim_end_matches('/').to_lowercase();
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | ':' | '[' | ']');
        if host.is_empty() || !host.chars().all(plain) {
            return Err("write it as https://legs.example, with no path after the name".to_owned());
        }
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(listening: &str, public: Option<&str>, tls: bool) -> Site {
        let args = Standing { public_url: public.map(|url| url.parse().unwrap()), ..Standing::default() };
        args.site(listening.parse().unwrap(), tls)
    }

    #[test]
    fn plain_http_off_loopback_is_exposed_and_nothing_else_is() {
        assert!(site("0.0.0.0:80", None, false).exposed);
        assert!(site("0.0.0.0:80", Some("http://legs.example"), false).exposed);
        assert!(!site("0.0.0.0:443", None, true).exposed);
        assert!(!site("0.0.0.0:80", Some("https://legs.example"), false).exposed);
        assert!(!site("127.0.0.1:8417", None, false).exposed && !site("[::1]:8417", None, false).exposed);
    }

    #[test]
    fn an_address_that_is_told_can_be_opened() {
        let told = |listening: &str, tls| {
            let site = site(listening, None, tls);
            (site.address, site.reachable)
        };
        assert_eq!(told("0.0.0.0:8080", false), ("http://127.0.0.1:8080".to_owned(), false));
        assert_eq!(told("[::]:8443", true), ("https://[::1]:8443".to_owned(), false));
        assert_eq!(told("10.0.0.5:8080", false), ("http://10.0.0.5:8080".to_owned(), true));
        let named = site("0.0.0.0:8080", Some("https://legs.example"), false);
        assert_eq!((named.address.as_str(), named.reachable), ("https://legs.example", true));
    }

    #[test]
    fn behind_a_proxy_only_the_proxy_brings_https() {
        assert!(site("0.0.0.0:80", Some("https://legs.example/"), false).proxied);
        assert!(!site("0.0.0.0:443", Some("https://legs.example"), true).proxied);
        assert_eq!(site("127.0.0.1:1", Some("https://Legs.example/"), false).address, "https://legs.example");
        assert!(!site("127.0.0.1:1", None, false).reachable);
    }

    #[test]
    fn a_public_address_has_no_path() {
        for bad in ["legs.example", "https://", "https://legs.example/charley", "ftp://legs.example", "https://a b"] {
            assert!(bad.parse::<PublicUrl>().is_err(), "{bad}");
        }
    }
}
