//! How much one address may store, and who asks for whom.

use super::delivery::from;
use super::harness::{Api, Sent, request};
use crate::limit::{Class, Limiter};
use ashlink_core::api::ErrorCode;
use axum::http::StatusCode;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

async fn create(api: &Api, address: &str) -> super::harness::Answer {
    api.send(from(address, request("POST", "/api/v1/secrets").json(&Sent::new(1).body()))).await
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
                for _ in 0..Class::Look.most() / 8 {
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
    for _ in 0..Class::Look.most() {
        assert_eq!(api.peek(&sent).await.status, StatusCode::OK);
    }
    for path in ["/", "/s", "/m", "/api/v1/config"] {
        let answer = api.send(request("GET", path).header("sec-fetch-site", "cross-site")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}
