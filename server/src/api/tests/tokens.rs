//! Creating where the operator wants a token, and everything else, which takes none.

use super::harness::{Answer, Api, Log, Sent, request};
use crate::api::limit::Limiter;
use crate::api::tokens::Token;
use crate::api::tokens::tests::{InFile, lines};
use crate::reload::Reload;
use crate::settings::Settings;
use crate::site::Site;
use crate::state::AppState;
use crate::testing::memory;
use ashlink_core::api::ErrorCode;
use ashlink_store::counters::Class;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode};
use clap::Parser as _;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

fn asking(file: &InFile) -> Api {
    Api::set(|state| state.tokens = Some(Arc::clone(&file.tokens)))
}

/// Creates with these values of `Authorization`.
async fn create(api: &Api, values: &[&[u8]]) -> Answer {
    let mut request: Request<Body> = request("POST", "/api/v1/secrets").json(&Sent::new(1).body());
    for value in values {
        request.headers_mut().append("authorization", HeaderValue::from_bytes(value).unwrap());
    }
    api.send(request).await
}

#[tokio::test]
async fn who_creates_shows_a_token() {
    let (token, other) = (Token::fresh(), Token::fresh());
    let file = InFile::with(&[("alice", &token)]);
    let api = asking(&file);
    let (token, other) = (token.as_str(), other.as_str());
    for right in ["Bearer", "bearer", "BEARER", "Bearer   "].map(|scheme| format!("{scheme} {token}")) {
        assert_eq!(create(&api, &[right.as_bytes()]).await.status, StatusCode::CREATED, "{right}");
    }
    for missing in ["", "Bearer", "Bearer ", "Basic YWxpY2U6aHVudGVyMg==", token, &format!("Token {token}")] {
        let refused = create(&api, &[missing.as_bytes()]).await;
        refused.assert_error(ErrorCode::TokenRequired);
        assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"Ashlink\"");
    }
    create(&api, &[]).await.assert_error(ErrorCode::TokenRequired);
    let (right, wrong) = (format!("Bearer {token}"), format!("Bearer {other}"));
    let huge = format!("Bearer ashlink_{}", "1".repeat(300_000));
    let more = format!("{right} {token}");
    let [right, wrong, huge, more] = [&right, &wrong, &huge, &more].map(String::as_bytes);
    let cut = &right[..right.len() - 1];
    let invalid: [&[&[u8]]; 8] = [
        &[wrong],
        &[huge],
        &[cut],
        &[more],
        &[b"Bearer hunter2"],
        &[b"Bearer \xe9\xff"],
        // Of two headers, a proxy may have looked at the other.
        &[right, wrong],
        &[right, right],
    ];
    for values in invalid {
        let refused = create(&api, values).await;
        refused.assert_error(ErrorCode::TokenInvalid);
        assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"Ashlink\", error=\"invalid_token\"");
        assert!(!refused.text.contains(other), "{}", refused.text);
    }
}

