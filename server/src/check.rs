//! `ashlink-server check`: is the server that runs here ready?

use anyhow::{Context as _, bail};
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
    match tokio::time::timeout(PATIENCE, ask(address)).await {
        Ok(answer) => answer.with_context(|| format!("not ready at http://{address}/readyz")),
        Err(_) => bail!("not ready: no answer from http://{address}/readyz in {} seconds", PATIENCE.as_secs()),
    }
}

/// Where a server that listens at this address is found from the same machine: an address that
/// stands for all of them cannot be connected to everywhere.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ask(address: SocketAddr) -> anyhow::Result<()> {
    let stream = TcpStream::connect(address).await.context("nobody listens there")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer, or with the time-out above, which drops the sender.
    tokio::spawn(connection);
    let request = Request::get("/readyz").header(header::HOST, address.to_string()).body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await.context("no answer")?;
    let status = answer.status();
    if status == StatusCode::OK {
        return Ok(());
    }
    let body = Limited::new(answer.into_body(), LONGEST).collect().await;
    let text = body.map(Collected::to_bytes).unwrap_or_default();
    bail!("it answered {status}: {}", String::from_utf8_lossy(&text).trim());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::AppState;
    use crate::store::StoreError;
    use crate::testing::{Failing, memory, state};
    use std::sync::Arc;
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    /// A server of these parts, and where it listens.
    async fn start(state: AppState) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(crate::serve::serve(listener, state, std::future::pending()));
        address
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
