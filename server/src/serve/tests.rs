//! Over real connections. Paused time moves on by itself when everybody waits, so the
//! time-outs come at once.

use super::serve;
use crate::api::limit::Limiter;
use crate::api::tokens::tests::InFile;
use crate::state::AppState;
use crate::testing::{SlowClaims, memory, state};
use crate::web::accept::places::Places;
use crate::web::accept::{Complaints, Door, MOST_CONNECTIONS};
use crate::web::rate_limit::RateLimit;
use crate::web::room::Room;
use ashlink_core::bytes::to_base64url;
use ashlink_core::derive::LinkSecrets;
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, Sealed, seal};
use ashlink_store::embedded::EmbeddedStore;
use ashlink_store::tag::CallerTag;
use ashlink_store::{Attempt, Claim, SecretStore};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

mod hygiene;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn start(state: AppState) -> Running {
    start_with(state, MOST_CONNECTIONS).await
}

/// With places for so many connections.
async fn start_with(state: AppState, most: usize) -> Running {
    start_on(TcpListener::bind("127.0.0.1:0").await.unwrap(), state, most)
}

fn start_on(listener: TcpListener, state: AppState, most: usize) -> Running {
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(serve(listener, state, most, async move { drop(stopped.await) }));
    Running { address, stop, ended }
}

async fn post(address: SocketAddr, path: &str, headers: &str, body: &str) -> TcpStream {
    post_on(TcpStream::connect(address).await.unwrap(), path, headers, body).await
}

