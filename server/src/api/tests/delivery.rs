//! Leases, failed attempts and limits, through the router.

use super::harness::{Answer, Api, Sent, request};
use crate::api::largest_body;
use crate::api::limit::Limiter;
use crate::testing::{SlowClaims, memory};
use crate::web::caller::Peer;
use crate::web::rate_limit::RateLimit;
use crate::web::room::Room;
use ashlink_core::api::ErrorCode;
use ashlink_core::bytes::to_base64url;
use ashlink_store::SecretStore;
use ashlink_store::address::Prefix;
use ashlink_store::counters::Class;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::sync::Semaphore;

async fn post(api: &Api, sent: &Sent, what: &str, access: &str, nonce: u8) -> Answer {
    let body = json!({"access": access, "nonce": to_base64url(&[nonce; 16])});
    let path = format!("/api/v1/open/{}/{what}", sent.id());
    api.send(request("POST", &path).header("ashlink-link", sent.link()).json(&body)).await
}

async fn claim(api: &Api, sent: &Sent, nonce: u8) -> Answer {
    post(api, sent, "claim", &sent.access(), nonce).await
}

/// As if from this address.
pub(super) fn from(address: &str, request: impl Into<Request<Body>>) -> Request<Body> {
    let mut request = request.into();
    let address: IpAddr = address.parse().unwrap();
    request.extensions_mut().insert(Peer(SocketAddr::new(address, 4711)));
    request
}

fn wrong(sent: &Sent) -> Request<Body> {
    let body = json!({"access": to_base64url(&[9; 32]), "nonce": sent.nonce()});
    let path = format!("/api/v1/open/{}/claim", sent.id());
    request("POST", &path).header("ashlink-link", sent.link()).json(&body)
}

/// Counts for which no minute ever ends.
fn in_one_minute() -> Option<Arc<Limiter>> {
    Some(Arc::new(Limiter::by(1 << 20, || UNIX_EPOCH)))
}

