//! Who may keep how much: what is stored from one address has a quarter of the store at most.
//!
//! A store keeps no address with a secret, and no tag of one, but a number of 12 bits: which of 4096
//! groups the address falls into, under a key that lives as long as what is stored. A million IPv4
//! addresses share a group, so the number names nobody; and of those who share one by chance, one
//! in 4096 meets somebody who has filled it.

use super::TOMBSTONE_MILLIS;
use crate::address::Prefix;
use ashlink_core::api::Ttl;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// For how long a key must live after its last use, in milliseconds: as long as any record.
pub const KEY_MILLIS: u64 = Ttl::MAX.as_millis() + TOMBSTONE_MILLIS;

/// What one address may keep in a store that may hold so many bytes.
#[must_use]
pub const fn of(limit: u64) -> u64 {
    limit / 4
}

/// Whether somebody who keeps so much in a store of this limit may add so much. One secret of any
/// size may be kept by whoever has next to nothing yet, or a small store would take no large ones.
#[must_use]
pub const fn allows(limit: u64, held: u64, more: u64) -> bool {
    held.saturating_add(more) <= of(limit) || held <= of(limit) / 16
}

/// Which of [`QuotaGroup::COUNT`] groups an address falls into: an IPv4 address, or an IPv6 /48,
/// which is what one customer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub struct QuotaGroup(u16);

/// A number is not that of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such quota group")]
pub struct NoGroup;

impl QuotaGroup {
    /// How many groups there are.
    pub const COUNT: usize = 1 << 12;

    fn place(self) -> usize {
        self.0.into()
    }
}

impl From<QuotaGroup> for u16 {
    fn from(group: QuotaGroup) -> Self {
        group.0
    }
}

impl TryFrom<u16> for QuotaGroup {
    type Error = NoGroup;

    fn try_from(number: u16) -> Result<Self, NoGroup> {
        if usize::from(number) < Self::COUNT { Ok(Self(number)) } else { Err(NoGroup) }
    }
}

/// Finds the groups of addresses. It lives as long as what is stored, since records hold them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct QuotaKey([u8; 32]);

impl QuotaKey {
    /// One that was kept.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// 32 bytes of the system's random numbers, for a store that has no key yet.
    #[must_use]
    pub fn fresh() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("without random numbers nothing here can be done safely");
        Self(bytes)
    }

    /// The bytes, to be kept.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The group of an address.
    #[must_use]
    pub fn group(&self, address: Prefix) -> QuotaGroup {
        let holder = match address {
            Prefix::V4(_) => address,
            Prefix::V6(_) | Prefix::V4Network(_) | Prefix::V6Network(_) => address.network(),
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        mac.update(holder.as_bytes());
        let code = mac.finalize().into_bytes();
        QuotaGroup(u16::from_be_bytes([code[0], code[1]]) % QuotaGroup::COUNT as u16)
    }
}

/// Bytes that each group keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByGroup(Box<[u64]>);

impl Default for ByGroup {
    fn default() -> Self {
        Self(vec![0; QuotaGroup::COUNT].into())
    }
}

impl ByGroup {
    /// What this one keeps.
    #[must_use]
    pub fn of(&self, group: QuotaGroup) -> u64 {
        self.0[group.place()]
    }

    /// It keeps so much more.
    pub fn add(&mut self, group: QuotaGroup, bytes: u64) {
        let held = &mut self.0[group.place()];
        *held = held.saturating_add(bytes);
    }

    /// It keeps so much less.
    pub fn subtract(&mut self, group: QuotaGroup, bytes: u64) {
        let held = &mut self.0[group.place()];
        *held = held.saturating_sub(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        Prefix::of(text.parse().unwrap())
    }

    #[test]
    fn a_group_is_that_of_an_address_or_of_a_48() {
        let key = QuotaKey::new([7; 32]);
        let group = |text| key.group(prefix(text));
        assert_eq!(group("2001:db8:1:2::1"), group("2001:db8:1:ffff::9"));
        assert_ne!(group("2001:db8:1:2::1"), group("2001:db8:2:2::1"));
        assert_ne!(group("192.0.2.1"), group("192.0.2.2"));
        assert_ne!(QuotaKey::new([8; 32]).group(prefix("192.0.2.1")), group("192.0.2.1"));
        // All of them are in use, and about as much.
        let mut met = ByGroup::default();
        for n in 0..16 * QuotaGroup::COUNT as u32 {
            met.add(key.group(Prefix::V4(n.to_be_bytes())), 1);
        }
        assert!(met.0.iter().all(|count| (1..64).contains(count)));
    }

    #[test]
    fn a_number_beyond_the_last_group_is_none() {
        assert!(QuotaGroup::try_from(4095).is_ok());
        assert_eq!(QuotaGroup::try_from(4096), Err(NoGroup));
        assert!(postcard::from_bytes::<QuotaGroup>(&postcard::to_allocvec(&4096_u16).unwrap()).is_err());
    }

    #[test]
    fn nobody_keeps_more_than_a_quarter_but_for_one_large_secret() {
        assert!(allows(1000, 0, 250) && allows(1000, 200, 50) && !allows(1000, 200, 51));
        assert!(allows(1000, 15, 900) && !allows(1000, 16, 900) && !allows(1000, 900, 1));
        assert!(!allows(0, 1, 1));
    }
}
