use super::*;
use crate::client::TagKey;
use crate::store::StoreError;
use async_trait::async_trait;
use std::time::Duration;

fn at(secs: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(secs)
}

#[test]
fn each_client_has_its_own_count_for_each_kind() {
    let limiter = Limiter::default();
    let (one, other) = (ClientTag::test(1), ClientTag::test(2));
    for _ in 0..Class::Create.most() {
        assert_eq!(limiter.count_at(Class::Create, one, at(6_000)), Ok(()));
    }
    assert_eq!(limiter.count_at(Class::Create, one, at(6_015)), Err(45));
    assert_eq!(limiter.count_at(Class::Open, one, at(6_015)), Ok(()));
    assert_eq!(limiter.count_at(Class::Create, other, at(6_015)), Ok(()));
    assert_eq!(limiter.count_at(Class::Create, one, at(6_060)), Ok(()), "the next minute begins anew");
}

#[test]
fn a_minute_that_is_over_is_forgotten_though_nobody_asks() {
    let limiter = Limiter::by(|| at(6_060));
    limiter.count_at(Class::Open, ClientTag::test(1), at(6_059)).unwrap();
    limiter.tidy();
    assert!(limiter.window.lock().unwrap().counts.is_empty());
    limiter.count_at(Class::Open, ClientTag::test(1), at(6_061)).unwrap();
    limiter.tidy();
    assert_eq!(limiter.window.lock().unwrap().counts.len(), 1);
}

#[test]
fn a_flood_of_clients_shares_one_count() {
    let limiter = Limiter::default();
    let tags = crate::client::Tags::new();
    let flood = |n: u32| tags.tag(crate::client::address::Prefix::V4(n.to_be_bytes()));
    let known = flood(0);
    for n in 0..MOST_CLIENTS as u32 + Class::Open.most() {
        assert_eq!(limiter.count_at(Class::Open, flood(n), at(0)), Ok(()));
    }
    assert!(limiter.count_at(Class::Open, flood(u32::MAX), at(0)).is_err());
    assert_eq!(limiter.count_at(Class::Open, known, at(0)), Ok(()), "who was there before is not touched");
    assert_eq!(limiter.window.lock().unwrap().counts.len(), MOST_CLIENTS + 1);
}

#[test]
fn what_is_asked_has_its_kind() {
    let class = |method: Method, route| Class::of(&method, route);
    assert_eq!(class(Method::POST, "/api/v1/secrets"), Some(Class::Create));
    assert_eq!(class(Method::GET, "/api/v1/open/{id}"), Some(Class::Look));
    assert_eq!(class(Method::DELETE, "/api/v1/open/{id}"), Some(Class::Open));
    assert_eq!(class(Method::POST, "/api/v1/open/{id}/claim"), Some(Class::Open));
    assert_eq!(class(Method::POST, "/api/v1/open/{id}/ack"), Some(Class::Open));
    assert_eq!(class(Method::GET, "/api/v1/receipts/{id}"), Some(Class::Look));
    assert_eq!(class(Method::DELETE, "/api/v1/receipts/{id}"), Some(Class::Open));
    assert_eq!(class(Method::GET, "/s"), None);
    // A picture in a page elsewhere, by which its visitors would use up what they have.
    for route in ["/api/v1/secrets", "/api/v1/open/{id}/claim", "/api/v1/open/{id}/ack"] {
        assert_eq!(class(Method::GET, route), None);
    }
    assert_eq!(class(Method::GET, "/api/v1/config"), None);
}

/// A store that two processes share.
#[derive(Default)]
struct Together(Mutex<HashMap<(u64, Counted), u32>>);

#[async_trait]
impl Counters for Together {
    async fn tag_key(&self, proposal: TagKey) -> Result<TagKey, StoreError> {
        Ok(proposal)
    }

    async fn add(&self, window: u64, counts: &[(Counted, u32)]) -> Result<Vec<u32>, StoreError> {
        let mut all = self.0.lock().unwrap();
        let mut add = |counted: Counted, by: u32| {
            let total = all.entry((window, counted)).or_default();
            *total += by;
            *total
        };
        Ok(counts.iter().map(|(counted, by)| add(*counted, *by)).collect())
    }
}

#[tokio::test]
async fn many_processes_give_no_more_than_one() {
    let (one, other) = (Limiter::default(), Limiter::default());
    let together = Together::default();
    let client = ClientTag::test(1);
    for _ in 0..40 {
        one.count_at(Class::Create, client, at(600)).unwrap();
    }
    one.join(&together, at(600)).await;
    for _ in 0..20 {
        other.count_at(Class::Create, client, at(601)).unwrap();
    }
    other.join(&together, at(601)).await;
    assert_eq!(other.count_at(Class::Create, client, at(602)), Err(58));
    // The first one learns of it with what it next has to tell.
    one.count_at(Class::Create, client, at(602)).unwrap();
    one.join(&together, at(602)).await;
    assert_eq!(one.count_at(Class::Create, client, at(603)), Err(57));
}
