//! Health over HTTP, while a Redis is cut off, refuses, hangs, is slow or full.

use crate::router;
use crate::testing::state;
use crate::web::caller::Peer;
use ashlink_core::bytes::{AccessVerifier, SecretId, to_base64url};
use ashlink_store::conformance;
use ashlink_store::redis::{RedisStore, Snapshots};
use ashlink_store::testing::proxy::{Fault, Proxy};
use ashlink_store::testing::redis_server::{RedisServer, until};
use ashlink_store::{Create, NewSecret, SecretStore};
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

/// In which a store must be itself again after a fault has ended.
const RECOVERY_SECONDS: u64 = 3;

struct Faulty {
    server: RedisServer,
    proxy: Proxy,
    store: Arc<RedisStore>,
}

impl Faulty {
    async fn start(arguments: &[&str]) -> Self {
        let server = RedisServer::start(arguments).await;
        let proxy = Proxy::before(server.port()).await;
        let url = format!("redis://127.0.0.1:{}", proxy.port).parse().unwrap();
        let store = Arc::new(RedisStore::connect(&url, None, Snapshots::Refuse).await.unwrap());
        Self { server, proxy, store }
    }

    async fn recovered(&self) -> Duration {
        until("a store that recovers", RECOVERY_SECONDS, async || self.store.ping().await.is_ok()).await
    }
}

/// A secret whose link is known, so that it can be asked for over HTTP.
struct Linked {
    new: NewSecret,
    link: [u8; 32],
    access: [u8; 32],
}

impl Linked {
    async fn stored(store: &RedisStore) -> Self {
        let (mut link, mut access) = ([0; 32], [0; 32]);
        getrandom::fill(&mut link).unwrap();
        getrandom::fill(&mut access).unwrap();
        let id: [u8; 16] = Sha256::digest(link)[..16].try_into().unwrap();
        let new = NewSecret {
            id: SecretId::new(id),
            access_verifier: AccessVerifier::new(Sha256::digest(access).into()),
            ..conformance::secret(1)
        };
        store.create(new.clone()).await.unwrap();
        Self { new, link, access }
    }
}

async fn send(store: &Arc<RedisStore>, mut request: Request<Body>) -> (StatusCode, Json) {
    request.extensions_mut().insert(Peer(([127, 0, 0, 1], 4711).into()));
    request.headers_mut().insert("host", HeaderValue::from_static("localhost"));
    let service = router::service(state(Arc::clone(store) as Arc<dyn SecretStore>));
    let response = service.oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Json::Null))
}

async fn get(store: &Arc<RedisStore>, path: &str) -> u16 {
    send(store, Request::get(path).body(Body::empty()).unwrap()).await.0.as_u16()
}

async fn claim_over_http(store: &Arc<RedisStore>, secret: &Linked, nonce: u8) -> (u16, Json) {
    let body = json!({"access": to_base64url(&secret.access), "nonce": to_base64url(&[nonce; 16])}).to_string();
    let request = Request::post(format!("/api/v1/open/{}/claim", secret.new.id.to_text()))
        .header("ashlink-link", to_base64url(&secret.link))
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap();
    let (status, mut body) = send(store, request).await;
    (status.as_u16(), body["error"]["code"].take())
}

#[tokio::test]
async fn health_tells_the_truth_over_http() {
    let h = Faulty::start(&[]).await;
    assert_eq!((get(&h.store, "/readyz").await, get(&h.store, "/healthz").await), (200, 200));
    let secret = Linked::stored(&h.store).await;

    for fault in [Fault::Refuse, Fault::Freeze] {
        h.proxy.set(fault);
        let start = Instant::now();
        until("an unready server", 5, async || get(&h.store, "/readyz").await == 503).await;
        assert_eq!(get(&h.store, "/readyz").await, 503, "{fault:?}");
        assert!(start.elapsed() < Duration::from_secs(8), "{fault:?}: {:?}", start.elapsed());
        assert_eq!(get(&h.store, "/healthz").await, 200, "{fault:?}");
        assert_eq!(claim_over_http(&h.store, &secret, 1).await, (503, json!("store_unavailable")), "{fault:?}");
        h.proxy.set(Fault::None);
        until("a ready server", RECOVERY_SECONDS, async || get(&h.store, "/readyz").await == 200).await;
    }

    // A replica answers reads, and is no place for a claim.
    let port = h.server.port().to_string();
    let other = RedisServer::start(&[]).await;
    let _: String = h.server.command(&["REPLICAOF", "127.0.0.1", &other.port().to_string()]).await;
    assert_eq!(get(&h.store, "/readyz").await, 503);
    assert_eq!(get(&h.store, "/healthz").await, 200);
    let _: String = h.server.command(&["REPLICAOF", "NO", "ONE"]).await;
    assert_eq!(get(&h.store, "/readyz").await, 200, "{port}");

    // A full store still hands out what it holds: that is for people to see, not for proxies.
    let (first, secret) = (Linked::stored(&h.store).await, Linked::stored(&h.store).await);
    let _: String = h.server.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    assert_eq!(h.store.create(conformance::secret(1)).await, Ok(Create::Full));
    assert_eq!((get(&h.store, "/readyz").await, get(&h.store, "/healthz").await), (200, 200));

    // The script is known now, so what is cut is one command.
    assert_eq!(claim_over_http(&h.store, &first, 1).await.0, 200);
    h.proxy.set(Fault::CutAfter);
    assert_eq!(claim_over_http(&h.store, &secret, 1).await, (504, json!("outcome_unknown")));
    h.recovered().await;
    // It was run, and its reader alone can still have it: under the lease.
    assert_eq!(claim_over_http(&h.store, &secret, 2).await, (410, json!("opened")));
    assert_eq!(claim_over_http(&h.store, &secret, 1).await.0, 200);
}
