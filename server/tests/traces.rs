//! What a collector is sent: a process of its own, because whether a span is wanted is remembered
//! for all threads together.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

use ashlink_core::bytes::to_base64url;
use ashlink_core::derive::LinkSecrets;
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, Sealed, seal};
use ashlink_server::observe::trace::otlp::Traces;
use ashlink_server::router;
use ashlink_server::settings::Settings;
use ashlink_server::site::Site;
use ashlink_server::state::AppState;
use ashlink_server::web::caller::Peer;
use ashlink_store::embedded::EmbeddedStore;
use axum::body::Body;
use axum::http::Request;
use clap::Parser as _;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use tower::ServiceExt as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What a client of its own was told to trace.
const FOREIGN_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Takes whatever is posted, head and body, and says thank you.
fn collect(stream: TcpStream, taken: &Sender<Vec<u8>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut whole = Vec::new();
        let mut length = 0;
        loop {
            let mut line = Vec::new();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            whole.extend_from_slice(&line);
            let line = String::from_utf8_lossy(&line).to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        whole.extend_from_slice(&body);
        taken.send(whole).unwrap();
        reader
            .get_mut()
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n")?;
    }
}

struct Client {
    state: AppState,
    sealed: Sealed,
}

impl Client {
    fn secrets(&self) -> LinkSecrets {
        LinkSecrets::derive(&self.sealed.share.key)
    }

    fn access(&self) -> String {
        self.secrets().unlock(Profile::None, None).unwrap().access.to_text()
    }

    async fn send(&self, method: &str, path: &str, body: serde_json::Value) -> u16 {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("ashlink-link", self.secrets().link.to_text())
            .header("ashlink-owner", self.sealed.owner.proof.to_text())
            .header("authorization", "Bearer ashlink_3secret")
            .header("x-forwarded-for", "203.0.113.77")
            .header("traceparent", format!("00-{FOREIGN_TRACE}-00f067aa0ba902b7-01"))
            .header("tracestate", "foreign=words")
            .body(Body::from(body.to_string()))
            .unwrap();
        request.extensions_mut().insert(Peer(([198, 51, 100, 7], 4711).into()));
        router::service(self.state.clone()).oneshot(request).await.unwrap().status().as_u16()
    }
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test]
async fn a_collector_learns_of_routes_and_of_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let (taken, arrived) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            collect(stream.unwrap(), &taken).unwrap();
        }
    });

    let traces = Traces::to(Some(endpoint)).unwrap();
    tracing_subscriber::registry().with(traces.layer()).init();
    let settings = Settings::parse_from(["ashlink-server", "--trusted-proxies=198.51.100.7"]);
    let store = Arc::new(EmbeddedStore::in_memory(64 * 1024 * 1024));
    let sealed = seal(&Payload::text("hunter2"), Protection::Link, Entropy::fresh().unwrap()).unwrap();
    let client = Client { state: AppState::new(&settings, store, Site::none()).unwrap(), sealed };
    let sealed = &client.sealed;
    let id = sealed.id.to_text();
    let secret = json!({"id": id, "access_verifier": sealed.access_verifier, "owner_verifier": sealed.owner_verifier,
        "envelope": to_base64url(&sealed.envelope), "expires_in": 3600, "max_views": 1});
    let nonce = to_base64url(&[7; 16]);
    let claim = json!({"access": client.access(), "nonce": nonce});
    assert_eq!(client.send("POST", "/api/v1/secrets", secret).await, 201);
    assert_eq!(client.send("GET", &format!("/api/v1/open/{id}"), json!(null)).await, 200);
    assert_eq!(client.send("POST", &format!("/api/v1/open/{id}/claim"), claim).await, 200);
    assert_eq!(client.send("DELETE", &format!("/api/v1/receipts/{id}"), json!(null)).await, 410);
    assert_eq!(client.send("GET", &format!("/nowhere/{id}?query=words"), json!(null)).await, 404);
    assert_eq!(client.send("BREW", "/s", json!(null)).await, 405);
    tracing::info!(secret = "in the log", "a line of the log");
    // Sends what is left.
    drop(traces);

    let sent: Vec<u8> = arrived.try_iter().flatten().collect();
    for wanted in [
        "POST /v1/traces HTTP/1.1",
        "ashlink-server",
        "POST /api/v1/open/{id}/claim",
        "DELETE /api/v1/receipts/{id}",
        "GET (none)",
        "other /s",
        "store claim",
        "http.response.status_code",
    ] {
        assert!(has(&sent, wanted.as_bytes()), "{wanted} in {}", String::from_utf8_lossy(&sent));
    }
    let hidden = [
        id,
        client.secrets().link.to_text(),
        client.access(),
        nonce,
        sealed.owner.proof.to_text(),
        to_base64url(&sealed.envelope),
        "203.0.113.77".to_owned(),
        "198.51.100.7".to_owned(),
        "4711".to_owned(),
        "ashlink_3secret".to_owned(),
        "hunter2".to_owned(),
        "query=words".to_owned(),
        "foreign".to_owned(),
        FOREIGN_TRACE.to_owned(),
        "BREW".to_owned(),
        "in the log".to_owned(),
        // Paths of this program's own source, and threads.
        "server/src".to_owned(),
        "store/src".to_owned(),
        "thread.".to_owned(),
    ];
    for hidden in &hidden {
        assert!(!has(&sent, hidden.as_bytes()), "{hidden} in {}", String::from_utf8_lossy(&sent));
    }
    assert!(!has(&sent, sealed.id.as_bytes()) && !has(&sent, client.secrets().link.as_bytes()));
    let foreign: Vec<u8> =
        (0..16).map(|at| u8::from_str_radix(&FOREIGN_TRACE[2 * at..2 * at + 2], 16).unwrap()).collect();
    assert!(!has(&sent, &foreign));
}
