//! Whom to believe about a client's address: nobody but the proxies that the operator names.

use crate::web::caller::forwarded::{forwarded, x_forwarded_for};
use axum::http::HeaderMap;
use clap::ValueEnum;
use ipnet::{IpNet, Ipv4Net};
use std::net::IpAddr;
use std::str::FromStr;

/// How many hops are looked at, from the right.
const MOST_HOPS: usize = 32;

/// Networks of proxies that are believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// A part of the list is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is neither an address such as 10.0.0.5 nor a network such as 10.0.0.0/8")]
pub struct NoNetwork(String);

impl FromStr for TrustedProxies {
    type Err = NoNetwork;

    /// Addresses and networks, joined by commas; empty for none.
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let network = |part: &str| {
            let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            network.map(canonical).map_err(|_| NoNetwork(part.to_owned()))
        };
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// An IPv4 network that is written as IPv6 (RFC 4291, 2.5.5.2), as IPv4: so are the addresses that
/// are looked for in it.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    let address = mapped.addr().to_ipv4_mapped();
    let v4 = address.and_then(|address| Ipv4Net::new(address, mapped.prefix_len().checked_sub(96)?).ok());
    v4.map_or(network, IpNet::V4)
}

impl TrustedProxies {
    /// Whether nobody is believed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this address is one of theirs.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The header in which the proxies say for whom they speak. One, and not whichever is there:
/// a proxy that writes one of them passes on what a client wrote into the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClientHeader {
    /// `X-Forwarded-For`, which nearly all of them write.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Whom to believe, and where they say it.
#[derive(Debug, Clone)]
pub struct Proxies {
    /// Reverse proxies whose client-address header is trusted.
    pub trusted: TrustedProxies,
    /// The only client-address header that is read.
    pub header: ClientHeader,
    /// Whether everyone who connects is a proxy that is believed: the server listens at a socket in
    /// the file system, and its mode says who may.
    pub all_peers: bool,
}

impl Proxies {
    /// The client's address: the connection's other end, or if that is a trusted proxy, the
    /// last hop in its header that is none. Hops further left are what anybody may have written.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        for (number, hop) in self.hops(headers).into_iter().take(MOST_HOPS).enumerate() {
            let is_believed = (number == 0 && self.all_peers) || self.trusted.holds(client);
            if !is_believed {
                break;
            }
            match hop {
                Some(address) => client = address,
                // Of whom this proxy speaks is unknown; that it is this proxy is certain.
                None => break,
            }
        }
        client
    }

    /// From the right to the left.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let name = match self.header {
            ClientHeader::XForwardedFor => "x-forwarded-for",
            ClientHeader::Forwarded => "forwarded",
        };
        let mut hops = Vec::new();
        for line in headers.get_all(name) {
            match (line.to_str(), self.header) {
                (Ok(line), ClientHeader::XForwardedFor) => hops.extend(x_forwarded_for(line)),
                (Ok(line), ClientHeader::Forwarded) => hops.extend(forwarded(line)),
                (Err(_), _) => hops.push(None),
            }
        }
        hops.reverse();
        hops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ClientHeader, trusted: &str, peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            headers.append(*name, line.parse().unwrap());
        }
        let proxies = Proxies { trusted: trusted.parse().unwrap(), header, all_peers: false };
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    const XFF: ClientHeader = ClientHeader::XForwardedFor;

    #[test]
    fn nobody_is_believed_unasked() {
        let lines = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1")];
        assert_eq!(client(XFF, "", "203.0.113.7", &lines), "203.0.113.7");
        assert_eq!(client(XFF, "10.0.0.0/8", "203.0.113.7", &lines), "203.0.113.7");
        assert_eq!(client(ClientHeader::Forwarded, "10.0.0.0/8", "203.0.113.7", &lines), "203.0.113.7");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_is_the_client() {
        let from = |line| client(XFF, "10.0.0.0/8, 192.168.1.1,fd00::/8", "10.1.2.3", &[("x-forwarded-for", line)]);
        assert_eq!(from("192.0.2.1"), "192.0.2.1");
        // What a client wrote itself stands further left.
        assert_eq!(from("1.1.1.1, 10.9.9.9, 192.0.2.1"), "192.0.2.1");
        assert_eq!(from("1.1.1.1, 192.0.2.1, 192.168.1.1, 10.0.0.2"), "192.0.2.1");
        assert_eq!(from("192.0.2.1, fd00::5"), "192.0.2.1");
        assert_eq!(from("10.0.0.4, 10.0.0.5"), "10.0.0.4");
        assert_eq!(from("192.0.2.1, unknown"), "10.1.2.3");
        assert_eq!(from("192.0.2.1, unknown, 10.0.0.5"), "10.0.0.5");
        assert_eq!(from(""), "10.1.2.3");
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "192.0.2.1")];
        assert_eq!(client(XFF, "10.0.0.0/8", "::ffff:10.1.2.3", &lines), "192.0.2.1");
    }

    #[test]
    fn an_ipv4_address_in_the_list_can_be_written_as_ipv6() {
        let lines = [("x-forwarded-for", "192.0.2.1")];
        for trusted in ["::ffff:10.1.2.3", "::ffff:10.0.0.0/104", "::ffff:0:0/96"] {
            for peer in ["10.1.2.3", "::ffff:10.1.2.3"] {
                assert_eq!(client(XFF, trusted, peer, &lines), "192.0.2.1", "{trusted} {peer}");
            }
        }
        assert_eq!(client(XFF, "::ffff:10.0.0.0/104", "11.0.0.1", &lines), "11.0.0.1");
        assert_eq!(client(XFF, "::ffff:10.1.2.3", "10.1.2.4", &lines), "10.1.2.4");
        // Wider than the addresses that are IPv4: a network of IPv6.
        assert_eq!(client(XFF, "::/0", "2001:db8::1", &lines), "192.0.2.1");
    }

    #[test]
    fn whoever_may_open_the_socket_file_is_believed_and_nobody_behind_it() {
        let client = |line: Option<&str>| {
            let headers =
                line.map(|line| (axum::http::HeaderName::from_static("x-forwarded-for"), line.parse().unwrap()));
            let proxies = Proxies { trusted: TrustedProxies::default(), header: XFF, all_peers: true };
            proxies.client([127, 0, 0, 1].into(), &headers.into_iter().collect()).to_string()
        };
        assert_eq!(client(Some("192.0.2.1")), "192.0.2.1");
        assert_eq!(client(Some("1.1.1.1, 192.0.2.1")), "192.0.2.1");
        // Somebody on this machine who comes through the proxy is no proxy.
        assert_eq!(client(Some("1.1.1.1, 127.0.0.1")), "127.0.0.1");
        assert_eq!(client(None), "127.0.0.1");
    }

    #[test]
    fn only_the_header_that_the_proxies_write_counts() {
        let lines = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=198.51.100.1")];
        assert_eq!(client(XFF, "10.0.0.1", "10.0.0.1", &lines), "192.0.2.1");
        assert_eq!(client(ClientHeader::Forwarded, "10.0.0.1", "10.0.0.1", &lines), "198.51.100.1");
    }

    #[test]
    fn what_is_no_network_is_named() {
        let error = "10.0.0.0/8, proxy.example".parse::<TrustedProxies>().unwrap_err();
        assert!(error.to_string().contains("proxy.example"), "{error}");
        assert!("10.0.0.0/33".parse::<TrustedProxies>().is_err());
    }
}
