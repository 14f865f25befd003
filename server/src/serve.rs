//! Accepting connections, and stopping without dropping what is under way.

use crate::client::Peer;
use crate::listener::{Listener, Stream};
use crate::router;
use crate::state::AppState;
use axum::extract::Request;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tower::{Service, ServiceExt as _};

/// For how long a connection may take to send a request's head, or stay idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// For how long requests under way are waited for when the server stops.
const GRACE: Duration = Duration::from_secs(30);
/// For how long an answer may wait for a client that does not take it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// How many connections are open at once; further ones wait to be accepted. An idle one takes some
/// 15 KiB.
pub(crate) const MOST_CONNECTIONS: usize = 12_000;
/// What a connection may hold of what came and was not read yet: a head, or a piece of a body. One
/// whose body is refused keeps it while the rest is taken in.
const MOST_BUFFERED: usize = 64 * 1024;
/// How long to wait after the system refused a connection, as it does when descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` resolves, then finishes what is under way: a claim that has
/// reached the store is still answered.
pub async fn serve(listener: impl Into<Listener>, state: AppState, shutdown: impl Future<Output = ()>) {
    let metrics = Arc::clone(&state.metrics);
    let opened = move || metrics.http.connected();
    listen(listener.into(), router::service(state), MOST_CONNECTIONS, opened, shutdown).await;
}

/// Accepts so many connections at once and serves them. What `opened` gives is kept for as long
/// as a connection is open.
pub(crate) async fn listen<S, O>(
    listener: Listener,
    service: S,
    most: usize,
    opened: impl Fn() -> O,
    shutdown: impl Future<Output = ()>,
) where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
    O: Send + 'static,
{
    // HTTP/1.1 alone: proxies speak it, and the automatic choice between versions would wait
    // for a connection's first bytes without any limit of time.
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(MOST_BUFFERED);
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(most));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (place, (stream, peer)) = tokio::select! {
            accepted = accept(&listener, &connections) => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut shutdown => break,
        };
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        let service = TowerToHyperService::new(service.clone().map_request(
            move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                request.map(axum::body::Body::new)
            },
        ));
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(Box::pin(stream)), service));
        let open = (place, opened());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(open);
        });
    }
    drop(listener);
    tracing::info!("stopping: finishing what is under way");
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &Listener,
    connections: &Arc<Semaphore>,
) -> std::io::Result<(OwnedSemaphorePermit, (Stream, SocketAddr))> {
    let place = Arc::clone(connections).acquire_owned().await.expect("it is never closed");
    Ok((place, listener.accept().await?))
}

#[cfg(test)]
mod tests;
