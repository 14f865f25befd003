//! How much one address may store, and who asks for whom.

use super::delivery::from;
use super::harness::{Api, Sent, request};
use crate::api::limit::Limiter;
use ashlink_core::api::ErrorCode;
use ashlink_store::counters::Class;
use ashlink_store::embedded::EmbeddedStore;
use axum::http::StatusCode;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

async fn create(api: &Api, address: &str) -> super::harness::Answer {
    api.send(from(address, request("POST", "/api/v1/secrets").json(&Sent::new(1).body()))).await
}

/// A server whose store has room for some dozens of secrets.
fn small() -> Api {
    Api::on(Arc::new(EmbeddedStore::in_memory(40_000)))
}

/// Stores until something else is answered; how often it was stored, and the answer.
async fn store_on(api: &Api, address: &str) -> (u64, super::harness::Answer) {
    let mut stored = 0;
    loop {
        let answer = create(api, address).await;
        if answer.status != StatusCode::CREATED {
            return (stored, answer);
        }
        stored += 1;
    }
}

#[tokio::test]
async fn one_address_fills_its_quarter_and_others_still_store() {
    let mut api = small();
    let (stored, refused) = store_on(&api, "192.0.2.1").await;
    refused.assert_error(ErrorCode::QuotaExceeded);
    assert_eq!(refused.header("retry-after"), "", "nobody knows when");
    assert!((5..20).contains(&stored), "{stored}");
    let others = ["192.0.2.2", "198.51.100.1", "2001:db8::1"];
    let mut kept = 0;
    for other in others {
        kept += u32::from(create(&api, other).await.status == StatusCode::CREATED);
    }
    // Two of 4096 groups are the same by chance.
    assert!(kept >= 2, "{kept}");
    // All the addresses of a /48 have one quota, and other networks theirs.
    let api_of_v6 = small();
    store_on(&api_of_v6, "2001:db8:1:1::1").await.1.assert_error(ErrorCode::QuotaExceeded);
    create(&api_of_v6, "2001:db8:1:2::1").await.assert_error(ErrorCode::QuotaExceeded);
    // In a trusted network nobody has a quota: it is the store that is full.
    api.change(|state| state.limiter = None);
    store_on(&api, "192.0.2.1").await.1.assert_error(ErrorCode::StoreFull);
}

#[tokio::test]
async fn one_address_stores_so_many_bytes_an_hour() {
    let limiter = Limiter::by(0, || UNIX_EPOCH);
    let each = Sent::new(1).envelope().len() as u64;
    limiter.fit(Some(4 * 3 * each));
    let api = Api::set(|state| state.limiter = Some(Arc::new(limiter)));
    let (stored, refused) = store_on(&api, "192.0.2.1").await;
    assert_eq!(stored, 3);
    refused.assert_error(ErrorCode::RateLimited);
    assert_eq!(refused.header("retry-after"), "3600");
    assert!(refused.json["error"]["message"].as_str().unwrap().contains("bytes"), "{}", refused.text);
    assert_eq!(create(&api, "192.0.2.2").await.status, StatusCode::CREATED);
    // What is refused for another reason has cost no bytes.
    let mut body = Sent::new(1).body();
    body["max_views"] = 0.into();
    for _ in 0..5 {
        let refused = api.send(from("192.0.2.3", request("POST", "/api/v1/secrets").json(&body))).await;
        refused.assert_error(ErrorCode::InvalidField);
    }
    assert_eq!(create(&api, "192.0.2.3").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn one_48_is_not_65536_clients() {
    let api = Api::set(|state| state.limiter = Some(Arc::new(Limiter::by(0, || UNIX_EPOCH))));
    let malformed = |address: &str| from(address, request("POST", "/api/v1/secrets").json(&serde_json::json!({})));
    for number in 0..4 * Class::Create.most() {
        api.send(malformed(&format!("2001:db8:1:{number:x}::1"))).await.assert_error(ErrorCode::InvalidField);
    }
    api.send(malformed("2001:db8:1:ffff::1")).await.assert_error(ErrorCode::RateLimited);
    api.send(malformed("2001:db8:2:1::1")).await.assert_error(ErrorCode::InvalidField);
}

#[tokio::test]
async fn other_sites_take_nothing_from_a_visitors_limits() {
    let api = Api::set(|state| state.limiter = Some(Arc::new(Limiter::by(0, || UNIX_EPOCH))));
    let sent = Sent::new(1);
    api.create(&sent).await;
    let (open, receipt) = (format!("/api/v1/open/{}", sent.id()), format!("/api/v1/receipts/{}", sent.id()));
    for path in [&open, &receipt] {
        for method in ["GET", "HEAD"] {
            for site in ["cross-site", "same-site", "nonsense"] {
                for _ in 0..Class::Lookup.most() / 8 {
                    let answer = api.send(request(method, path).header("sec-fetch-site", site)).await;
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
                    if method == "GET" {
                        answer.assert_error(ErrorCode::CrossSite);
                    }
                }
            }
        }
    }
    // The visitor still has all of them, and nobody is kept from coming to the pages.
    for _ in 0..Class::Lookup.most() {
        assert_eq!(api.lookup(&sent).await.status, StatusCode::OK);
    }
    for path in ["/", "/s", "/m", "/api/v1/config"] {
        let answer = api.send(request("GET", path).header("sec-fetch-site", "cross-site")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}
