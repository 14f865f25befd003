use super::window::{MOST_COUNTS, REGION_TIMES};
use super::*;
use ashlink_store::address::Prefix;
use ashlink_store::counters::{Counted, Counters};
use ashlink_store::tag::{CallerTag, TagKey};
use ashlink_store::{StoreError, Usage};
use async_trait::async_trait;
use std::collections::HashMap;

fn at(secs: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(secs)
}

fn limiter() -> Limiter {
    Limiter::new(0)
}

/// A caller with this address; the networks and regions of different ones never meet by chance.
fn caller(address: &str) -> Caller {
    numbered(Prefix::of(address.parse().unwrap()))
}

/// The same without an HMAC: tests have many.
fn numbered(prefix: Prefix) -> Caller {
    let tag = |prefix: Prefix| {
        let mut bytes = [0; 16];
        bytes[..prefix.as_bytes().len()].copy_from_slice(prefix.as_bytes());
        bytes[15] = prefix.as_bytes().len() as u8;
        CallerTag::numbered(u128::from_be_bytes(bytes))
    };
    let region = prefix.region().iter().fold(0_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
    Caller { prefix, tag: tag(prefix), network: tag(prefix.network()), region: region % Caller::REGIONS }
}

/// The /64 of this number in the network 2001:db8::/32, in a /48 with 65,535 others.
fn of_one_48(number: u16) -> Caller {
    let [a, b] = number.to_be_bytes();
    numbered(Prefix::V6([0x20, 0x01, 0x0d, 0xb8, 0, 1, a, b]))
}

/// Callers each in a /48 of its own, in the same /32.
fn of_many_48(number: u16) -> Caller {
    let [a, b] = number.to_be_bytes();
    numbered(Prefix::V6([0x20, 0x01, 0x0d, 0xb9, a, b, 0, 0]))
}

fn counts(limiter: &Limiter) -> usize {
    limiter.requests.lock().unwrap().counts.len()
}

#[test]
fn each_caller_has_its_own_count_for_each_kind() {
    let limiter = limiter();
    let (one, other) = (caller("192.0.2.1"), caller("192.0.2.2"));
    for _ in 0..Class::Create.most() {
        assert_eq!(limiter.count_at(Class::Create, &one, 1, at(6_000)), Ok(()));
    }
    assert_eq!(limiter.count_at(Class::Create, &one, 1, at(6_015)), Err(45));
    assert_eq!(limiter.count_at(Class::Open, &one, 1, at(6_015)), Ok(()));
    assert_eq!(limiter.count_at(Class::Create, &other, 1, at(6_015)), Ok(()));
    assert_eq!(limiter.count_at(Class::Create, &one, 1, at(6_060)), Ok(()), "the next minute begins anew");
}

#[test]
fn bytes_are_counted_by_the_hour_and_follow_what_the_store_may_hold() {
    let limiter = Limiter::new(1_000);
    let (one, other) = (caller("192.0.2.1"), caller("192.0.2.2"));
    let most = Class::Bytes.most();
    assert_eq!(limiter.count_at(Class::Bytes, &one, most - 100, at(7_200)), Ok(()));
    assert_eq!(limiter.count_at(Class::Bytes, &one, 101, at(7_260)), Err(3_540));
    assert_eq!(limiter.count_at(Class::Bytes, &one, 100, at(7_260)), Ok(()), "what was refused does not count");
    assert_eq!(limiter.count_at(Class::Bytes, &other, 101, at(7_260)), Ok(()));
    assert_eq!(limiter.count_at(Class::Create, &one, 1, at(7_260)), Ok(()), "requests have counts of their own");
    assert_eq!(limiter.count_at(Class::Bytes, &one, most, at(10_800)), Ok(()), "the next hour begins anew");
    // A quarter of the store, and four of the largest in any case.
    for (limit, most) in [(Some(1 << 30), 1 << 28), (Some(4_000), 4_000), (None, Class::Bytes.most())] {
        let limiter = Limiter::new(1_000);
        limiter.fit(limit);
        assert_eq!(limiter.count_at(Class::Bytes, &one, most, at(0)), Ok(()), "{limit:?}");
        assert!(limiter.count_at(Class::Bytes, &one, 1, at(0)).is_err(), "{limit:?}");
    }
}

struct Grows(std::sync::atomic::AtomicU64);

#[async_trait]
impl Capacity for Grows {
    async fn usage(&self) -> Result<Usage, StoreError> {
        match self.0.fetch_add(1 << 30, Ordering::Relaxed) {
            0 => Err(StoreError::Unavailable),
            limit => Ok(Usage { used: 0, limit: Some(limit) }),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_may_hold_more_takes_more_from_each() {
    let (limiter, store) = (limiter(), Grows(0.into()));
    let most = || limiter.most_bytes.load(Ordering::Relaxed);
    let minutes = |minutes: u64| {
        tokio::time::timeout(TIDY_PAUSE * minutes as u32 - TIDY_PAUSE / 2, fit_forever(&limiter, &store))
    };
    minutes(1).await.unwrap_err();
    assert_eq!(most(), Class::Bytes.most(), "a store that does not answer changes nothing");
    minutes(2).await.unwrap_err();
    assert_eq!(most(), 1 << 29);
}

#[test]
fn a_minute_that_is_over_is_forgotten_though_nobody_asks() {
    let limiter = Limiter::by(0, || at(6_060));
    let one = caller("192.0.2.1");
    limiter.count_at(Class::Open, &one, 1, at(6_059)).unwrap();
    limiter.count_at(Class::Bytes, &one, 1, at(3_599)).unwrap();
    limiter.tidy();
    assert_eq!((counts(&limiter), limiter.bytes.lock().unwrap().counts.len()), (0, 0));
    limiter.count_at(Class::Open, &one, 1, at(6_061)).unwrap();
    limiter.count_at(Class::Bytes, &one, 1, at(6_061)).unwrap();
    limiter.tidy();
    assert_eq!((counts(&limiter), limiter.bytes.lock().unwrap().counts.len()), (2, 2));
}

#[test]
fn one_48_is_not_65536_callers_and_does_not_fill_the_table() {
    let limiter = limiter();
    let mut taken = 0;
    for number in 0..=u16::MAX {
        taken += u64::from(limiter.count_at(Class::Lookup, &of_one_48(number), 1, at(0)).is_ok());
    }
    assert_eq!(taken, 4 * Class::Lookup.most());
    assert_eq!(counts(&limiter) as u64, taken + 1, "callers of a network that has too much get no counts");
    assert_eq!(limiter.count_at(Class::Lookup, &of_many_48(0), 1, at(0)), Ok(()), "another /48");
}

#[test]
fn a_24_has_more_than_one_of_its_addresses_and_less_than_all() {
    let limiter = limiter();
    let mut taken = 0;
    for last in 0..=u8::MAX {
        for _ in 0..Class::Create.most() {
            taken +=
                u64::from(limiter.count_at(Class::Create, &numbered(Prefix::V4([192, 0, 2, last])), 1, at(0)).is_ok());
        }
    }
    assert_eq!(taken, 16 * Class::Create.most());
    assert_eq!(limiter.count_at(Class::Create, &caller("192.0.3.1"), 1, at(0)), Ok(()));
}

#[test]
fn a_region_that_fills_the_table_shuts_out_its_own_newcomers_alone() {
    let limiter = limiter();
    let known = of_many_48(0);
    // Each of them takes two places: its own and its network's.
    let places = MOST_COUNTS as u64 / 2;
    for number in 0..places + REGION_TIMES * Class::Open.most() {
        let number = u16::try_from(number).unwrap();
        assert_eq!(limiter.count_at(Class::Open, &of_many_48(number), 1, at(0)), Ok(()), "{number}");
    }
    assert!(limiter.count_at(Class::Open, &of_many_48(u16::MAX), 1, at(0)).is_err());
    assert_eq!(limiter.count_at(Class::Open, &known, 1, at(0)), Ok(()), "who was there before is not touched");
    for newcomer in ["2001:db8:1::1", "192.0.2.1", "198.51.100.1"] {
        for _ in 0..Class::Open.most() {
            assert_eq!(limiter.count_at(Class::Open, &caller(newcomer), 1, at(0)), Ok(()), "{newcomer}");
        }
    }
    assert!(counts(&limiter) <= MOST_COUNTS + 4);
}

/// A store that two processes share.
#[derive(Default)]
struct Together(Mutex<HashMap<(u64, Counted), u64>>);

#[async_trait]
impl Counters for Together {
    async fn tag_key(&self, proposal: TagKey) -> Result<TagKey, StoreError> {
        Ok(proposal)
    }

    async fn add(&self, window: u64, counts: &[(Counted, u64)]) -> Result<Vec<u64>, StoreError> {
        let mut all = self.0.lock().unwrap();
        let mut add = |counted: Counted, by: u64| {
            let total = all.entry((window, counted)).or_default();
            *total += by;
            *total
        };
        Ok(counts.iter().map(|(counted, by)| add(*counted, *by)).collect())
    }
}

#[tokio::test]
async fn many_processes_give_no_more_than_one() {
    let (one, other) = (limiter(), limiter());
    let together = Together::default();
    let caller = caller("192.0.2.1");
    for _ in 0..40 {
        one.count_at(Class::Create, &caller, 1, at(600)).unwrap();
    }
    let most = Class::Bytes.most();
    one.count_at(Class::Bytes, &caller, most - 10, at(600)).unwrap();
    one.join(&together, at(600)).await;
    for _ in 0..20 {
        other.count_at(Class::Create, &caller, 1, at(601)).unwrap();
    }
    other.count_at(Class::Bytes, &caller, 10, at(601)).unwrap();
    other.join(&together, at(601)).await;
    assert_eq!(other.count_at(Class::Create, &caller, 1, at(602)), Err(58));
    assert_eq!(other.count_at(Class::Bytes, &caller, 1, at(602)), Err(2_998));
    // The first one learns of it with what it next has to tell.
    one.count_at(Class::Create, &caller, 1, at(602)).unwrap();
    one.join(&together, at(602)).await;
    assert_eq!(one.count_at(Class::Create, &caller, 1, at(603)), Err(57));
}

#[tokio::test]
async fn a_network_is_one_in_all_processes() {
    let (one, other) = (limiter(), limiter());
    let together = Together::default();
    for number in 0..4 * Class::Create.most() as u16 - 1 {
        one.count_at(Class::Create, &of_one_48(number), 1, at(600)).unwrap();
    }
    one.join(&together, at(600)).await;
    other.count_at(Class::Create, &of_one_48(1_000), 1, at(601)).unwrap();
    other.join(&together, at(601)).await;
    assert_eq!(other.count_at(Class::Create, &of_one_48(1_001), 1, at(602)), Err(58));
}
