//! How many connections one address, and the network around it, may have open: whoever opens all
//! that it can takes its own share, and nobody else's.

use crate::web::caller::TrustedProxies;
use ashlink_store::address::Prefix;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// For one address, or the /64 of IPv6: an office whose people share one address, and whose browsers
/// open six connections each and let them go after 15 seconds.
const MOST_OF_ADDRESS: usize = 512;
/// For the network around it.
const MOST_OF_NETWORK: usize = 4 * MOST_OF_ADDRESS;

/// Who has all of its connections already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// One address, or the /64 of IPv6.
    Address,
    /// The network around it.
    Network,
}

impl Level {
    /// From the narrow to the wide one.
    pub const ALL: [Self; 2] = [Self::Address, Self::Network];
}

/// The places for connections, by where they come from.
#[derive(Debug)]
pub(crate) struct Places {
    /// `None` where everybody may have all of them.
    shares: Option<Shares>,
    open: Arc<Mutex<HashMap<Prefix, usize>>>,
}

#[derive(Debug)]
struct Shares {
    address: usize,
    network: usize,
    /// Proxies speak for many.
    exempt: TrustedProxies,
}

/// A connection's place, given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    /// `None` where nothing is counted.
    of: Option<Prefix>,
    open: Arc<Mutex<HashMap<Prefix, usize>>>,
}

impl Places {
    /// Nobody is counted.
    pub(crate) fn unlimited() -> Self {
        Self { shares: None, open: Arc::default() }
    }

    /// Where there are so many in all: one address has at most a quarter of them, and its network
    /// half. The proxies have as many as they want.
    pub(crate) fn shared(most: usize, exempt: TrustedProxies) -> Self {
        let (address, network) = (MOST_OF_ADDRESS.min(most.div_ceil(4)), MOST_OF_NETWORK.min(most.div_ceil(2)));
        Self { shares: Some(Shares { address, network, exempt }), open: Arc::default() }
    }

    /// A place for a connection from this address.
    ///
    /// # Errors
    /// Who has all of its places already.
    pub(crate) fn take(&self, address: IpAddr) -> Result<Place, Level> {
        let open = Arc::clone(&self.open);
        let Some(shares) = self.shares.as_ref().filter(|shares| !shares.exempt.holds(address)) else {
            return Ok(Place { of: None, open });
        };
        let prefix = Prefix::of(address);
        let mut counts = lock(&self.open);
        let count = |prefix| counts.get(&prefix).copied().unwrap_or_default();
        if count(prefix) >= shares.address {
            return Err(Level::Address);
        }
        if count(prefix.network()) >= shares.network {
            return Err(Level::Network);
        }
        for prefix in [prefix, prefix.network()] {
            *counts.entry(prefix).or_default() += 1;
        }
        drop(counts);
        Ok(Place { of: Some(prefix), open })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(prefix) = self.of else { return };
        let mut counts = lock(&self.open);
        for prefix in [prefix, prefix.network()] {
            match counts.get_mut(&prefix) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(counts.remove(&prefix)),
            }
        }
    }
}

fn lock(open: &Mutex<HashMap<Prefix, usize>>) -> MutexGuard<'_, HashMap<Prefix, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes all that this address gets.
    fn all(places: &Places, address: &str) -> (Vec<Place>, Level) {
        let address = address.parse().unwrap();
        let mut taken = Vec::new();
        loop {
            match places.take(address) {
                Ok(place) => taken.push(place),
                Err(level) => return (taken, level),
            }
        }
    }

    #[test]
    fn each_has_its_share() {
        let places = Places::shared(12_000, TrustedProxies::default());
        for (addresses, stranger) in [
            (["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"], "192.0.3.1"),
            (
                ["2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1", "2001:db8:0:4::1"],
                "2001:db9::1",
            ),
        ] {
            let mut held = Vec::new();
            for (number, address) in addresses.into_iter().enumerate() {
                let (taken, level) = all(&places, address);
                let expected = if number < 4 { (MOST_OF_ADDRESS, Level::Address) } else { (0, Level::Network) };
                assert_eq!((taken.len(), level), expected, "{address}");
                held.extend(taken);
            }
            assert!(places.take(stranger.parse().unwrap()).is_ok());
            drop(held);
        }
        assert!(lock(&places.open).is_empty(), "nobody is remembered");
    }

    #[test]
    fn few_places_are_shared_too() {
        let places = Places::shared(128, TrustedProxies::default());
        let (first, level) = all(&places, "192.0.2.1");
        assert_eq!((first.len(), level), (32, Level::Address));
    }

    #[test]
    fn proxies_speak_for_many() {
        let places = Places::shared(12_000, "192.0.2.1".parse().unwrap());
        let from_proxy: Vec<_> =
            (0..3_000).map(|_| places.take("::ffff:192.0.2.1".parse().unwrap()).unwrap()).collect();
        assert!(places.take("192.0.2.2".parse().unwrap()).is_ok());
        assert_eq!(from_proxy.len(), 3_000);
        assert!(lock(&places.open).is_empty());
    }
}
