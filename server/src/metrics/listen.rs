//! The listener of its own, so that numbers are never where the page is.

use super::{Metrics, Scrape, Watched};
use crate::serve::listen;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What OpenMetrics 1.0 is called.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How many connections are open at once; Prometheus takes one.
const MOST_CONNECTIONS: usize = 32;

/// Serves `GET /metrics`, and nothing else, for as long as the process runs.
pub async fn serve(listener: TcpListener, metrics: Arc<Metrics>, watched: Watched) {
    listen(listener.into(), router(metrics, watched), MOST_CONNECTIONS, || (), std::future::pending()).await;
}

pub(crate) fn router(metrics: Arc<Metrics>, watched: Watched) -> Router {
    Router::new().route("/metrics", get(page).fallback(nothing)).fallback(nothing).with_state((metrics, watched))
}

async fn page(State((metrics, watched)): State<(Arc<Metrics>, Watched)>) -> Response {
    let sample = watched.sample().await;
    match (Scrape { metrics, sample }).text() {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS), (CACHE_CONTROL, "no-store")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}