async fn post_on(mut stream: TcpStream, path: &str, headers: &str, body: &str) -> TcpStream {
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// A secret that the server has taken.
async fn stored(address: SocketAddr, text: String) -> Sealed {
    let sealed = seal(&Payload::text(text), Protection::Link, Entropy::fresh().unwrap()).unwrap();
    let body = json!({"id": sealed.id, "access_verifier": sealed.access_verifier, "owner_verifier": sealed.owner_verifier,
        "envelope": to_base64url(&sealed.envelope), "expires_in": 60, "max_views": 1});
    let created = answer(post(address, "/api/v1/secrets", "", &body.to_string()).await).await;
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    sealed
}

/// Its claim, of which nothing is read yet.
async fn claim(stream: TcpStream, sealed: &Sealed) -> TcpStream {
    let secrets = LinkSecrets::derive(&sealed.share.key);
    let access = secrets.unlock(Profile::None, None).unwrap().access;
    let path = format!("/api/v1/open/{}/claim", sealed.id.to_text());
    let body = json!({"access": access, "nonce": to_base64url(&[0; 16])}).to_string();
    let link = format!("ashlink-link: {}\r\n", secrets.link.to_text());
    post_on(stream, &path, &link, &body).await
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let server = start(state(memory())).await;
    for sent in ["", "GET / HTTP/1.1\r\nhost: x\r\nslow"] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let start = Instant::now();
        let text = answer(stream).await;
        assert!(!text.contains(" 200 "), "{text}");
        assert!(
            start.elapsed() <= crate::web::accept::HEADER_TIMEOUT + Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = start(state(memory())).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head =
        "POST /api/v1/secrets HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut buffer = vec![0; 4096];
    let read = stream.read(&mut buffer).await.unwrap();
    let text = String::from_utf8_lossy(&buffer[..read]);
    assert!(text.starts_with("HTTP/1.1 408") && text.contains("request_timeout"), "{text}");
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let server = start(state(memory())).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /api/v1/secrets HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", "[".repeat(0x10000));
    let mut sent = 0;
    // The server stops reading at its limit, answers and closes; far more is never taken.
    while sent < 64 * 1024 * 1024 && stream.write_all(chunk.as_bytes()).await.is_ok() {
        sent += chunk.len();
    }
    assert!(sent < 16 * 1024 * 1024, "took {sent} bytes");
}

/// Bytes of a body that no socket's buffers hold, and that is too large as well.
const LARGE: usize = 16 * 1024 * 1024;

/// A connection on which the head of a request with a large body was sent.
async fn large(address: SocketAddr, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST /api/v1/secrets HTTP/1.1\r\nhost: x\r\ncontent-length: {LARGE}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// What comes next on a connection that stays.
async fn next(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let read = stream.read(&mut buffer).await.unwrap();
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}

#[tokio::test]
async fn a_refusal_comes_before_the_body_and_does_not_cut_it_off() {
    const JSON: &str = "content-type: application/json\r\n";
    let mut open = state(memory());
    Arc::make_mut(&mut open.config).max_envelope = LARGE as u64 / 2;
    let file = InFile::with(&[]);
    let (mut guarded, mut often) = (open.clone(), open.clone());
    guarded.tokens = Some(Arc::clone(&file.tokens));
    often.limiter = Some(Arc::new(Limiter::new(0)));
    let (open, guarded, often) = (start(open).await, start(guarded).await, start(often).await);
    // Again before each request: every second one more is allowed.
    let often_address = often.address;
    let asked_too_often = async |server: &Running| {
        let mut text = String::new();
        while server.address == often_address && !text.starts_with("HTTP/1.1 429") {
            text = answer(post(often_address, "/api/v1/secrets", "", "").await).await;
        }
    };
    for (server, headers, refusal, code) in [
        (&guarded, JSON, "HTTP/1.1 401", "token_required"),
        (&open, "sec-fetch-site: cross-site\r\n", "HTTP/1.1 403", "cross_site"),
        (&open, JSON, "HTTP/1.1 413", "too_large"),
        (&open, "content-type: text/plain\r\n", "HTTP/1.1 415", "unsupported_media_type"),
        (&often, JSON, "HTTP/1.1 429", "rate_limited"),
    ] {
        let is_it = |text: &str| text.starts_with(refusal) && text.contains(code);
        let body = vec![b'x'; LARGE];
        asked_too_often(server).await;
        let mut stream = large(server.address, headers).await;
        let text = next(&mut stream).await;
        assert!(is_it(&text), "{text}");
        stream.write_all(&body).await.expect(refusal);
        // The same connection takes the next request.
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let text = answer(stream).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{refusal}: {text}");
        // Whoever listens after sending alone hears it too, where the connection ends with that.
        asked_too_often(server).await;
        let mut stream = large(server.address, &format!("connection: close\r\n{headers}")).await;
        stream.write_all(&body).await.expect(refusal);
        let text = answer(stream).await;
        assert!(is_it(&text), "{text}");
        // Whoever asks before sending is not told to go on, nor waited for.
        asked_too_often(server).await;
        let stream = large(server.address, &format!("expect: 100-continue\r\n{headers}")).await;
        let text = tokio::time::timeout(Duration::from_secs(10), answer(stream)).await;
        let text = text.expect("the server closes at once");
        assert!(is_it(&text), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_body_that_does_not_come_is_not_waited_for() {
    let server = start(state(memory())).await;
    let start = Instant::now();
    let text = answer(large(server.address, "").await).await;
    assert!(text.starts_with("HTTP/1.1 415"), "{text}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_connection_waits_for_its_place() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let listener = listener.into();
    let (places, door) = (Arc::new(Semaphore::new(1)), Door::plain(1, String::new()));
    let _clients = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
    let first = crate::web::accept::accept(&listener, &places, &door).await.unwrap();
    let second =
        tokio::time::timeout(Duration::from_millis(50), crate::web::accept::accept(&listener, &places, &door)).await;
    assert!(second.is_err(), "it was accepted without a place");
    drop(first);
    drop(crate::web::accept::accept(&listener, &places, &door).await.unwrap());
}

/// A socket whose buffers in the system are small, and stay so.
fn small_socket() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(32 * 1024).unwrap();
    socket.set_recv_buffer_size(32 * 1024).unwrap();
    socket
}

/// Waits until nothing more comes, as the system's buffers are full.
async fn filled(stream: &TcpStream) {
    let mut buffer = vec![0; 1024 * 1024];
    let mut before = 0;
    loop {
        // One thread runs this and the server: what the server can write by then, it has written.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let there = stream.peek(&mut buffer).await.unwrap();
        if there == before {
            return;
        }
        before = there;
    }
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_not_kept() {
    const SIZE: usize = 1024 * 1024;
    let mut state = state(Arc::new(EmbeddedStore::in_memory(64 * 1024 * 1024)));
    Arc::make_mut(&mut state.config).max_envelope = SIZE as u64 * 2;
    state.rooms.bodies = Room::of(SIZE * 12, RateLimit::On);
    state.rooms.answers = Room::of(SIZE * 12, RateLimit::On);
    // What is accepted has the buffers of its listener.
    let listener = small_socket();
    listener.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let server = start_on(listener.listen(16).unwrap(), state, MOST_CONNECTIONS);
    let sealed = stored(server.address, "x".repeat(SIZE)).await;
    let mut claim = claim(small_socket().connect(server.address).await.unwrap(), &sealed).await;
    filled(&claim).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    let mut taken = Vec::new();
    let _ = claim.read_to_end(&mut taken).await;
    assert!(taken.starts_with(b"HTTP/1.1 200") && taken.len() < SIZE, "{} bytes", taken.len());
}

#[tokio::test]
async fn what_is_under_way_is_finished_before_the_end() {
    let store = Arc::new(SlowClaims { inner: memory(), done: Semaphore::new(0), answers: Semaphore::new(0) });
    let server = start(state(Arc::clone(&store) as Arc<dyn SecretStore>)).await;
    let sealed = stored(server.address, "s".to_owned()).await;
    let claim = claim(TcpStream::connect(server.address).await.unwrap(), &sealed).await;
    store.done.acquire().await.unwrap().forget();
    // The view is spent and not yet answered: now the server is told to stop.
    server.stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!server.ended.is_finished());
    assert!(TcpStream::connect(server.address).await.is_err(), "new connections are taken");
    store.answers.add_permits(1);
    let text = answer(claim).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.contains(&to_base64url(&sealed.envelope)), "{text}");
    server.ended.await.unwrap();
    let again = Attempt { id: sealed.id, access: sealed.access_verifier, caller: CallerTag::test(0) };
    let again = store.inner.claim(again, None).await.unwrap();
    assert!(matches!(again, Claim::Gone(_)));
}
