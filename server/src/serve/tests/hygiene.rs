//! What is no good HTTP, and who takes more than a share.

use super::*;
use std::io;
use std::net::IpAddr;
use tokio::net::TcpSocket;

/// All that comes after these bytes.
async fn said(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has heard enough does not take the rest.
    let _ = stream.write_all(bytes).await;
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

fn assert_secured(answer: &str, status: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    for name in [
        "content-security-policy",
        "referrer-policy",
        "x-content-type-options",
        "cross-origin-opener-policy",
        "cross-origin-embedder-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "cache-control",
        "x-robots-tag",
    ] {
        let rows = head.lines().filter(|row| row.starts_with(&format!("{name}: "))).count();
        assert_eq!(rows, 1, "{name} in {answer}");
    }
}

#[tokio::test]
async fn what_the_library_answers_has_the_headers_too() {
    let server = start(state(memory())).await;
    let large = |bytes: usize| {
        format!("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: {}\r\n\r\n", "x".repeat(bytes))
    };
    for (request, status) in [
        ("nonsense\r\n\r\n".to_owned(), "400"),
        ("GET /a b HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(), "400"),
        ("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".to_owned(), "400"),
        ("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n".to_owned(), "400"),
        (large(17_000), "431"),
        (format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(17_000)), "431"),
        // What is not too large is no error, and has them as ever.
        (large(16_000), "200"),
    ] {
        assert_secured(&said(server.address, request.as_bytes()).await, status);
    }
    // Also where an answer of ours went before it.
    let text = said(server.address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nnonsense\r\n\r\n").await;
    let second = text.rfind("HTTP/1.1 ").unwrap();
    assert_secured(&text[second..], "400");
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

#[tokio::test]
async fn a_request_has_one_host_and_no_coding_but_chunked() {
    let server = start(state(memory())).await;
    for (headers, status) in [
        ("", "400"),
        ("host: a.example\r\nhost: a.example\r\n", "400"),
        ("host: a.example/path\r\n", "400"),
        ("host: a.example\r\ntransfer-encoding: gzip, chunked\r\n", "501"),
        ("host: a.example\r\n", "200"),
    ] {
        for path in ["/", "/api/v1/config", "/nowhere"] {
            let request = format!("GET {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n0\r\n\r\n");
            let text = said(server.address, request.as_bytes()).await;
            let status = if (path, status) == ("/nowhere", "200") { "404" } else { status };
            assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{path} {headers}: {text}");
            assert!(text.contains("content-security-policy: "), "{text}");
            assert!(status != "400" || text.contains("malformed"), "{text}");
        }
    }
    let text = said(server.address, b"GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.0 200"), "{text}");
}

/// The answer to a small request from this address, or how its connection ended.
async fn asked(server: SocketAddr, from: [u8; 4]) -> io::Result<String> {
    let mut stream = opened(server, from).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

async fn opened(server: SocketAddr, from: [u8; 4]) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((IpAddr::from(from), 0).into())?;
    socket.connect(server).await
}

#[tokio::test]
async fn one_address_has_its_share_of_connections() {
    let state = state(memory());
    let metrics = Arc::clone(&state.metrics);
    let server = start_with(state, 8).await;
    let one = [127, 1, 1, 1];
    let mut mine = vec![opened(server.address, one).await.unwrap(), opened(server.address, one).await.unwrap()];
    assert!(asked(server.address, one).await.is_err(), "a third of two is served");
    assert!(asked(server.address, [127, 1, 1, 2]).await.unwrap().starts_with("HTTP/1.1 200"));
    let _neighbours = [opened(server.address, [127, 1, 1, 2]).await, opened(server.address, [127, 1, 1, 3]).await];
    assert!(asked(server.address, [127, 1, 1, 4]).await.is_err(), "a network has more than half");
    assert!(asked(server.address, [127, 1, 2, 1]).await.unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(metrics.http.turned_away_so_far(), [1, 1]);
    // What is closed is free again, as soon as the server has heard of it.
    mine.clear();
    for _ in 0..100 {
        if asked(server.address, one).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the places do not come back");
}

#[tokio::test]
async fn where_everybody_is_trusted_nobody_has_a_share() {
    let mut state = state(memory());
    state.limiter = None;
    let server = start_with(state, 8).await;
    let mut held = Vec::new();
    for _ in 0..7 {
        held.push(opened(server.address, [127, 1, 1, 1]).await.unwrap());
    }
    assert!(asked(server.address, [127, 1, 1, 1]).await.unwrap().starts_with("HTTP/1.1 200"));
    drop(held);
    let places = Places::shared(8, "127.0.0.0/8".parse().unwrap());
    let proxied: Vec<_> = (0..8).map(|_| places.take([127, 0, 0, 1].into())).collect();
    assert!(proxied.iter().all(Result::is_ok), "a proxy speaks for many");
}

#[tokio::test(start_paused = true)]
async fn the_log_tells_once_a_minute_that_nothing_is_accepted() {
    let mut complaints = Complaints::default();
    let mut told = Vec::new();
    for _ in 0..900 {
        told.extend(complaints.due());
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    assert_eq!(told, [1, 600]);
}

#[tokio::test(start_paused = true)]
async fn a_head_at_a_byte_a_second_has_an_end() {
    let server = start(state(memory())).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let start = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nslow: ").await.unwrap();
    while start.elapsed() < Duration::from_secs(60) && stream.write_all(b"x").await.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(start.elapsed() <= crate::web::accept::HEADER_TIMEOUT + Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_slow_line_is_waited_for_and_a_trickle_is_not() {
    const SIZE: usize = 600_000;
    for (rate, status) in [(7_000, "HTTP/1.1 422"), (1_000, "HTTP/1.1 408")] {
        let server = start(state(memory())).await;
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "POST /api/v1/secrets HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {SIZE}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let body = [b"\"", "x".repeat(SIZE - 2).as_bytes(), b"\""].concat();
        for part in body.chunks(rate) {
            if stream.write_all(part).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text).await;
        let text = String::from_utf8_lossy(&text);
        assert!(text.starts_with(status), "{rate}: {text}");
    }
}
