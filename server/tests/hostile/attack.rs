//! Hostile visitors, all from one address. Whoever is closed comes again.

use crate::visitor;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// Where all of them are.
const FROM: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// How long one that was closed waits before it comes again.
const PAUSE: Duration = Duration::from_secs(4);
/// In how much time all of them come for the first time.
const RUSH: Duration = Duration::from_secs(2);

/// What a hostile connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Idle,
    /// Begins a head and stops.
    Head,
    /// Sends 64 KB of a head that has no end.
    LargeHead,
    /// Sends a megabyte of a body and stops.
    Body,
    /// Goes on with a body that was refused, at 1 KB a second.
    Refused,
    /// Asks for pages, or for a large secret, again and again, and reads nothing.
    Unread,
    /// Sends a head at one byte a second.
    Trickle,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] =
        [Self::Idle, Self::Head, Self::LargeHead, Self::Body, Self::Refused, Self::Unread, Self::Trickle];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Head => "unfinished head",
            Self::LargeHead => "head of 64 KB",
            Self::Body => "unfinished body",
            Self::Refused => "refused body without end",
            Self::Unread => "answer that is not read",
            Self::Trickle => "one byte a second",
        }
    }
}

pub(crate) struct Attack {
    runtime: Runtime,
    made: Arc<AtomicUsize>,
}

impl Attack {
    /// So many connections at once, of these kinds in turn.
    pub(crate) fn begin(server: SocketAddr, kinds: &[Kind], connections: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let made = Arc::new(AtomicUsize::new(0));
        let words = Arc::new(runtime.block_on(Words::prepared(server, kinds)));
        let kinds = kinds.to_vec();
        let counted = Arc::clone(&made);
        runtime.spawn(async move {
            for number in 0..connections {
                let kind = kinds[number % kinds.len()];
                tokio::spawn(attack(server, kind, number, Arc::clone(&words), Arc::clone(&counted)));
                if number % 100 == 99 {
                    tokio::time::sleep(RUSH / (connections as u32).div_ceil(100)).await;
                }
            }
        });
        Self { runtime, made }
    }

    /// Closes all of them. Tells how many there were, one after another.
    pub(crate) fn end(self) -> usize {
        self.runtime.shutdown_timeout(Duration::from_secs(10));
        self.made.load(Ordering::Relaxed)
    }
}

/// What is sent, made once.
struct Words {
    large_head: Vec<u8>,
    body: Vec<u8>,
    pages: Vec<u8>,
    /// A secret of the largest size with many views, if it is claimed.
    secret: Option<ashlink_core::seal::Sealed>,
}

impl Words {
    async fn prepared(server: SocketAddr, kinds: &[Kind]) -> Self {
        let large_head = [&b"GET / HTTP/1.1\r\nhost: localhost\r\nx: "[..], &[b'x'; 64_000]].concat();
        let head = b"POST /api/v1/secrets HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
            content-length: 1400000\r\n\r\n{\"envelope\":\"";
        let body = [&head[..], &[b'A'; 1 << 20]].concat();
        let pages = b"GET / HTTP/1.1\r\nhost: localhost\r\naccept-encoding: br\r\n\r\n".repeat(100);
        let mut secret = None;
        if kinds.contains(&Kind::Unread) {
            let (sealed, request) = visitor::create(700_000, 100);
            let mut stream = visitor::connect(server, FROM).await.unwrap();
            stream.write_all(&request).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
            secret = Some(sealed);
        }
        Self { large_head, body, pages, secret }
    }
}

async fn attack(server: SocketAddr, kind: Kind, number: usize, words: Arc<Words>, made: Arc<AtomicUsize>) {
    loop {
        made.fetch_add(1, Ordering::Relaxed);
        // One beyond its share can be closed before it is heard of here.
        if let Ok(stream) = visitor::connect(server, FROM).await {
            // However it ends, it comes again.
            let _ = harm(stream, kind, number, &words).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does its worst until the server closes the connection.
async fn harm(mut stream: TcpStream, kind: Kind, number: usize, words: &Words) -> std::io::Result<()> {
    const SECOND: Duration = Duration::from_secs(1);
    match kind {
        Kind::Idle => {}
        Kind::Head => stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ").await?,
        Kind::LargeHead => stream.write_all(&words.large_head).await?,
        Kind::Body => stream.write_all(&words.body).await?,
        Kind::Refused => {
            stream.write_all(b"POST /nope HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2800000\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'x'; 1024]).await?;
                tokio::time::sleep(SECOND).await;
            }
        }
        Kind::Unread => {
            let claimed = words.secret.as_ref().filter(|_| number.is_multiple_of(2));
            let request = claimed.map(|secret| visitor::claim(secret, number as u128));
            loop {
                // The system takes some; then this waits until the server closes.
                stream.write_all(request.as_ref().unwrap_or(&words.pages)).await?;
                tokio::time::sleep(SECOND / 10).await;
            }
        }
        Kind::Trickle => {
            for byte in b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ".iter().chain(&[b'x'; 4096]) {
                stream.write_all(&[*byte]).await?;
                tokio::time::sleep(SECOND).await;
            }
        }
    }
    while stream.read(&mut [0; 1024]).await? > 0 {}
    Ok(())
}

/// This process holds the other end of each connection.
pub(crate) fn raise_open_files() {
    rlimit::increase_nofile_limit(65_536).unwrap();
}
