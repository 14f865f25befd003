//! Other visitors, each from an address and network of its own, who create secrets and claim them.

use ashlink_core::bytes::to_base64url;
use ashlink_core::derive::LinkSecrets;
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, Sealed, seal};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// One begins so often.
const BETWEEN: Duration = Duration::from_millis(40);
/// No visitor waits longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Visits that go on.
pub(crate) struct Visits {
    ended: Arc<AtomicBool>,
    /// In a thread of their own, so that they need not wait for the attackers of this process.
    visiting: JoinHandle<Vec<Duration>>,
}

/// How long each visit took, in order of length.
pub(crate) struct Times(Vec<Duration>);

impl Visits {
    pub(crate) fn begin(server: SocketAddr) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ended);
        let visiting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(visit_until(server, &until))
        });
        Self { ended, visiting }
    }

    /// Every one of them must have got what it wanted.
    pub(crate) fn end_after(self, time: Duration) -> Times {
        std::thread::sleep(time);
        self.ended.store(true, Ordering::Relaxed);
        let mut times = self.visiting.join().expect("every visitor is served");
        times.sort_unstable();
        Times(times)
    }
}

impl Times {
    pub(crate) fn quantile(&self, part: f64) -> Duration {
        let place = (self.0.len() as f64 * part).ceil() as usize;
        self.0[place.clamp(1, self.0.len()) - 1]
    }
}

async fn visit_until(server: SocketAddr, ended: &AtomicBool) -> Vec<Duration> {
    /// Those who come later are others: an address has limits of its own.
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut visits = Vec::new();
    while !ended.load(Ordering::Relaxed) || visits.is_empty() {
        // Each address comes often enough to be known, and seldom enough for its limits.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let from = Ipv4Addr::new(127, 7, (number % 250) as u8, 1);
        visits.push(tokio::spawn(visit(server, from.into())));
        tokio::time::sleep(BETWEEN).await;
    }
    let mut times = Vec::new();
    for visit in visits {
        times.push(visit.await.unwrap());
    }
    times
}

/// Creates a secret and claims it, each on a new connection, as somebody else would.
async fn visit(server: SocketAddr, from: IpAddr) -> Duration {
    let (sealed, create) = create(200, 1);
    let claim = claim(&sealed, 0);
    let start = Instant::now();
    for (request, status) in [(create, "HTTP/1.1 201"), (claim, "HTTP/1.1 200")] {
        let answered = async {
            let mut stream = connect(server, from).await.expect("the server takes visitors");
            stream.write_all(&request).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        };
        let answer = tokio::time::timeout(PATIENCE, answered).await.expect("the server answers visitors");
        assert!(answer.starts_with(status), "{answer}");
    }
    start.elapsed()
}

pub(crate) async fn connect(server: SocketAddr, from: IpAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    socket.connect(server).await
}

/// A secret of so many bytes for so many views, and the request that stores it.
pub(crate) fn create(size: usize, views: u32) -> (Sealed, Vec<u8>) {
    let sealed = seal(&Payload::text("x".repeat(size)), Protection::Link, Entropy::fresh().unwrap()).unwrap();
    let body = json!({"id": sealed.id, "access_verifier": sealed.access_verifier,
        "owner_verifier": sealed.owner_verifier, "envelope": to_base64url(&sealed.envelope),
        "expires_in": 600, "max_views": views});
    let request = post("/api/v1/secrets", "", &body.to_string());
    (sealed, request)
}

/// The request that claims it.
pub(crate) fn claim(sealed: &Sealed, nonce: u128) -> Vec<u8> {
    let secrets = LinkSecrets::derive(&sealed.share.key);
    let access = secrets.unlock(Profile::None, None).unwrap().access;
    let path = format!("/api/v1/open/{}/claim", sealed.id.to_text());
    let body = json!({"access": access, "nonce": to_base64url(&nonce.to_le_bytes())}).to_string();
    post(&path, &format!("ashlink-link: {}\r\n", secrets.link.to_text()), &body)
}

fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
