//! What of an address stands for one caller, and for the network around it.

use std::net::IpAddr;

/// What limits count by. For one caller: an IPv4 address, or the /64 of an IPv6 address, which is
/// what one customer gets at least (RFC 6177), so that whoever has it has all of its addresses. Above
/// that the network, which is what one organisation or server farm gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// All 32 bits.
    V4([u8; 4]),
    /// The first 64 bits.
    V6([u8; 8]),
    /// The first 24 bits, a network.
    V4Network([u8; 3]),
    /// The first 48 bits, a network.
    V6Network([u8; 6]),
}

impl Prefix {
    /// Of this address. An IPv4 address written as IPv6 (RFC 4291, 2.5.5.2) is IPv4.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let octets = address.octets();
                Self::V6(std::array::from_fn(|index| octets[index]))
            }
        }
    }

    /// The network around it: the /24 of an IPv4 address, the /48 of an IPv6 address. A network's is
    /// itself.
    #[must_use]
    pub fn network(self) -> Self {
        match self {
            Self::V4([a, b, c, _]) => Self::V4Network([a, b, c]),
            Self::V6([a, b, c, d, e, f, ..]) => Self::V6Network([a, b, c, d, e, f]),
            Self::V4Network(_) | Self::V6Network(_) => self,
        }
    }

    /// Its bytes; no two prefixes share them, since their lengths differ.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::V4(bytes) => bytes,
            Self::V6(bytes) => bytes,
            Self::V4Network(bytes) => bytes,
            Self::V6Network(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Prefix {
        Prefix::of(text.parse().unwrap())
    }

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_network() {
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn a_network_is_wider_and_no_caller() {
        let network = |text: &str| of(text).network();
        assert_eq!(network("192.0.2.1"), network("192.0.2.254"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:ffff::1"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
        for text in ["192.0.2.1", "2001:db8::1"] {
            assert_eq!(network(text).network(), network(text));
        }
        let mut lengths = ["192.0.2.1", "2001:db8::1"]
            .map(|text| [of(text).as_bytes().len(), network(text).as_bytes().len()])
            .concat();
        lengths.sort_unstable();
        assert_eq!(lengths, [3, 4, 6, 8]);
    }
}
