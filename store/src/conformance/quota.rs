//! What one address may keep. The store under test may hold [`QUOTA_LIMIT`].

use super::{Harness, claim, secret};
use crate::address::Prefix;
use crate::{Create, NewSecret, quota};

/// What the store under test may hold, in bytes.
pub const QUOTA_LIMIT: u64 = 32 * 1024 * 1024;
/// Bytes of an envelope here.
const EACH: usize = 500_000;

pub fn quota_address(address: &str) -> Option<Prefix> {
    Some(Prefix::of(address.parse().unwrap()))
}

async fn create(h: &dyn Harness, address: &str, bytes: usize) -> (NewSecret, Create) {
    let mut new = NewSecret { quota_address: quota_address(address), ..secret(1) };
    new.envelope.resize(bytes, 7);
    let outcome = h.store().create(new.clone()).await.unwrap();
    (new, outcome)
}

/// Stores from an address until it may not.
pub async fn fill_quota(h: &dyn Harness, address: &str) -> Vec<NewSecret> {
    let mut stored = Vec::new();
    loop {
        match create(h, address, EACH).await {
            (new, Create::Stored { .. }) => stored.push(new),
            (_, Create::QuotaExceeded) => return stored,
            (_, outcome) => panic!("{outcome:?}"),
        }
    }
}

pub async fn one_address_keeps_a_quarter_and_others_still_store(h: &dyn Harness) {
    h.count_quotas().await;
    let one = "2001:db8:1:1::1";
    let stored = fill_quota(h, one).await;
    let most = quota::of(QUOTA_LIMIT) as usize / EACH;
    assert!((most - 1..=most).contains(&stored.len()), "{}", stored.len());
    // All of a /48 is one, whichever of its addresses stores.
    assert_eq!(create(h, "2001:db8:1:ffff::1", EACH).await.1, Create::QuotaExceeded);
    // Two that share a group by chance are no fault of the store's; four of five are.
    let mut others = 0;
    for other in ["2001:db8:2:1::1", "2001:db8:3:1::1", "192.0.2.1", "192.0.2.2", "198.51.100.1"] {
        others += u32::from(matches!(create(h, other, EACH).await.1, Create::Stored { .. }));
    }
    assert!(others >= 4, "{others}");
    let nobodys = NewSecret { envelope: vec![7; EACH], ..secret(1) };
    assert!(matches!(h.store().create(nobodys).await.unwrap(), Create::Stored { .. }));
    // A repetition stores nothing more, and changes no count.
    for _ in 0..2 {
        assert!(matches!(h.store().create(stored[0].clone()).await.unwrap(), Create::Stored { .. }));
    }
    let moved = NewSecret { quota_address: quota_address("203.0.113.9"), ..stored[0].clone() };
    assert!(matches!(h.store().create(moved).await.unwrap(), Create::Stored { .. }), "from elsewhere it is the same");
}

pub async fn a_quota_becomes_free_as_secrets_are_opened_and_expire(h: &dyn Harness) {
    h.count_quotas().await;
    let one = "192.0.2.1";
    let stored = fill_quota(h, one).await;
    h.count_quotas().await;
    assert_eq!(create(h, one, EACH).await.1, Create::QuotaExceeded, "counted anew it is as much");
    for secret in &stored[..2] {
        claim(h, secret).await;
    }
    h.count_quotas().await;
    assert_eq!(fill_quota(h, one).await.len(), 2);
    h.pass(stored[0].ttl.as_millis() + 1).await;
    h.count_quotas().await;
    // What is left of them is little.
    let again = fill_quota(h, one).await;
    assert!((stored.len() - 1..=stored.len()).contains(&again.len()), "{}", again.len());
}

pub async fn one_large_secret_has_room_in_a_small_store(h: &dyn Harness) {
    h.count_quotas().await;
    let large = quota::of(QUOTA_LIMIT) as usize + EACH;
    assert!(matches!(create(h, "192.0.2.1", large).await.1, Create::Stored { .. }));
    assert_eq!(create(h, "192.0.2.1", EACH).await.1, Create::QuotaExceeded);
}
