//! One line for each request, and its place in the metrics: method, route template, status, time.
//! Never a path, a query, an id, a header, a body or an address.

use crate::observe::metrics::{self, Label as _, Metrics};
use crate::observe::trace;
use crate::routes::Route;
use ashlink_core::api::ErrorCode;
use axum::extract::Request;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument as _;

/// Logs and counts a request after it was answered. Health checks are logged at debug level.
pub(crate) async fn requests<F: Future<Output = Response>>(
    metrics: &Metrics,
    route: Option<Route>,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let start = Instant::now();
    let under_way = metrics.http.begin();
    let is_health_check = matches!(route, Some(Route::Healthz | Route::Readyz));
    // Anyone can make up a method, of any length.
    let labels = (metrics::Method::from(request.method()), route);
    let (method, route) = (labels.0.text(), labels.1.text());
    let span = trace::request(method, route);
    let response = next(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    trace::answered(&span, status);
    let elapsed = start.elapsed();
    under_way.answered(labels.0, labels.1, status, response.extensions().get::<ErrorCode>().copied(), elapsed);
    let elapsed_ms = elapsed.as_secs_f64() * 1e3;
    if is_health_check {
        tracing::debug!(method, route, status, elapsed_ms, "request");
    } else {
        tracing::info!(method, route, status, elapsed_ms, "request");
    }
    response
}
