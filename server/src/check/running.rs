//! Asking the server that runs here.

use anyhow::{Context as _, bail};
use ashlink_core::api::ErrorBody;
use http_body_util::{BodyExt as _, Collected, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;

/// For the whole question and answer; a little less than health checks usually wait.
const PATIENCE: Duration = Duration::from_secs(4);
/// The longest answer that is read.
const LONGEST: usize = 64 * 1024;

/// Asks the server that listens there whether it can serve.
///
/// # Errors
/// When it is not ready or cannot be asked, in words for the operator.
pub async fn ready(listen: SocketAddr) -> anyhow::Result<()> {
    let address = reachable(listen);
    match tokio::time::timeout(PATIENCE, judge(address)).await {
        Ok(answer) => answer.with_context(|| format!("not ready at http://{address}/readyz")),
        Err(_) => bail!("not ready: no answer from http://{address}/readyz in {} seconds", PATIENCE.as_secs()),
    }
}

/// Who answers at an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// Nobody.
    Nobody,
    /// An Ashlink server.
    Ashlink {
        /// Its version.
        version: String,
    },
    /// Another program, or nobody in time.
    Other,
}

/// Looks who listens there.
pub(super) async fn who(listen: SocketAddr) -> Answers {
    let address = reachable(listen);
    match tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => drop(stream),
        // Who does not even take a connection serves nobody.
        Ok(Err(_)) | Err(_) => return Answers::Nobody,
    }
    let answer = tokio::time::timeout(PATIENCE, get(address, "/api/v1/config")).await;
    let version = answer.ok().and_then(Result::ok).and_then(|(status, body)| version(status, &body));
    version.map_or(Answers::Other, |version| Answers::Ashlink { version })
}

/// The version that an answer of `/api/v1/config` names; `None` when no server of ours wrote it.
fn version(status: StatusCode, body: &[u8]) -> Option<String> {
    if status != StatusCode::OK {
        // It has its reasons, as too many questions, and its own form for them.
        return serde_json::from_slice::<ErrorBody>(body).is_ok().then(|| "unknown".to_owned());
    }
    // Only what all versions have: the server may be older or newer than this program.
    let config: serde_json::Value = serde_json::from_slice(body).ok()?;
    config.get("max_envelope")?.as_u64()?;
    Some(config.get("version")?.as_str()?.to_owned())
}

/// Where a server that listens at this address is found from the same machine: an address that
/// stands for all of them cannot be connected to everywhere.
pub(super) fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn judge(address: SocketAddr) -> anyhow::Result<()> {
    let (status, body) = get(address, "/readyz").await?;
    if status == StatusCode::OK {
        return Ok(());
    }
    bail!("it answered {status}: {}", String::from_utf8_lossy(&body).trim());
}

async fn get(address: SocketAddr, path: &str) -> anyhow::Result<(StatusCode, Bytes)> {
    let stream = TcpStream::connect(address).await.context("nobody listens there")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer, or with the time-out above, which drops the sender.
    tokio::spawn(connection);
    let request = Request::get(path).header(header::HOST, address.to_string()).body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await.context("no answer")?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), LONGEST).collect().await;
    Ok((status, body.map(Collected::to_bytes).unwrap_or_default()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::state::AppState;
    use crate::store::StoreError;
    use crate::testing::{Failing, memory, state};
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    /// A server of these parts, and where it listens.
    pub(in crate::check) async fn start(state: AppState) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(crate::serve::serve(listener, state, crate::serve::MOST_CONNECTIONS, std::future::pending()));
        address
    }

    #[tokio::test]
    async fn who_answers_is_known_by_its_answer() {
        let address = start(state(memory())).await;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        assert_eq!(who(address).await, Answers::Ashlink { version });
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(who(free).await, Answers::Nobody);
        let ashlink = |version: &str| Answers::Ashlink { version: version.to_owned() };
        for (status, body, expected) in [
            (200, "{}", Answers::Other),
            (404, "<html>", Answers::Other),
            (200, r#"{"max_envelope": 1024, "version": "9.1"}"#, ashlink("9.1")),
            (429, r#"{"error": {"code": "rate_limited", "message": ""}}"#, ashlink("unknown")),
        ] {
            let answer = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let _ = stream.read(&mut [0; 1024]).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            });
            assert_eq!(who(address).await, expected, "{body}");
        }
    }

    async fn words(listen: SocketAddr) -> String {
        format!("{:#}", ready(listen).await.unwrap_err())
    }

    #[tokio::test]
    async fn a_server_that_can_serve_is_ready() {
        let address = start(state(memory())).await;
        ready(address).await.unwrap();
        ready(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), address.port())).await.unwrap();
    }

    #[tokio::test]
    async fn a_server_without_its_store_is_not() {
        let address = start(state(Arc::new(Failing(StoreError::Unavailable)))).await;
        let words = words(address).await;
        assert!(words.contains("503") && words.contains("store_unavailable"), "{words}");
    }

    #[tokio::test]
    async fn nobody_is_not_ready() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let words = words(free).await;
        assert!(words.contains(&free.to_string()) && words.contains("nobody listens"), "{words}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_does_not_answer_is_not_waited_for() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let start = Instant::now();
        let words = words(silent.local_addr().unwrap()).await;
        assert!(words.contains("no answer"), "{words}");
        assert!(start.elapsed() <= PATIENCE + Duration::from_secs(1), "{:?}", start.elapsed());
    }

    #[test]
    fn every_address_is_asked_through_the_loopback_interface() {
        for (listen, asked) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::]:3000", "[::1]:3000"),
            ("192.0.2.7:80", "192.0.2.7:80"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
