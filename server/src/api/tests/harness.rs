//! A router to send requests to, and a secret to send.

use crate::router;
use crate::state::AppState;
use crate::testing;
use crate::web::caller::Peer;
use ashlink_core::api::{Config, ErrorCode};
use ashlink_core::bytes::to_base64url;
use ashlink_core::derive::LinkSecrets;
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, Sealed, seal};
use ashlink_store::SecretStore;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock, Mutex};
use tower::ServiceExt as _;

pub(super) struct Api(AppState);

/// An answer, taken whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
    pub(super) json: Value,
}

impl Answer {
    pub(super) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, json }
    }

    pub(super) fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub(super) fn assert_error(&self, code: ErrorCode) {
        assert_eq!(self.json["error"]["code"], code.as_str(), "{} {}", self.status, self.text);
        assert_eq!(self.status.as_u16(), code.status());
    }
}

impl Api {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut api = Self::on(testing::memory());
        change(Arc::make_mut(&mut api.0.config));
        api
    }

    pub(super) fn set(change: impl FnOnce(&mut AppState)) -> Self {
        let mut api = Self::new();
        api.change(change);
        api
    }

    pub(super) fn change(&mut self, change: impl FnOnce(&mut AppState)) {
        change(&mut self.0);
    }

    pub(super) fn state(&self) -> &AppState {
        &self.0
    }

    pub(super) fn on(store: Arc<dyn SecretStore>) -> Self {
        Self(testing::state(store))
    }

    pub(super) fn under(base: &str) -> Self {
        let mut api = Self::new();
        api.0.base = base.into();
        api
    }

    /// A server that was started with these flags.
    pub(super) fn started(flags: &[&str]) -> Self {
        Self(testing::state_of(flags, testing::memory()).unwrap())
    }

    pub(super) async fn send(&self, request: impl Into<Request<Body>>) -> Answer {
        Answer::of(self.respond(request).await).await
    }

    /// Sends, and takes nothing of the answer yet.
    pub(super) async fn respond(&self, request: impl Into<Request<Body>>) -> Response {
        let mut request = request.into();
        if request.extensions().get::<Peer>().is_none() {
            request.extensions_mut().insert(Peer(([127, 0, 0, 1], 4711).into()));
        }
        request.headers_mut().entry("host").or_insert(HeaderValue::from_static("localhost"));
        router::service(self.0.clone()).oneshot(request).await.unwrap()
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(request("POST", path).json(body)).await
    }

    pub(super) async fn create(&self, sent: &Sent) -> Answer {
        self.post("/api/v1/secrets", &sent.body()).await
    }

    pub(super) async fn lookup(&self, sent: &Sent) -> Answer {
        let path = format!("/api/v1/open/{}", sent.id());
        self.send(request("GET", &path).header("ashlink-link", sent.link())).await
    }

    pub(super) async fn claim(&self, sent: &Sent, access: &str) -> Answer {
        let path = format!("/api/v1/open/{}/claim", sent.id());
        let body = json!({"access": access, "nonce": sent.nonce()});
        self.send(request("POST", &path).header("ashlink-link", sent.link()).json(&body)).await
    }

    pub(super) async fn destroy(&self, sent: &Sent, access: &str) -> Answer {
        let path = format!("/api/v1/open/{}", sent.id());
        let request = request("DELETE", &path).header("ashlink-link", sent.link());
        self.send(request.header("ashlink-access", access)).await
    }

    pub(super) async fn receipt(&self, sent: &Sent, owner: String) -> Answer {
        let path = format!("/api/v1/receipts/{}", sent.id());
        self.send(request("GET", &path).header("ashlink-owner", owner)).await
    }

    pub(super) async fn destroy_as_sender(&self, sent: &Sent, owner: String) -> Answer {
        let path = format!("/api/v1/receipts/{}", sent.id());
        self.send(request("DELETE", &path).header("ashlink-owner", owner)).await
    }
}

/// A request being written.
pub(super) struct Builder(axum::http::request::Builder);

pub(super) fn request(method: &str, path: &str) -> Builder {
    Builder(Request::builder().method(method).uri(path))
}

impl Builder {
    pub(super) fn header(self, name: &str, value: impl AsRef<str>) -> Self {
        Self(self.0.header(name, value.as_ref()))
    }

    pub(super) fn json(self, body: &Value) -> Request<Body> {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(super) fn body(self, body: String) -> Request<Body> {
        self.0.body(Body::from(body)).unwrap()
    }
}

impl From<Builder> for Request<Body> {
    fn from(builder: Builder) -> Self {
        builder.body(String::new())
    }
}

/// A secret as a client has sealed it.
pub(super) struct Sent {
    sealed: Sealed,
    views: u64,
}

impl Sent {
    pub(super) fn new(views: u64) -> Self {
        Self::protected(views, Protection::Link)
    }

    pub(super) fn protected(views: u64, protection: Protection<'_>) -> Self {
        let sealed = seal(&Payload::text("hunter2"), protection, Entropy::fresh().unwrap()).unwrap();
        Self { sealed, views }
    }

    fn secrets(&self) -> LinkSecrets {
        LinkSecrets::derive(&self.sealed.share.key)
    }

    pub(super) fn id(&self) -> String {
        self.sealed.id.to_text()
    }

    pub(super) fn link(&self) -> String {
        self.secrets().link.to_text()
    }

    pub(super) fn access(&self) -> String {
        self.secrets().unlock(Profile::None, None).unwrap().access.to_text()
    }

    pub(super) fn owner(&self) -> String {
        self.sealed.owner.proof.to_text()
    }

    pub(super) fn envelope(&self) -> &[u8] {
        &self.sealed.envelope
    }

    pub(super) fn nonce(&self) -> String {
        to_base64url(&[3; 16])
    }

    pub(super) fn body(&self) -> Value {
        json!({
            "id": self.id(),
            "access_verifier": self.sealed.access_verifier,
            "owner_verifier": self.sealed.owner_verifier,
            "envelope": to_base64url(self.envelope()),
            "expires_in": 3600,
            "max_views": self.views,
        })
    }
}

/// What was logged by all tests of this process. A subscriber for one test alone would miss
/// events, because whether an event is wanted is remembered for all threads together.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(super) fn of_this_process() -> Self {
        static LOG: LazyLock<Log> = LazyLock::new(|| {
            let log = Log::default();
            tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone()).init();
            log
        });
        LOG.clone()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
