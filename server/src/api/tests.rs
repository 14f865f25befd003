//! The API through the router, with the embedded store.

mod conformance;
mod cross_site;
mod delivery;
mod harness;
mod health;
mod metrics;
mod pages;
mod policy;
mod quotas;
mod reference;
mod tokens;

use crate::testing::Failing;
use ashlink_core::api::{ErrorCode, MaxViews, Ttl};
use ashlink_core::bytes::to_base64url;
use ashlink_store::StoreError;
use axum::http::StatusCode;
use harness::{Api, Log, Sent, request};
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test]
async fn a_secret_makes_its_way() {
    let api = Api::new();
    let sent = Sent::new(1);
    let created = api.create(&sent).await;
    assert_eq!(created.status, StatusCode::CREATED);
    assert_eq!(created.json["id"], sent.id());
    let expires_at = created.json["expires_at"].as_str().unwrap().to_owned();
    assert!(expires_at.ends_with('Z') && expires_at.len() == 20, "{expires_at}");
    assert_eq!(api.create(&sent).await, created);

    let lookup = api.lookup(&sent).await;
    assert_eq!(lookup.status, StatusCode::OK);
    assert_eq!(
        lookup.json,
        json!({"state": "waiting", "expires_at": expires_at, "views_left": 1,
               "size": sent.envelope().len(), "opened_at": []})
    );
    assert_eq!(api.lookup(&sent).await, lookup);

    let claimed = api.claim(&sent, &sent.access()).await;
    assert_eq!(claimed.status, StatusCode::OK);
    assert_eq!(claimed.json, json!({"envelope": to_base64url(sent.envelope()), "views_left": 0}));

    assert_eq!(api.claim(&sent, &sent.access()).await, claimed);
    let after = api.lookup(&sent).await;
    assert_eq!(after.json["state"], "opened");
    assert_eq!(after.json["opened_at"].as_array().unwrap().len(), 1);
    assert_eq!(after.json["ended_at"], after.json["opened_at"][0]);
    assert_eq!(after.json["size"], Value::Null);

    let receipt = api.receipt(&sent, sent.owner()).await;
    assert_eq!(receipt.json["state"], "opened");
    assert_eq!(receipt.json["max_views"], 1);
}

#[tokio::test]
async fn without_the_links_proof_there_is_one_answer() {
    let api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    let stranger = Sent::new(1);
    let path = format!("/api/v1/open/{}", sent.id());
    let mut answers = Vec::new();
    for path in [path.clone(), format!("/api/v1/open/{}", stranger.id()), "/api/v1/open/short".to_owned()] {
        for proof in [None, Some("nonsense".to_owned()), Some(stranger.link())] {
            for (method, path) in [("GET", path.clone()), ("DELETE", path.clone()), ("POST", format!("{path}/claim"))] {
                // A holder of a link whose secret is unknown gets the same words.
                let mut request = request(method, &path);
                if let Some(proof) = &proof {
                    request = request.header("ashlink-link", proof);
                }
                request = request.header("ashlink-access", sent.access());
                answers.push(api.send(request.json(&json!({"access": sent.access(), "nonce": sent.nonce()}))).await);
            }
        }
    }
    let claim_elsewhere = answers.iter().all(|answer| answer == &answers[0]);
    assert!(claim_elsewhere);
    answers[0].assert_error(ErrorCode::Unknown);
    assert_eq!(api.lookup(&sent).await.json["state"], "waiting");
}

