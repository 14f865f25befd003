//! Accepting connections, and stopping without dropping what is under way.

mod files;
pub(crate) mod places;
mod stream;

#[cfg(test)]
pub(crate) use files::MOST_CONNECTIONS;
pub use files::connections;
pub use places::Level;

use crate::web::caller::Peer;
use crate::web::listener::{Listener, Stream};
use axum::extract::Request;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use places::{Place, Places};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use stream::Guarded;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tower::{Service, ServiceExt as _};

/// For how long a connection may take to send a request's head, or stay idle.
pub(crate) const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// For how long requests under way are waited for when the server stops. Closing the store comes after
/// it and can take six seconds more, and orchestrators kill what has not ended after thirty.
pub const GRACE: Duration = Duration::from_secs(24);
/// What a connection may hold of what came and was not read yet: the longest head, or a piece of a
/// body. One whose body is refused keeps it while the rest is taken in.
const MOST_BUFFERED: usize = 16 * 1024;
/// How long to wait after the system refused a connection, as it does when descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How often the log tells of that.
const COMPLAINT_PAUSE: Duration = Duration::from_secs(60);

/// Who is told of connections, to count them.
pub(crate) trait Watcher: Send + Sync {
    /// One was accepted. What this gives is dropped when it ends.
    fn connected(&self) -> Box<dyn Send>;

    /// One was closed unheard, since its address or the network around it has all of its places.
    fn turned_away(&self, level: Level);
}

/// Who is let in, and what is said to those who are not understood.
pub(crate) struct Door {
    /// How many connections are open at once; further ones wait to be accepted.
    pub(crate) most: usize,
    pub(crate) places: Places,
    /// Where connections are counted.
    pub(crate) watcher: Option<Arc<dyn Watcher>>,
    /// The security headers of answers that the HTTP library makes by itself.
    pub(crate) security: String,
}

impl Door {
    /// For so many at once, whoever they are.
    pub(crate) fn plain(most: usize, security: String) -> Self {
        Self { most, places: Places::unlimited(), watcher: None, security }
    }

    fn refused(&self, level: Level) {
        if let Some(watcher) = &self.watcher {
            watcher.turned_away(level);
        }
    }
}

/// Accepts connections and serves them.
pub(crate) async fn listen<S>(listener: Listener, service: S, door: Door, shutdown: impl Future<Output = ()>)
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    // HTTP/1.1 alone: proxies speak it, and the automatic choice between versions would wait
    // for a connection's first bytes without any limit of time.
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(MOST_BUFFERED);
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(door.most));
    let security: Arc<[u8]> = door.security.as_bytes().into();
    let mut complaints = Complaints::default();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections, &door) => accepted,
            () = &mut shutdown => break,
        };
        let Accepted { stream, peer, held } = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                complaints.of(&error);
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let service = TowerToHyperService::new(service.clone().map_request(
            move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                request.map(axum::body::Body::new)
            },
        ));
        let stream = TokioIo::new(Guarded::new(stream, Arc::clone(&security)));
        let connection = graceful.watch(builder.serve_connection(stream, service));
        let open = (held, door.watcher.as_ref().map(|watcher| watcher.connected()));
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

/// A connection that is served.
pub(crate) struct Accepted {
    stream: Stream,
    peer: SocketAddr,
    /// Kept for as long as it is open.
    held: (OwnedSemaphorePermit, Place),
}

/// The next connection that has a place, once there is one among all of them. Those whose address has
/// its share already are closed at once: waiting, they would fill the system's queue before the others.
pub(crate) async fn accept(listener: &Listener, connections: &Arc<Semaphore>, door: &Door) -> io::Result<Accepted> {
    let one = Arc::clone(connections).acquire_owned().await.expect("it is never closed");
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) if is_of_one(&error) => continue,
            Err(error) => return Err(error),
        };
        match door.places.take(peer.ip()) {
            Ok(place) => return Ok(Accepted { stream, peer, held: (one, place) }),
            Err(level) => {
                door.refused(level);
                // By a reset: the system need not remember it either.
                stream.reset_on_close();
            }
        }
    }
}

/// Whether only this connection failed, before it was accepted.
fn is_of_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Tells the log that connections cannot be accepted, and does not fill it with that.
#[derive(Default)]
pub(crate) struct Complaints {
    last: Option<Instant>,
    /// How often it happened since the last line in the log.
    times: u64,
}

impl Complaints {
    fn of(&mut self, error: &io::Error) {
        if let Some(times) = self.due() {
            tracing::warn!(%error, times, "connections could not be accepted");
        }
    }

    /// How often it happened since it was last told, if it is to be told now.
    pub(crate) fn due(&mut self) -> Option<u64> {
        self.times += 1;
        if self.last.is_some_and(|last| last.elapsed() < COMPLAINT_PAUSE) {
            return None;
        }
        self.last = Some(Instant::now());
        Some(std::mem::take(&mut self.times))
    }
}
