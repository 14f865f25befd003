//! Asking the server that runs here.

use crate::web::listener::{Listen, Stream};
use anyhow::{Context as _, bail};
use ashlink_core::api::ErrorBody;
use http_body_util::{BodyExt as _, Collected, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use std::time::Duration;

/// For the whole question and answer; a little less than health checks usually wait.
const PATIENCE: Duration = Duration::from_secs(4);
/// The longest answer that is read.
const LONGEST: usize = 64 * 1024;

/// Asks the server that listens there whether it can serve.
///
/// # Errors
/// When it is not ready or cannot be asked, in words for the operator.
pub async fn ready(listen: &Listen) -> anyhow::Result<()> {
    let place = listen.reachable();
    let url = match &place {
        Listen::Tcp(address) => format!("http://{address}/readyz"),
        Listen::Unix(_) => format!("{place}, /readyz"),
    };
    match tokio::time::timeout(PATIENCE, judge(&place)).await {
        Ok(answer) => answer.with_context(|| format!("not ready at {url}")),
        Err(_) => bail!("not ready: no answer from {url} in {} seconds", PATIENCE.as_secs()),
    }
}

/// Who answers at an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// No connection came about within [`PATIENCE`].
    Nobody,
    /// An Ashlink server.
    Ashlink {
        /// As `GET /config` names it; `unknown` where that is answered with an error.
        version: String,
    },
    /// Another program, or nobody in time.
    Other,
}

/// Looks who listens there.
pub(super) async fn who(listen: &Listen) -> Answers {
    let place = listen.reachable();
    match tokio::time::timeout(PATIENCE, Stream::connect(&place)).await {
        Ok(Ok(stream)) => drop(stream),
        // Who does not even take a connection serves nobody.
        Ok(Err(_)) | Err(_) => return Answers::Nobody,
    }
    let answer = tokio::time::timeout(PATIENCE, get(&place, "/api/v1/config")).await;
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

async fn judge(place: &Listen) -> anyhow::Result<()> {
    let (status, body) = get(place, "/readyz").await?;
    if status == StatusCode::OK {
        return Ok(());
    }
    bail!("it answered {status}: {}", String::from_utf8_lossy(&body).trim());
}

async fn get(place: &Listen, path: &str) -> anyhow::Result<(StatusCode, Bytes)> {
    let host = match place {
        Listen::Tcp(address) => address.to_string(),
        Listen::Unix(_) => "localhost".to_owned(),
    };
    let stream = Stream::connect(place).await.context("nobody listens there")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer, or with the time-out above, which drops the sender.
    tokio::spawn(connection);
    let request = Request::get(path).header(header::HOST, host).body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await.context("no answer")?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), LONGEST).collect().await;
    Ok((status, body.map(Collected::to_bytes).unwrap_or_default()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::state::AppState;
    use crate::testing::{Failing, memory, state};
    use ashlink_store::StoreError;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    /// A server of these parts, and where it listens.
    pub(in crate::check) async fn start(state: AppState) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(crate::serve::serve(
            listener,
            state,
            crate::web::accept::MOST_CONNECTIONS,
            std::future::pending(),
        ));
        address
    }

    #[tokio::test]
    async fn who_answers_is_known_by_its_answer() {
        let address = start(state(memory())).await;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        assert_eq!(who(&Listen::Tcp(address)).await, Answers::Ashlink { version });
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(who(&Listen::Tcp(free)).await, Answers::Nobody);
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
            assert_eq!(who(&Listen::Tcp(address)).await, expected, "{body}");
        }
    }

    async fn words(listen: SocketAddr) -> String {
        format!("{:#}", ready(&Listen::Tcp(listen)).await.unwrap_err())
    }

    #[tokio::test]
    async fn a_server_that_can_serve_is_ready() {
        let address = start(state(memory())).await;
        ready(&Listen::Tcp(address)).await.unwrap();
        ready(&Listen::Tcp((Ipv4Addr::UNSPECIFIED, address.port()).into())).await.unwrap();
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

    #[tokio::test]
    async fn a_server_at_a_socket_file_is_asked_there() {
        let folder = tempfile::tempdir().unwrap();
        let listen: Listen = format!("unix:{}/server.sock", folder.path().display()).parse().unwrap();
        assert_eq!(who(&listen).await, Answers::Nobody);
        let words = format!("{:#}", ready(&listen).await.unwrap_err());
        assert!(words.contains(&listen.to_string()) && words.contains("nobody listens"), "{words}");
        let listener = crate::web::listener::Listener::bind(&listen).await.unwrap();
        tokio::spawn(crate::serve::serve(
            listener,
            state(memory()),
            crate::web::accept::MOST_CONNECTIONS,
            std::future::pending(),
        ));
        ready(&listen).await.unwrap();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        assert_eq!(who(&listen).await, Answers::Ashlink { version });
    }
}
