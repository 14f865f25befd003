//! What of an address stands for one caller, and for the network around it.

use std::net::IpAddr;

/// What limits count by. For one caller: an IPv4 address, or the /64 of an IPv6 address, which is
/// what one customer gets at least (RFC 6177), so that whoever has it has all of its addresses. Above
/// that the network, which is what one organisation or server farm gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// All 32 bits of an IPv4 address.
    V4([u8; 4]),
    /// The first 64 bits.
    V6([u8; 8]),
    /// The first 24 bits of an IPv4 address.
    V4Network([u8; 3]),
    /// The first 48 bits of an IPv6 address.
    V6Network([u8; 6]),
}

impl Prefix {
    /// Of this address. An IPv4 address written as IPv6 is IPv4: as a socket has it (RFC 4291,
    /// 2.5.5.2), and as a translator between the two has it under the prefix 64:ff9b::/96 (RFC 6052,
    /// 2.1), under which all of IPv4 would be one caller otherwise.
    ///
    /// 64:ff9b:1::/48 (RFC 8215) is for translators within one network and stays IPv6: where in such an
    /// address the IPv4 address stands depends on a length that its operator chooses, and anybody in that
    /// network may choose the rest.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => match address.octets() {
                [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] => Self::V4([a, b, c, d]),
                octets => Self::V6(std::array::from_fn(|index| octets[index])),
            },
        }
    }

    /// The network above it, which one customer can have as a whole: the /24 of an IPv4 address,
    /// the /48 of an IPv6 one (RFC 6177). A network is its own.
    #[must_use]
    pub fn network(self) -> Self {
        match self {
            Self::V4([a, b, c, _]) => Self::V4Network([a, b, c]),
            Self::V6(bytes) => Self::V6Network(std::array::from_fn(|index| bytes[index])),
            Self::V4Network(_) | Self::V6Network(_) => self,
        }
    }

    /// About what one provider has: the first 16 bits of IPv4, 32 of IPv6.
    #[must_use]
    pub fn region(&self) -> &[u8] {
        match self {
            Self::V4(_) | Self::V4Network(_) => &self.as_bytes()[..2],
            Self::V6(_) | Self::V6Network(_) => &self.as_bytes()[..4],
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
    fn a_translated_ipv4_address_is_that_address() {
        assert_eq!(of("64:ff9b::192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("64:ff9b::192.0.2.1"), of("64:ff9b::192.0.2.2"));
        assert_eq!(of("64:ff9b::192.0.2.1").network(), of("192.0.2.200").network());
        assert_eq!(of("64:ff9b::192.0.2.1").region(), of("192.0.2.1").region());
        // Beside that prefix, and in the one for local use, it is an IPv6 address like others.
        assert_eq!(of("64:ff9b::1:192.0.2.1"), of("64:ff9b::1:192.0.2.2"));
        assert_eq!(of("64:ff9b:1::192.0.2.1"), of("64:ff9b:1::192.0.2.2"));
    }

    #[test]
    fn a_network_holds_many_clients_and_a_region_many_networks() {
        assert_eq!(of("192.0.2.1").network(), of("192.0.2.200").network());
        assert_ne!(of("192.0.2.1").network(), of("192.0.3.1").network());
        assert_eq!(of("2001:db8:1:2::1").network(), of("2001:db8:1:ffff::1").network());
        assert_ne!(of("2001:db8:1:2::1").network(), of("2001:db8:2:2::1").network());
        for address in ["192.0.2.1", "2001:db8:1:2::1"] {
            let network = of(address).network();
            assert_eq!(network.network(), network);
            assert_eq!(network.region(), of(address).region());
        }
        assert_eq!(of("192.0.2.1").region(), of("192.0.99.1").region());
        assert_ne!(of("192.0.2.1").region(), of("192.1.2.1").region());
        assert_eq!(of("2001:db8:1::1").region(), of("2001:db8:ffff::1").region());
        assert_ne!(of("2001:db8:1::1").region(), of("2001:db9:1::1").region());
    }
}