#[tokio::test]
async fn everything_else_takes_none() {
    let token = Token::fresh();
    let file = InFile::with(&[("alice", &token)]);
    let api = asking(&file);
    let sent = Sent::new(2);
    let bearer = format!("Bearer {}", token.as_str());
    let created = api.send(request("POST", "/api/v1/secrets").header("authorization", bearer).json(&sent.body())).await;
    assert_eq!(created.status, StatusCode::CREATED);
    for path in ["/", "/s", "/m", "/about", "/api/v1/config", "/api/openapi.json", "/healthz", "/readyz"] {
        assert_eq!(api.send(request("GET", path)).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(api.lookup(&sent).await.json["state"], "waiting");
    assert_eq!(api.claim(&sent, &sent.access()).await.status, StatusCode::OK);
    assert_eq!(api.receipt(&sent, sent.owner()).await.json["views_left"], 1);
    assert_eq!(api.destroy(&sent, &sent.access()).await.status, StatusCode::NO_CONTENT);
    api.destroy_as_sender(&sent, sent.owner()).await.assert_error(ErrorCode::Destroyed);
}

#[tokio::test]
async fn without_the_setting_nobody_looks_at_one() {
    let api = Api::new();
    let token = format!("Bearer {}", Token::fresh().as_str());
    for values in [&[][..], &[token.as_bytes()], &[b"Bearer"], &[b"Basic x", b"\xff"]] {
        assert_eq!(create(&api, values).await.status, StatusCode::CREATED);
    }
    assert_eq!(api.send(request("GET", "/api/v1/config")).await.json["token_required"], false);
}

#[tokio::test]
async fn a_revoked_token_is_refused_without_a_restart() {
    let (one, other) = (Token::fresh(), Token::fresh());
    let file = InFile::with(&[("one", &one)]);
    let api = asking(&file);
    let [one_header, other_header] = [&one, &other].map(|token| format!("Bearer {}", token.as_str()));
    assert_eq!(create(&api, &[one_header.as_bytes()]).await.status, StatusCode::CREATED);
    file.becomes(lines(&[("other", &other)]));
    create(&api, &[one_header.as_bytes()]).await.assert_error(ErrorCode::TokenInvalid);
    assert_eq!(create(&api, &[other_header.as_bytes()]).await.status, StatusCode::CREATED);
    // What is broken locks nobody out, and lets nobody in.
    file.becomes("broken");
    create(&api, &[one_header.as_bytes()]).await.assert_error(ErrorCode::TokenInvalid);
    assert_eq!(create(&api, &[other_header.as_bytes()]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_refusal_takes_no_memory_and_counts_as_a_request() {
    let file = InFile::with(&[]);
    let api = Api::set(|state| {
        state.tokens = Some(Arc::clone(&file.tokens));
        state.limiter = Some(Arc::new(Limiter::by(1 << 20, || UNIX_EPOCH)));
    });
    // No room for any body, and nobody asks for it.
    let _all = api.state().rooms.bodies.take_all();
    for _ in 0..Class::Create.most() {
        create(&api, &[b"Bearer guess"]).await.assert_error(ErrorCode::TokenInvalid);
    }
    create(&api, &[b"Bearer guess"]).await.assert_error(ErrorCode::RateLimited);
}

#[tokio::test]
async fn the_log_names_the_token_and_never_holds_it() {
    let log = Log::of_this_process();
    let (token, wrong) = (Token::fresh(), Token::fresh());
    let file = InFile::with(&[("audited@example.com", &token)]);
    let api = asking(&file);
    for text in [token.as_str(), wrong.as_str(), "ashlink_marked-and-malformed"] {
        create(&api, &[format!("Bearer {text}").as_bytes()]).await;
    }
    file.becomes(format!("name {}", wrong.as_str()));
    Reload::new(&Settings::parse_from(["ashlink-server"]), api.state(), None).all().await;
    let text = log.text();
    assert!(text.contains("a secret was stored") && text.contains("audited@example.com"), "{text}");
    assert!(text.contains("line 1: the hash must be"), "{text}");
    for hidden in [&token, &wrong] {
        let hash = hidden.hash().to_string();
        assert!(!text.contains(hidden.as_str()) && !text.contains(&hash), "{text}");
    }
    assert!(!text.contains("marked-and-malformed"), "{text}");
}

#[test]
fn the_setting_is_all_that_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens");
    let settings = Settings::parse_from(["ashlink-server", "--tokens", path.to_str().unwrap()]);
    let state = || AppState::new(&settings, memory(), Site::none());
    let error = format!("{:#}", state().err().unwrap());
    assert!(error.contains("ASHLINK_TOKENS=") && error.contains("No such file"), "{error}");
    std::fs::write(&path, "\nbroken\n").unwrap();
    let error = format!("{:#}", state().err().unwrap());
    assert!(error.contains(path.to_str().unwrap()) && error.contains(": line 2: "), "{error}");
    std::fs::write(&path, lines(&[("alice", &Token::fresh())])).unwrap();
    let state = state().unwrap();
    assert!(state.tokens.is_some() && state.config.token_required);
}