#[tokio::test]
async fn a_claim_is_repeated_until_it_is_acknowledged() {
    let api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    let first = claim(&api, &sent, 1).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(claim(&api, &sent, 1).await, first);
    claim(&api, &sent, 2).await.assert_error(ErrorCode::Opened);
    for _ in 0..2 {
        let acked = post(&api, &sent, "ack", &sent.access(), 1).await;
        assert_eq!((acked.status, acked.text.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    claim(&api, &sent, 1).await.assert_error(ErrorCode::Opened);
    let stranger = Sent::new(1);
    post(&api, &stranger, "ack", &stranger.access(), 1).await.assert_error(ErrorCode::Unknown);
}

#[tokio::test]
async fn a_claim_that_is_replayed_after_its_ack_spends_no_view() {
    let api = Api::new();
    let sent = Sent::new(3);
    api.create(&sent).await;
    assert_eq!(claim(&api, &sent, 1).await.json["views_left"], 2);
    post(&api, &sent, "ack", &sent.access(), 1).await;
    claim(&api, &sent, 1).await.assert_error(ErrorCode::Opened);
    let lookup = api.lookup(&sent).await.json;
    assert_eq!((&lookup["state"], &lookup["views_left"]), (&json!("waiting"), &json!(2)));
    assert_eq!(claim(&api, &sent, 2).await.json["views_left"], 1);
}

#[tokio::test(start_paused = true)]
async fn who_claims_and_reads_nothing_is_told_to_come_back_and_loses_nothing() {
    let mut api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    let length = claim(&api, &sent, 1).await.text.len();
    // For one caller, two answers that nobody reads, and no third claim.
    let part = largest_body(&api.state().config) + length + length / 2;
    api.change(|state| state.rooms.answers = Room::of(4 * part, RateLimit::On));
    let claim_of = |address| {
        let body = json!({"access": sent.access(), "nonce": to_base64url(&[1; 16])});
        let path = format!("/api/v1/open/{}/claim", sent.id());
        from(address, request("POST", &path).header("ashlink-link", sent.link()).json(&body))
    };
    let unread = [api.respond(claim_of("192.0.2.1")).await, api.respond(claim_of("192.0.2.1")).await];
    let refused = api.send(claim_of("192.0.2.1")).await;
    refused.assert_error(ErrorCode::Overloaded);
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(api.send(claim_of("192.0.2.2")).await.status, StatusCode::OK, "it costs nobody else anything");
    let other = Sent::new(1);
    api.create(&other).await;
    let body = json!({"access": other.access(), "nonce": other.nonce()});
    let path = format!("/api/v1/open/{}/claim", other.id());
    let another = request("POST", &path).header("ashlink-link", other.link()).json(&body);
    api.send(from("192.0.2.1", another)).await.assert_error(ErrorCode::Overloaded);
    assert_eq!(api.lookup(&other).await.json["state"], "waiting", "nothing is spent without room for it");
    drop(unread);
    assert_eq!(api.send(claim_of("192.0.2.1")).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn claims_that_come_together_have_room_before_the_store_is_asked() {
    let store = Arc::new(SlowClaims { inner: memory(), done: Semaphore::new(0), answers: Semaphore::new(0) });
    let mut api = Api::on(Arc::clone(&store) as Arc<dyn SecretStore>);
    // For three at once from one address.
    let largest = largest_body(&api.state().config);
    api.change(|state| state.rooms.answers = Room::of(4 * 3 * largest, RateLimit::On));
    let (api, sent) = (Arc::new(api), Arc::new(Sent::new(100)));
    api.create(&sent).await;
    let claims: Vec<_> = (0..10)
        .map(|nonce| {
            let (api, sent) = (Arc::clone(&api), Arc::clone(&sent));
            tokio::spawn(async move { claim(&api, &sent, nonce).await.status })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(store.done.available_permits(), 3, "so many views were spent");
    store.answers.add_permits(10);
    for claim in claims {
        assert_eq!(claim.await.unwrap(), StatusCode::OK, "who waits is served when the others are");
    }
}

#[tokio::test]
async fn without_a_lease_a_view_is_handed_out_once() {
    let api = Api::set(|state| state.lease = Duration::ZERO);
    let sent = Sent::new(1);
    api.create(&sent).await;
    assert_eq!(claim(&api, &sent, 1).await.status, StatusCode::OK);
    claim(&api, &sent, 1).await.assert_error(ErrorCode::Opened);
}

#[tokio::test]
async fn who_guesses_waits_and_is_told_how_long() {
    let api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    for left in (0..5).rev() {
        let failed = api.send(from("192.0.2.1", wrong(&sent))).await;
        failed.assert_error(ErrorCode::WrongProof);
        let error = &failed.json["error"];
        assert_eq!((&error["attempts_left"], &error["at_limit"]), (&json!(left), &json!("wait")));
        let wait = if left == 0 { "600" } else { "" };
        assert_eq!(failed.header("retry-after"), wait);
    }
    let refused = api.send(from("192.0.2.1", wrong(&sent))).await;
    refused.assert_error(ErrorCode::TooManyAttempts);
    let wait = refused.json["error"]["retry_after"].as_u64().unwrap();
    assert!((590..=600).contains(&wait), "{wait}");
    assert_eq!(refused.header("retry-after"), wait.to_string());
    let receipt = api.receipt(&sent, sent.owner()).await;
    assert_eq!(receipt.json["failed_attempts"], 5);
    assert!(receipt.json["last_failed_at"].is_string());
    assert!(receipt.json["attempts_paused_until"].is_null(), "nobody else waits");
    // Another network is another client, and a neighbour in the same one is not.
    let v6 = |address: &str| from(address, wrong(&sent));
    for n in 0..5 {
        api.send(v6(&format!("2001:db8::{n}"))).await.assert_error(ErrorCode::WrongProof);
    }
    api.send(v6("2001:db8::ffff")).await.assert_error(ErrorCode::TooManyAttempts);
    // These were ten; the next one makes everybody wait.
    let failed = api.send(from("192.0.2.2", wrong(&sent))).await;
    assert_eq!((&failed.json["error"]["attempts_left"], &*failed.header("retry-after")), (&json!(0), "60"));
    claim(&api, &sent, 1).await.assert_error(ErrorCode::TooManyAttempts);
    let receipt = api.receipt(&sent, sent.owner()).await;
    assert!(receipt.json["attempts_paused_until"].as_str() > receipt.json["last_failed_at"].as_str());
}

#[tokio::test]
async fn whoever_holds_no_link_counts_for_nothing() {
    let api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    for _ in 0..20 {
        let path = format!("/api/v1/open/{}/claim", sent.id());
        let body = json!({"access": to_base64url(&[9; 32]), "nonce": sent.nonce()});
        let stranger = request("POST", &path).header("ashlink-link", Sent::new(1).link()).json(&body);
        api.send(stranger).await.assert_error(ErrorCode::Unknown);
    }
    assert_eq!(api.receipt(&sent, sent.owner()).await.json["failed_attempts"], 0);
    assert_eq!(claim(&api, &sent, 1).await.status, StatusCode::OK);
}

#[tokio::test]
async fn failed_attempts_destroy_what_the_sender_wants_destroyed() {
    let api = Api::new();
    let sent = Sent::new(1);
    for (attempt_limit, right) in [(4, false), (101, false), (5, true)] {
        let mut body = sent.body();
        body["attempt_limit"] = json!(attempt_limit);
        let created = api.post("/api/v1/secrets", &body).await;
        if right {
            assert_eq!(created.status, StatusCode::CREATED);
        } else {
            created.assert_error(ErrorCode::InvalidField);
            assert_eq!(created.json["error"]["field"], "attempt_limit");
        }
    }
    for left in (1..5).rev() {
        assert_eq!(api.lookup(&sent).await.json["attempts_left"], left + 1);
        let failed = api.send(from("192.0.2.1", wrong(&sent))).await;
        failed.assert_error(ErrorCode::WrongProof);
        let error = &failed.json["error"];
        assert_eq!((&error["attempts_left"], &error["at_limit"]), (&json!(left), &json!("destroyed")));
    }
    api.send(from("192.0.2.1", wrong(&sent))).await.assert_error(ErrorCode::Destroyed);
    let lookup = api.lookup(&sent).await;
    assert_eq!((&lookup.json["state"], &lookup.json["destroyed_by"]), (&json!("destroyed"), &json!("failed_attempts")));
    assert!(lookup.json["attempts_left"].is_null());
    claim(&api, &sent, 1).await.assert_error(ErrorCode::Destroyed);
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_refused_before_any_work() {
    let api = Api::set(|state| state.limiter = in_one_minute());
    let malformed = || request("POST", "/api/v1/secrets").json(&json!({}));
    for _ in 0..Class::Create.most() {
        api.send(from("192.0.2.1", malformed())).await.assert_error(ErrorCode::InvalidField);
    }
    let refused = api.send(from("192.0.2.1", malformed())).await;
    refused.assert_error(ErrorCode::RateLimited);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    api.send(from("192.0.2.2", malformed())).await.assert_error(ErrorCode::InvalidField);

    let sent = Sent::new(1);
    let lookup = || {
        let path = format!("/api/v1/open/{}", sent.id());
        from("192.0.2.1", request("GET", &path).header("ashlink-link", sent.link()))
    };
    for _ in 0..Class::Lookup.most() {
        api.send(lookup()).await.assert_error(ErrorCode::Unknown);
    }
    api.send(lookup()).await.assert_error(ErrorCode::RateLimited);
    for _ in 0..Class::Open.most() {
        api.send(from("192.0.2.1", wrong(&sent))).await.assert_error(ErrorCode::Unknown);
    }
    api.send(from("192.0.2.1", wrong(&sent))).await.assert_error(ErrorCode::RateLimited);
    // What costs nothing is not counted.
    assert_eq!(api.send(from("192.0.2.1", request("GET", "/healthz"))).await.status, StatusCode::OK);
    assert_eq!(api.send(from("192.0.2.1", request("GET", "/api/v1/config"))).await.status, StatusCode::OK);
}

#[tokio::test]
async fn in_a_trusted_network_nobody_is_limited() {
    let api = Api::set(|state| state.limiter = None);
    for _ in 0..Class::Create.most() * 2 {
        let malformed = request("POST", "/api/v1/secrets").json(&json!({}));
        api.send(from("192.0.2.1", malformed)).await.assert_error(ErrorCode::InvalidField);
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_is_whom_it_names() {
    let api = Api::set(|state| {
        state.limiter = in_one_minute();
        let mut proxies = (*state.proxies).clone();
        proxies.trusted = "10.0.0.0/8".parse().unwrap();
        state.proxies = proxies.into();
    });
    let malformed = |peer: &str, line: &str| {
        from(peer, request("POST", "/api/v1/secrets").header("x-forwarded-for", line).json(&json!({})))
    };
    for _ in 0..Class::Create.most() {
        api.send(malformed("10.0.0.1", "192.0.2.1")).await.assert_error(ErrorCode::InvalidField);
    }
    api.send(malformed("10.0.0.1", "192.0.2.1")).await.assert_error(ErrorCode::RateLimited);
    api.send(malformed("10.0.0.2", "1.1.1.1, 192.0.2.1")).await.assert_error(ErrorCode::RateLimited);
    api.send(malformed("10.0.0.1", "192.0.2.2")).await.assert_error(ErrorCode::InvalidField);
    // Who comes without the proxy is not believed.
    api.send(malformed("192.0.2.1", "192.0.2.9")).await.assert_error(ErrorCode::RateLimited);
}

#[tokio::test]
async fn bodies_that_would_grow_are_not_read() {
    let api = Api::new();
    let compressed = request("POST", "/api/v1/secrets").header("content-encoding", "gzip").json(&json!({}));
    api.send(compressed).await.assert_error(ErrorCode::UnsupportedMediaType);
    for nested in ["[".repeat(100_000), "{\"a\":".repeat(100_000), format!("{{\"x\":{}", "[".repeat(100_000))] {
        let answer =
            api.send(request("POST", "/api/v1/secrets").header("content-type", "application/json").body(nested));
        let answer = answer.await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{}", answer.text);
    }
}

#[tokio::test]
async fn uploads_of_one_caller_keep_nobody_from_creating() {
    let api = Api::new();
    let prefix = Prefix::of([127, 0, 0, 1].into());
    let tags = &api.state().tags;
    // As many of their bytes as the server takes.
    let mut mine = api.state().rooms.bodies.share(tags.caller(prefix).levels());
    while mine.grow(1024).is_ok() {}
    let sent = Sent::new(1);
    api.create(&sent).await.assert_error(ErrorCode::Overloaded);
    let elsewhere = from("127.0.0.2", request("POST", "/api/v1/secrets").json(&sent.body()));
    assert_eq!(api.send(elsewhere).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn bodies_wait_for_room() {
    let api = Api::new();
    let all = api.state().rooms.bodies.take_all();
    let sent = Sent::new(1);
    let refused = api.create(&sent).await;
    refused.assert_error(ErrorCode::Overloaded);
    assert_eq!(refused.header("retry-after"), "1");
    // Uploads keep nobody from opening.
    claim(&api, &sent, 1).await.assert_error(ErrorCode::Unknown);
    drop(all);
    assert_eq!(api.create(&sent).await.status, StatusCode::CREATED);
}
