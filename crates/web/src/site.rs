//! Where these pages are reached from, and who may be believed about it.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use axum::http::request::Parts;

/// How the server stands in its network.
#[derive(Debug, Clone)]
pub struct Site {
    /// The address that people open, without a slash at the end.
    pub address: String,
    /// Other devices can open the address: it is not this machine's own loopback.
    pub reachable: bool,
    /// True when names and passwords would travel readable for others: off loopback on plain http.
    pub exposed: bool,
    /// Https is brought by a proxy: whoever comes past it sends in the open.
    pub proxied: bool,
    /// Proxies that are believed when they say whom they forward.
    pub proxies: Vec<Network>,
    /// IANA time zone of the machine: the first choice in lists, never more than that.
    pub zone: String,
    /// Reminders can be sent by e-mail.
    pub mail: bool,
    /// The ntfy server that reminders may be sent to; empty for none.
    pub ntfy: String,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            address: "http://127.0.0.1:8417".to_owned(),
            reachable: false,
            exposed: false,
            proxied: false,
            proxies: Vec::new(),
            zone: String::new(),
            mail: false,
            ntfy: String::new(),
        }
    }
}

impl Site {
    /// The visitor's address, for throttling: the peer's, or what a trusted proxy says. Of an IPv6 address only the
    /// network counts, because one visitor has a whole network of them. Empty when the peer is not known.
    pub fn visitor(&self, parts: &Parts) -> String {
        let Some(Peer(peer)) = parts.extensions.get::<Peer>() else {
            return String::new();
        };
        match self.client(peer.ip(), &parts.headers) {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                Ipv6Addr::from(network).to_string()
            }
        }
    }

    /// True when nobody on the way can read what this visitor sends.
    pub fn shelters(&self, parts: &Parts) -> bool {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip().to_canonical());
        let forwarded = ["x-forwarded-for", "forwarded"].iter().any(|name| parts.headers.contains_key(*name));
        // From this machine to this machine nothing goes over a wire; a proxy beside us says that it forwards.
        let here = !forwarded && peer.is_some_and(|peer| peer.is_loopback());
        let by_proxy = peer.is_none_or(|peer| peer.is_loopback() || self.proxies.iter().any(|known| known.holds(peer)));
        here || (!self.exposed && (!self.proxied || by_proxy))
    }

    /// The nearest address that is no trusted proxy, walking back from the peer.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut at = peer.to_canonical();
        let told = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let told: Vec<&str> = told.flat_map(|value| value.split(',')).collect();
        for hop in told.iter().rev() {
            if !self.proxies.iter().any(|network| network.holds(at)) {
                break;
            }
            let Some(address) = address_of(hop.trim()) else { break };
            at = address;
        }
        at
    }
}

/// Reads `203.0.113.7`, `203.0.113.7:5000`, `2001:db8::1` or `[2001:db8::1]:5000`.
fn address_of(text: &str) -> Option<IpAddr> {
    let plain = text.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(text);
    let address = plain.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

/// The other end of a connection. The server puts it on each request as an extension.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// A network such as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// True when the address lies in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                same(u32::from(base).into(), u32::from(address).into(), 32 - self.bits)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => same(base.into(), address.into(), 128 - self.bits),
            _ => false,
        }
    }
}

/// True when two addresses differ in nothing but the last `free` bits.
fn same(one: u128, other: u128, free: u8) -> bool {
    (one ^ other).checked_shr(free.into()).unwrap_or(0) == 0
}

/// Why a network cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an address such as 10.0.0.2, or a network such as 10.0.0.0/8")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
        let base: IpAddr = base.parse().map_err(|_| NotANetwork)?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| NotANetwork))?;
        if bits > most { Err(NotANetwork) } else { Ok(Self { base, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let proxies = proxies.iter().map(|text| text.parse().unwrap()).collect();
        let site = Site { proxies, ..Site::default() };
        let mut request = axum::http::Request::builder();
        for value in forwarded {
            request = request.header("x-forwarded-for", *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(Peer(SocketAddr::new(peer.parse().unwrap(), 5000)));
        site.visitor(&parts)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(visitor("198.51.100.9", &["203.0.113.7"], &[]), "198.51.100.9");
        assert_eq!(visitor("10.0.0.2", &["203.0.113.7"], &["10.0.0.0/8"]), "203.0.113.7");
        assert_eq!(visitor("10.0.0.2", &["203.0.113.7"], &["10.0.0.3"]), "10.0.0.2");
    }

    #[test]
    fn what_the_visitor_wrote_before_the_proxy_is_not_believed() {
        assert_eq!(visitor("10.0.0.2", &["1.1.1.1, 203.0.113.7"], &["10.0.0.2"]), "203.0.113.7");
        assert_eq!(visitor("10.0.0.2", &["1.1.1.1", "203.0.113.7, 10.0.0.3"], &["10.0.0.0/8"]), "203.0.113.7");
        assert_eq!(visitor("10.0.0.2", &["nonsense"], &["10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn ipv6_counts_by_network_and_ports_are_dropped() {
        assert_eq!(visitor("10.0.0.2", &["[2001:db8:1:2:3::4]:99"], &["10.0.0.2"]), "2001:db8:1:2::");
        assert_eq!(visitor("::ffff:10.0.0.2", &["203.0.113.7:99"], &["10.0.0.2/32"]), "203.0.113.7");
        assert_eq!(visitor("::1", &["203.0.113.7"], &["::1"]), "203.0.113.7");
    }

    #[test]
    fn only_the_way_past_everybody_else_shelters() {
        let shelters = |peer: &str, forwarded: bool, exposed: bool, proxied: bool| {
            let proxies = vec!["10.0.0.2".parse().unwrap()];
            let site = Site { exposed, proxied, proxies, ..Site::default() };
            let request = axum::http::Request::builder();
            let request = if forwarded { request.header("x-forwarded-for", "203.0.113.7") } else { request };
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            parts.extensions.insert(Peer(SocketAddr::new(peer.parse().unwrap(), 5000)));
            site.shelters(&parts)
        };
        assert!(shelters("127.0.0.1", false, true, false), "this machine itself");
        assert!(!shelters("127.0.0.1", true, true, false), "a plain proxy beside us");
        assert!(!shelters("192.168.1.9", false, true, false), "a phone on plain http");
        assert!(shelters("10.0.0.2", true, false, true) && shelters("127.0.0.1", true, false, true), "the https proxy");
        assert!(!shelters("192.168.1.9", false, false, true), "past the proxy");
        assert!(shelters("192.168.1.9", false, false, false), "our own https");
    }

    #[test]
    fn networks_are_read_with_care() {
        for bad in ["", "10.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/x", "proxy.example"] {
            assert_eq!(bad.parse::<Network>(), Err(NotANetwork), "{bad}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().holds("203.0.113.7".parse().unwrap()));
        assert!(!"0.0.0.0/0".parse::<Network>().unwrap().holds("2001:db8::1".parse().unwrap()));
    }
}
