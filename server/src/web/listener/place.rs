//! Where to listen, as `ASHLINK_LISTEN` says it.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// The most bytes of a socket's path. Linux takes 107; the socket is made under a name that is
/// longer by a process's number.
const LONGEST_PATH: usize = 96;

/// An address and a port, or the path of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// Such as `127.0.0.1:3000`.
    Tcp(SocketAddr),
    /// Such as `unix:/run/ashlink/server.sock`.
    Unix(PathBuf),
}

/// A text is neither of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// It is no address with a port; a name, or a port alone, would leave open which address is meant.
    #[error(
        "must be an address with a port, such as 127.0.0.1:3000 (this machine alone), 0.0.0.0:3000 or [::]:3000 \
         (every address), or unix:PATH"
    )]
    Address,
    /// There is no file name in it.
    #[error("must name a socket, such as unix:/run/ashlink/server.sock")]
    Path,
    /// The system takes no longer ones.
    #[error("may have a path of {LONGEST_PATH} bytes at most")]
    TooLong,
}

impl FromStr for Listen {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let Some(path) = text.strip_prefix("unix:") else {
            return text.parse().map(Self::Tcp).map_err(|_| NoPlace::Address);
        };
        let (place, len) = (PathBuf::from(path), path.len());
        match place.file_name() {
            None => Err(NoPlace::Path),
            Some(_) if path.ends_with('/') || path.contains('\0') => Err(NoPlace::Path),
            Some(_) if len > LONGEST_PATH => Err(NoPlace::TooLong),
            Some(_) => Ok(Self::Unix(place)),
        }
    }
}

impl Listen {
    /// Where a server that listens there is found from the same machine: an address that stands for
    /// all of them cannot be connected to everywhere.
    #[must_use]
    pub fn reachable(&self) -> Self {
        let Self::Tcp(address) = self else { return self.clone() };
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        Self::Tcp(SocketAddr::new(ip, address.port()))
    }
}

impl Display for Listen {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => Display::fmt(address, f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_socket() {
        for text in ["127.0.0.1:3000", "[::1]:80", "unix:/run/ashlink/server.sock", "unix:here.sock"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["", "3000", ":3000", "localhost:3000", "*:3000", "127.0.0.1", "::1:80", "/run/x.sock"] {
            let words = text.parse::<Listen>().unwrap_err().to_string();
            assert!(words.contains("such as 127.0.0.1:3000") && words.contains("unix:PATH"), "{text}: {words}");
        }
        for text in ["unix:", "unix:/", "unix:/run/", "unix:..", "unix:/run/\0"] {
            assert_eq!(text.parse::<Listen>(), Err(NoPlace::Path), "{text}");
        }
        assert_eq!(format!("unix:/{}", "x".repeat(96)).parse::<Listen>(), Err(NoPlace::TooLong));
    }

    #[test]
    fn every_address_is_asked_through_the_loopback_interface() {
        for (listen, asked) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::]:3000", "[::1]:3000"),
            ("192.0.2.7:80", "192.0.2.7:80"),
            ("[::1]:80", "[::1]:80"),
            ("unix:/run/a.sock", "unix:/run/a.sock"),
        ] {
            assert_eq!(listen.parse::<Listen>().unwrap().reachable().to_string(), asked);
        }
    }
}
