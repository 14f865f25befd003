//! The listener of its own, so that numbers are never where the page is.

use super::{Metrics, Watched};
use crate::web::accept::{Door, listen};
use crate::web::headers::{self, Transport};
use crate::web::host;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What OpenMetrics 1.0 is called.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How many connections are open at once; Prometheus takes one.
const MOST_CONNECTIONS: usize = 32;

/// Serves `GET /metrics`, and nothing else, for as long as the process runs.
pub async fn serve(listener: TcpListener, metrics: Arc<Metrics>, watched: Watched) {
    let door = Door::plain(MOST_CONNECTIONS, headers::rows(Transport::Unknown));
    listen(listener.into(), router(metrics, watched), door, std::future::pending()).await;
}

pub(crate) fn router(metrics: Arc<Metrics>, watched: Watched) -> Router {
    let router = Router::new().route("/metrics", get(page).fallback(nothing)).fallback(nothing);
    router.with_state((metrics, watched)).layer(from_fn(around))
}

/// Security headers for all, and nothing for pages that had their own name point here (DNS rebinding):
/// a browser sends that name.
async fn around(request: Request, next: Next) -> Response {
    headers::secure(Transport::Unknown, request, async |request: Request| {
        if let Some(refusal) = host::refusal(&request) {
            return (refusal.status(), refusal.to_string()).into_response();
        }
        let host = request.headers().get(HOST).and_then(|host| host::name(host.to_str().ok()?));
        if host.is_some_and(is_internal) {
            next.run(request).await
        } else {
            StatusCode::MISDIRECTED_REQUEST.into_response()
        }
    })
    .await
}

/// The last words of names that no page of the internet can have, since nobody registers names under
/// them: of machines near by (RFC 6761, 6762, 8375), of private networks (ICANN's resolution of 29 July
/// 2024), and of Kubernetes' services as its search path has them (`ashlink.monitoring.svc`, where `svc`
/// is no top-level domain; whole names end in `cluster.local`).
const PRIVATE_ENDS: [&str; 5] = [".localhost", ".local", ".home.arpa", ".internal", ".svc"];

/// Whether no page of the internet can have this name: an address, a name of one word, as
/// `localhost` and Compose's services are, or one with a private end.
///
/// Where the listener is bound decides nothing: in a container it is every address, and the browser that
/// a page would use for this may be on the same machine or in the same network.
fn is_internal(name: &str) -> bool {
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    if address.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    !(name.is_empty() || name.contains('.')) || PRIVATE_ENDS.iter().any(|end| name.ends_with(end))
}

async fn page(State((metrics, watched)): State<(Arc<Metrics>, Watched)>) -> Response {
    let sample = watched.sample().await;
    match metrics.page(&sample) {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}
