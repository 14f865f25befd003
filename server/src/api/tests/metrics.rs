//! What is counted, held against what was done.

use super::harness::{Answer, Api, Sent, request};
use crate::observe::metrics::{self, Watched};
use crate::state::AppState;
use crate::testing::{Failing, SlowClaims, memory, memory_by, state, state_of};
use ashlink_store::embedded::{EmbeddedStore, ManualClock};
use ashlink_store::{Capacity, SecretStore, StoreError, Usage};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// What stands on the page: every number by its name and labels, as they are written.
type Numbers = BTreeMap<String, f64>;

/// The page as a Prometheus gets it.
async fn page(state: &AppState, capacity: Arc<dyn Capacity>) -> Answer {
    let watched = Watched { store: Arc::clone(&state.store), capacity };
    let request = Request::get("/metrics").header("host", "localhost").body(Body::empty()).unwrap();
    Answer::of(metrics::router(Arc::clone(&state.metrics), watched).oneshot(request).await.unwrap()).await
}

fn numbers(page: &str) -> Numbers {
    let lines = page.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

/// A server on an embedded store.
struct Watching {
    api: Api,
    store: Arc<EmbeddedStore>,
}

impl Watching {
    fn on(store: Arc<EmbeddedStore>) -> Self {
        Self { api: Api::on(Arc::<EmbeddedStore>::clone(&store)), store }
    }

    fn new() -> Self {
        Self::on(memory())
    }

    async fn text(&self) -> String {
        page(self.api.state(), Arc::<EmbeddedStore>::clone(&self.store)).await.text
    }

    async fn numbers(&self) -> Numbers {
        numbers(&self.text().await)
    }

    /// Holds that since then exactly these have changed, of those whose names begin like this.
    async fn assert_changed(&self, before: &Numbers, names: &str, expected: &[(&str, f64)]) {
        let after = self.numbers().await;
        let changed: Vec<_> = after
            .iter()
            .filter(|(name, _)| name.starts_with(names))
            .map(|(name, value)| (name.as_str(), value - before.get(name).unwrap_or(&0.0)))
            .filter(|(_, change)| *change != 0.0)
            .collect();
        assert_eq!(changed, expected);
    }
}

const SECRETS: &str = "ashlink_secrets_";

#[tokio::test]
async fn the_page_says_what_it_is() {
    let watching = Watching::new();
    let page = page(watching.api.state(), memory()).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(page.text.ends_with("\n# EOF\n"));
    let version = concat!("ashlink_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1");
    assert!(page.text.lines().any(|line| line == version), "{}", page.text);
    let numbers = numbers(&page.text);
    assert!(numbers["process_resident_memory_bytes"] > 1e6 && numbers["process_open_fds"] > 2.0);
    assert!(numbers["process_cpu_seconds_total"] >= 0.0 && numbers["process_start_time_seconds"] > 1.7e9);
    // Each family once, with its words, before its numbers.
    let types: Vec<_> = page.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert_eq!(types.len(), page.text.lines().filter(|line| line.starts_with("# HELP ")).count());
    assert!(types.len() > 20);
}

#[tokio::test]
async fn what_becomes_of_secrets_is_counted() {
    let clock = Arc::new(ManualClock::new());
    let watching = Watching::on(memory_by(Arc::clone(&clock)));
    let api = &watching.api;
    let twice = Sent::new(2);
    let before = watching.numbers().await;
    api.create(&twice).await;
    watching.assert_changed(&before, SECRETS, &[("ashlink_secrets_created_total", 1.0)]).await;

    let before = watching.numbers().await;
    api.lookup(&twice).await;
    api.receipt(&twice, twice.owner()).await;
    watching.assert_changed(&before, SECRETS, &[]).await;
    api.post("/api/v1/secrets", &{
        let mut other = twice.body();
        other["expires_in"] = json!(7200);
        other
    })
    .await
    .assert_error(ashlink_core::api::ErrorCode::IdTaken);
    api.claim(&twice, &Sent::new(1).access()).await;
    api.claim(&twice, &twice.access()).await;
    watching
        .assert_changed(
            &before,
            SECRETS,
            &[
                ("ashlink_secrets_opened_total{view=\"earlier\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"id_taken\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"wrong_proof\"}", 1.0),
            ],
        )
        .await;

    let [by_sender, destroyed, expired, once] = [1; 4].map(Sent::new);
    for sent in [&by_sender, &destroyed, &expired, &once] {
        api.create(sent).await;
    }
    let before = watching.numbers().await;
    api.destroy_as_sender(&by_sender, by_sender.owner()).await;
    api.claim(&by_sender, &by_sender.access()).await;
    api.destroy(&destroyed, &destroyed.access()).await;
    api.claim(&once, &once.access()).await;
    api.destroy_as_sender(&once, once.owner()).await;
    for _ in 0..6 {
        api.claim(&expired, &once.access()).await;
    }
    clock.advance(3_600_000);
    api.claim(&expired, &expired.access()).await;
    let stranger = Sent::new(1);
    api.claim(&stranger, &stranger.access()).await;
    watching
        .assert_changed(
            &before,
            SECRETS,
            &[
                ("ashlink_secrets_destroyed_total{by=\"recipient\"}", 1.0),
                ("ashlink_secrets_destroyed_total{by=\"sender\"}", 1.0),
                ("ashlink_secrets_opened_total{view=\"last\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"destroyed\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"expired\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"opened\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"too_many_attempts\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"unknown\"}", 1.0),
                ("ashlink_secrets_refused_total{reason=\"wrong_proof\"}", 5.0),
            ],
        )
        .await;
}

#[tokio::test]
async fn a_full_store_and_its_bytes_are_counted() {
    let budget = 1500;
    let mut watching = Watching::on(Arc::new(EmbeddedStore::in_memory(budget)));
    // One address fills it.
    watching.api.change(|state| state.limiter = None);
    let before = watching.numbers().await;
    assert_eq!((before["ashlink_store_used_bytes"], before["ashlink_store_ready"]), (0.0, 1.0));
    assert_eq!(before["ashlink_store_limit_bytes"], budget as f64);
    let first = Sent::new(1);
    for sent in [&first, &Sent::new(1), &Sent::new(1)] {
        watching.api.create(sent).await;
    }
    let after = watching.numbers().await;
    assert_eq!(after["ashlink_secrets_refused_total{reason=\"store_full\"}"], 1.0);
    assert_eq!(after["ashlink_refused_total{code=\"store_full\"}"], 1.0);
    let each = ashlink_store::embedded::RECORD_COST + first.envelope().len() as u64;
    assert_eq!(after["ashlink_store_used_bytes"], 2.0 * each as f64);
}

#[tokio::test]
async fn requests_are_counted_by_route_status_and_code() {
    let watching = Watching::new();
    let api = &watching.api;
    let sent = Sent::new(1);
    let before = watching.numbers().await;
    api.create(&sent).await;
    api.claim(&sent, &sent.access()).await;
    api.post("/api/v1/secrets", &json!({"id": "too short"})).await;
    api.send(request("GET", "/somewhere/else?x=1")).await;
    api.send(request("BREW", "/s")).await;
    api.send(request("GET", "/healthz")).await;
    let counted = |method: &str, route: &str, status: u16| {
        format!("ashlink_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}")
    };
    let mut expected = [
        counted("POST", "/api/v1/secrets", 201),
        counted("POST", "/api/v1/open/{id}/claim", 200),
        counted("POST", "/api/v1/secrets", 422),
        counted("GET", "(none)", 404),
        counted("other", "/s", 405),
        counted("GET", "/healthz", 200),
    ];
    expected.sort();
    let expected: Vec<_> = expected.iter().map(|name| (name.as_str(), 1.0)).collect();
    watching.assert_changed(&before, "ashlink_http_requests_total", &expected).await;
    let refused = [("ashlink_refused_total{code=\"invalid_field\"}", 1.0)];
    watching.assert_changed(&before, "ashlink_refused_total", &refused).await;
    let after = watching.numbers().await;
    let created = "ashlink_http_request_duration_seconds_count{route=\"/api/v1/secrets\"}";
    assert_eq!(after[created], 2.0);
    assert_eq!(after[&created.replace("_count{", "_bucket{le=\"+Inf\",")], 2.0);
    assert_eq!(after["ashlink_store_duration_seconds_count{operation=\"claim\"}"], 1.0);
    assert_eq!((after["ashlink_http_requests_in_flight"], after["ashlink_http_requests_abandoned_total"]), (0.0, 0.0));
}

#[tokio::test]
async fn who_asks_too_often_is_counted_by_what_for() {
    let watching = Watching::new();
    let sent = Sent::new(1);
    let before = watching.numbers().await;
    for _ in 0..ashlink_store::counters::Class::Open.most() + 2 {
        watching.api.claim(&sent, &sent.access()).await;
    }
    // The minute may end meanwhile, and then the count begins anew.
    let after = watching.numbers().await;
    let limited = "ashlink_rate_limited_total{class=\"open\"}";
    assert_eq!(after[limited], after["ashlink_refused_total{code=\"rate_limited\"}"]);
    if after[limited] > 0.0 {
        watching.assert_changed(&before, "ashlink_rate_limited_total", &[(limited, 2.0)]).await;
    }
}

/// A store that does not say how full it is.
struct Mute;

#[async_trait]
impl Capacity for Mute {
    async fn usage(&self) -> Result<Usage, StoreError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_counted_and_does_not_hold_up_the_page() {
    for (error, label) in [
        (StoreError::Unavailable, "unavailable"),
        (StoreError::OutcomeUnknown, "outcome_unknown"),
        (StoreError::Corrupt, "corrupt"),
    ] {
        let api = Api::on(Arc::new(Failing(error)));
        let sent = Sent::new(1);
        api.create(&sent).await;
        api.lookup(&sent).await;
        api.claim(&sent, &sent.access()).await;
        api.destroy_as_sender(&sent, sent.owner()).await;
        api.destroy(&sent, &sent.access()).await;
        let since = tokio::time::Instant::now();
        let after = numbers(&page(api.state(), Arc::new(Mute)).await.text);
        assert!(since.elapsed() < Duration::from_secs(10));
        for operation in ["create", "lookup", "claim", "destroy", "destroy", "ping"] {
            let name = format!("ashlink_store_errors_total{{operation=\"{operation}\",error=\"{label}\"}}");
            assert_eq!(after[&name], 1.0, "{name}");
        }
        assert_eq!(after["ashlink_store_ready"], 0.0);
        assert!(!after.contains_key("ashlink_store_used_bytes"));
        assert!(after.iter().filter(|(name, _)| name.starts_with(SECRETS)).all(|(_, value)| *value == 0.0));
    }
}

#[tokio::test]
async fn a_client_that_goes_away_is_counted() {
    let slow = Arc::new(SlowClaims { inner: memory(), done: Semaphore::new(0), answers: Semaphore::new(0) });
    let api = Api::on(Arc::<SlowClaims>::clone(&slow));
    let sent = Sent::new(1);
    api.create(&sent).await;
    let capacity = || Arc::<EmbeddedStore>::clone(&slow.inner);
    {
        let access = sent.access();
        let claim = api.claim(&sent, &access);
        tokio::pin!(claim);
        tokio::select! {
            _ = &mut claim => panic!("nobody let it be answered"),
            done = slow.done.acquire() => done.unwrap().forget(),
        }
        let during = numbers(&page(api.state(), capacity()).await.text);
        assert_eq!(during["ashlink_http_requests_in_flight"], 1.0);
    }
    let after = numbers(&page(api.state(), capacity()).await.text);
    assert_eq!(after["ashlink_http_requests_in_flight"], 0.0);
    assert_eq!(after["ashlink_http_requests_abandoned_total"], 1.0);
    assert_eq!(after["ashlink_store_errors_total{operation=\"claim\",error=\"abandoned\"}"], 1.0);
}

#[tokio::test]
async fn nothing_stands_there_of_one_secret() {
    let store = memory();
    let state = state_of(&["--rate-limit=off"], Arc::<EmbeddedStore>::clone(&store)).unwrap();
    let mut watching = Watching { api: Api::on(Arc::new(Failing(StoreError::Corrupt))), store };
    watching.api.change(|before| *before = state);
    let mut lines = Vec::new();
    let mut known = Vec::new();
    for round in 0..40 {
        let sent = Sent::new(2);
        watching.api.create(&sent).await;
        watching.api.lookup(&sent).await;
        watching.api.claim(&sent, &Sent::new(1).access()).await;
        watching.api.claim(&sent, &sent.access()).await;
        watching.api.destroy_as_sender(&sent, sent.owner()).await;
        watching.api.receipt(&sent, sent.owner()).await;
        watching.api.send(request("GET", &format!("/s?{}", sent.id()))).await;
        watching.api.send(request("GET", &format!("/nowhere/{}", sent.id()))).await;
        watching.api.send(request("GET", &format!("/pkg/{}", sent.id()))).await;
        known.extend([sent.id(), sent.link(), sent.access(), sent.owner(), sent.nonce()]);
        if round % 20 == 19 {
            lines.push(watching.text().await);
        }
    }
    let [half, whole] = lines.try_into().unwrap();
    for known in &known {
        assert!(!whole.contains(known.as_str()));
    }
    assert!(!whole.contains("127.0.0.1"));
    // Twice the secrets, and not one number more.
    let names = |text: &str| numbers(text).into_keys().collect::<Vec<_>>();
    assert_eq!(names(&half), names(&whole));
}

#[tokio::test]
async fn no_page_of_the_internet_reads_them() {
    let state = state(memory());
    let watched = Watched { store: Arc::clone(&state.store), capacity: memory() };
    let router = metrics::router(Arc::clone(&state.metrics), watched);
    for (host, status) in [
        ("127.0.0.1:9464", 200),
        ("[::1]:9464", 200),
        ("localhost", 200),
        ("server:9464", 200),
        ("ashlink.monitoring.svc:9464", 200),
        ("ashlink.monitoring.svc.cluster.local:9464", 200),
        ("Server.Home.ARPA.", 200),
        ("rebound.example:9464", 421),
        ("rebound.svc.example", 421),
        ("examplesvc.example.", 421),
        (".", 421),
        ("127.0.0.1.example", 421),
        ("", 421),
        ("a b", 400),
    ] {
        let request = Request::get("/metrics").header("host", host).body(Body::empty()).unwrap();
        let answer = Answer::of(router.clone().oneshot(request).await.unwrap()).await;
        assert_eq!(answer.status, status, "{host}");
        assert_eq!(answer.text.contains("ashlink_http"), status == 200);
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{host}");
    }
}

#[tokio::test]
async fn there_is_nothing_else_at_the_listener() {
    let state = state(memory());
    let watched = Watched { store: Arc::clone(&state.store), capacity: memory() };
    let router = metrics::router(Arc::clone(&state.metrics), watched);
    for (method, path, status) in [
        ("GET", "/metrics", 200),
        ("POST", "/metrics", 404),
        ("DELETE", "/metrics", 404),
        ("GET", "/", 404),
        ("GET", "/metrics/", 404),
        ("GET", "/healthz", 404),
        ("GET", "/api/v1/config", 404),
    ] {
        let request =
            Request::builder().method(method).uri(path).header("host", "127.0.0.1:9464").body(Body::empty()).unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), status, "{method} {path}");
    }
    // And the page has no metrics.
    let page = Api::new().send(request("GET", "/metrics")).await;
    assert_eq!(page.status, 404);
    assert!(!page.text.contains("ashlink_http"));
}

#[tokio::test]
async fn a_store_is_asked_once_for_each_operation() {
    let store: Arc<dyn SecretStore> = memory();
    let state = state(store);
    state.store.ping().await.unwrap();
    let after = numbers(&page(&state, memory()).await.text);
    // The ping above; the page's own is counted after it was asked, and so is on it too.
    assert_eq!(after["ashlink_store_duration_seconds_count{operation=\"ping\"}"], 2.0);
}
