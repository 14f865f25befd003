//! What of an address stands for one client.

use std::net::IpAddr;

/// An IPv4 address, or the /64 of an IPv6 address, which is what one customer gets at least
/// (RFC 6177): whoever has it has all of its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// All 32 bits.
    V4([u8; 4]),
    /// The first 64 bits.
    V6([u8; 8]),
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

    /// Its bytes; no two prefixes share them, since their lengths differ.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::V4(bytes) => bytes,
            Self::V6(bytes) => bytes,
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
}