#[tokio::test]
async fn a_wrong_passphrase_costs_nothing() {
    let api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    for _ in 0..3 {
        api.claim(&sent, &to_base64url(&[9; 32])).await.assert_error(ErrorCode::WrongProof);
    }
    assert_eq!(api.claim(&sent, &sent.access()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn safe_methods_change_nothing() {
    let api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    let before = api.lookup(&sent).await;
    for method in ["GET", "HEAD", "OPTIONS"] {
        for path in ["", "/claim", "/ack"] {
            let path = format!("/api/v1/open/{}{path}", sent.id());
            api.send(
                request(method, &path)
                    .header("ashlink-link", sent.link())
                    .header("ashlink-access", sent.access())
                    .json(&json!({"access": sent.access(), "nonce": sent.nonce()})),
            )
            .await;
            api.send(request(method, &format!("/api/v1/receipts/{}", sent.id())).header("ashlink-owner", sent.owner()))
                .await;
        }
    }
    assert_eq!(api.lookup(&sent).await, before);
    assert_eq!(api.claim(&sent, &sent.access()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_sender_sees_and_destroys() {
    let api = Api::new();
    let sent = Sent::new(3);
    api.create(&sent).await;
    let receipt = api.receipt(&sent, sent.owner()).await;
    assert_eq!(receipt.status, StatusCode::OK);
    assert_eq!(receipt.json["state"], "waiting");
    assert_eq!((&receipt.json["views_left"], &receipt.json["max_views"]), (&json!(3), &json!(3)));
    for wrong in [to_base64url(&[1; 32]), "x".to_owned(), String::new()] {
        api.receipt(&sent, wrong.clone()).await.assert_error(ErrorCode::Unknown);
        api.destroy_as_sender(&sent, wrong).await.assert_error(ErrorCode::Unknown);
    }
    for _ in 0..2 {
        assert_eq!(api.destroy_as_sender(&sent, sent.owner()).await.status, StatusCode::NO_CONTENT);
    }
    api.claim(&sent, &sent.access()).await.assert_error(ErrorCode::Destroyed);
    assert_eq!(api.lookup(&sent).await.json["destroyed_by"], "sender");

    let opened = Sent::new(1);
    api.create(&opened).await;
    api.claim(&opened, &opened.access()).await;
    api.destroy_as_sender(&opened, opened.owner()).await.assert_error(ErrorCode::Opened);
}

#[tokio::test]
async fn the_recipient_destroys() {
    let api = Api::new();
    let sent = Sent::new(3);
    api.create(&sent).await;
    api.destroy(&sent, &to_base64url(&[9; 32])).await.assert_error(ErrorCode::WrongProof);
    api.destroy(&sent, "").await.assert_error(ErrorCode::WrongProof);
    for _ in 0..2 {
        assert_eq!(api.destroy(&sent, &sent.access()).await.status, StatusCode::NO_CONTENT);
    }
    api.claim(&sent, &sent.access()).await.assert_error(ErrorCode::Destroyed);
    assert_eq!(api.receipt(&sent, sent.owner()).await.json["destroyed_by"], "recipient");
}

#[tokio::test]
async fn a_bad_field_is_named_with_its_bounds() {
    let api = Api::new();
    let good = Sent::new(1).body();
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let without = |field: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        body
    };
    for (body, field, words) in [
        (with("id", json!("abc")), "id", "16 bytes"),
        (with("id", json!(7)), "id", "string"),
        (with("access_verifier", json!("A".repeat(42))), "access_verifier", "32 bytes"),
        (with("owner_verifier", json!(null)), "owner_verifier", "string"),
        (with("envelope", json!("AAAA")), "envelope", "287"),
        (with("envelope", json!("ä")), "envelope", "base64url"),
        (with("expires_in", json!(0)), "expires_in", "from 60 to 2592000"),
        (with("expires_in", json!(-60)), "expires_in", "not negative"),
        (with("expires_in", json!(60.5)), "expires_in", "invalid type"),
        (with("expires_in", json!(u64::MAX)), "expires_in", "from 60 to 2592000"),
        (with("expires_in", json!("60")), "expires_in", "invalid type"),
        (with("max_views", json!(0)), "max_views", "from 1 to 100"),
        (with("max_views", json!(101)), "max_views", "from 1 to 100"),
        (without("id"), "id", "missing field"),
        (without("max_views"), "max_views", "missing field"),
        (json!({}), "id", "missing field"),
    ] {
        let answer = api.post("/api/v1/secrets", &body).await;
        answer.assert_error(ErrorCode::InvalidField);
        let error = &answer.json["error"];
        assert_eq!(error["field"], field, "{error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
    }
    let in_order = ["id", "access_verifier", "owner_verifier", "envelope", "expires_in", "max_views"];
    let list: Vec<_> = in_order.iter().map(|field| good[field].clone()).chain([Value::Null]).collect();
    for body in [json!(list), json!([]), json!("{}"), json!(null), json!(7)] {
        let answer = api.post("/api/v1/secrets", &body).await;
        answer.assert_error(ErrorCode::InvalidField);
        let error = &answer.json["error"];
        assert_eq!((&error["field"], &error["message"]), (&Value::Null, &json!("the body must be a JSON object")));
    }
    // Unknown fields are for newer servers.
    assert_eq!(api.post("/api/v1/secrets", &with("colour", json!("red"))).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn the_operators_limits_are_enforced() {
    let api = Api::with(|config| {
        config.max_ttl = Ttl::from_secs(3600).unwrap();
        config.max_views = MaxViews::new(5).unwrap();
        config.max_envelope = 1024;
    });
    let good = Sent::new(5).body();
    assert_eq!(api.post("/api/v1/secrets", &good).await.status, StatusCode::CREATED);
    let mut body = Sent::new(6).body();
    assert_eq!(api.post("/api/v1/secrets", &body).await.json["error"]["field"], "max_views");
    body["max_views"] = json!(1);
    body["expires_in"] = json!(3601);
    assert_eq!(api.post("/api/v1/secrets", &body).await.json["error"]["message"], "must be from 60 to 3600");
    let mut large = Sent::new(1).body();
    large["envelope"] = json!(to_base64url(&vec![0; 1025]));
    api.post("/api/v1/secrets", &large).await.assert_error(ErrorCode::TooLarge);
    large["envelope"] = json!(to_base64url(&vec![0; 100_000]));
    api.post("/api/v1/secrets", &large).await.assert_error(ErrorCode::TooLarge);
}

#[tokio::test]
async fn only_json_is_read() {
    let api = Api::new();
    let body = Sent::new(1).body().to_string();
    for (kind, code) in [
        (None, ErrorCode::UnsupportedMediaType),
        (Some("text/plain"), ErrorCode::UnsupportedMediaType),
        (Some("application/jsonp"), ErrorCode::UnsupportedMediaType),
        (Some("application/x-www-form-urlencoded"), ErrorCode::UnsupportedMediaType),
    ] {
        let mut request = request("POST", "/api/v1/secrets");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        api.send(request.body(body.clone())).await.assert_error(code);
    }
    let typed = |text: &str| {
        request("POST", "/api/v1/secrets").header("content-type", "application/json").body(text.to_owned())
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in ["", "{", "nonsense", "{} {}", "\u{feff}{}", deep.as_str()] {
        let answer = api.send(typed(text)).await;
        assert!(answer.status.is_client_error(), "{text:.20}: {}", answer.status);
    }
    // What a message names is what the document names, and no type of the program.
    let mut wrong = Sent::new(1).body();
    for (field, value, words) in [
        ("expires_in", json!("3600"), "expected a whole number"),
        ("expires_in", json!(3600.5), "expected a whole number"),
        ("max_views", json!(-1), "expected a whole number"),
        ("max_views", json!(101.0), "must be from 1 to 100"),
        ("id", json!(7), "expected a string"),
        ("envelope", json!({}), "expected a string"),
    ] {
        let right = wrong[field].take();
        wrong[field] = value;
        let answer = api.send(typed(&wrong.to_string())).await;
        answer.assert_error(ErrorCode::InvalidField);
        assert_eq!(answer.json["error"]["field"], field);
        let message = answer.json["error"]["message"].as_str().unwrap();
        let of_the_program = ["struct", "u64", "u32", "CreateRequest", "Ttl", "MaxViews"];
        assert!(message.contains(words) && !of_the_program.iter().any(|name| message.contains(name)), "{message}");
        wrong[field] = right;
    }
    let charset = request("POST", "/api/v1/secrets").header("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(api.send(charset.body(body)).await.status, StatusCode::CREATED);
    // A whole number is one in each of its forms (OpenAPI 3.1's `integer`).
    for (n, number) in [(2, "3600.0"), (3, "36e2"), (4, "3600")] {
        let mut body = Sent::new(n).body();
        body["expires_in"] = "NUMBER".into();
        let text = body.to_string().replace("\"NUMBER\"", number);
        assert_eq!(api.send(typed(&text)).await.status, StatusCode::CREATED, "{number}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_the_error_body() {
    let api = Api::new();
    for (method, path, status) in [
        ("GET", "/api/v1/config", 200),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/elsewhere", 404),
        ("GET", "/api/v1/secrets", 405),
        ("PUT", "/api/v1/config", 405),
        ("GET", "/pkg/nothing.js", 404),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/", 200),
        ("GET", "/s", 200),
        ("GET", "/m", 200),
        ("GET", "/about", 200),
        ("GET", "/docs/api", 200),
        ("POST", "/", 405),
    ] {
        let answer = api.send(request(method, path)).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; "), "{path}");
        let is_page = method == "GET" && ["/", "/s", "/m", "/about", "/docs/api"].contains(&path);
        let kept = if is_page { "no-cache, no-transform" } else { "no-store, no-transform" };
        assert_eq!(answer.header("cache-control"), kept, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        if path.starts_with("/api") && status >= 400 {
            assert!(answer.json["error"]["code"].is_string(), "{path}");
        }
    }
}

#[tokio::test]
async fn everything_works_under_a_prefix() {
    let api = Api::under("/tools/ash");
    let sent = Sent::new(1);
    for base in ["/tools/ash", ""] {
        let answer = api.send(request("POST", &format!("{base}/api/v1/secrets")).json(&sent.body())).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(api.send(request("GET", &format!("{base}/s"))).await.status, StatusCode::OK);
        assert_eq!(api.send(request("GET", &format!("{base}/healthz"))).await.status, StatusCode::OK);
    }
    assert_eq!(api.send(request("GET", "/tools/ash")).await.status, StatusCode::OK);
    assert_eq!(api.send(request("GET", "/tools/ashes")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_failing_store_is_told_apart() {
    for (failure, code) in [
        (StoreError::Unavailable, ErrorCode::StoreUnavailable),
        (StoreError::OutcomeUnknown, ErrorCode::OutcomeUnknown),
        (StoreError::Corrupt, ErrorCode::Internal),
    ] {
        let api = Api::on(Arc::new(Failing(failure)));
        let sent = Sent::new(1);
        api.create(&sent).await.assert_error(code);
        api.claim(&sent, &sent.access()).await.assert_error(code);
        api.destroy_as_sender(&sent, sent.owner()).await.assert_error(code);
        api.destroy(&sent, &sent.access()).await.assert_error(code);
        api.send(request("GET", "/readyz")).await.assert_error(code);
        assert_eq!(api.send(request("GET", "/healthz")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_log_line_holds_the_route_and_nothing_of_the_visitor() {
    let log = Log::of_this_process();
    let api = Api::new();
    let sent = Sent::new(1);
    api.create(&sent).await;
    api.lookup(&sent).await;
    api.claim(&sent, &sent.access()).await;
    api.receipt(&sent, sent.owner()).await;
    let marked =
        request("GET", "/s?utm_source=marker").header("user-agent", "marker").header("x-forwarded-for", "192.0.2.77");
    api.send(marked).await;
    api.send(request("GET", "/marker")).await;
    let text = log.text();
    for template in ["/api/v1/open/{id}/claim", "/api/v1/receipts/{id}", "/api/v1/secrets", "(none)"] {
        assert!(text.contains(template), "{text}");
    }
    for hidden in [sent.id(), sent.link(), sent.access(), sent.owner(), "marker".into(), "192.0.2.77".into()] {
        assert!(!text.contains(&hidden), "{text}");
    }
    assert!(!text.contains(&sent.id()[..6]), "{text}");
}

#[tokio::test]
async fn the_openapi_document_is_this() {
    let api = Api::new();
    let document = api.send(request("GET", "/api/openapi.json")).await;
    assert_eq!(document.json["openapi"], "3.1.0");
    insta::assert_snapshot!(document.text);
}
