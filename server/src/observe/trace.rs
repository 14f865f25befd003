//! Spans for traces: one for each request, and one below it for each question to the store.
//!
//! They exist in a server that was built with the feature `otel`. Without it there are none,
//! and nothing is spent on them.

#[cfg(feature = "otel")]
pub mod otlp;

use tracing::Span;

/// The target of all spans, and of nothing else.
#[cfg(feature = "otel")]
const TARGET: &str = "ashlink_server::trace";

/// A request, by its method and the template of its route.
#[cfg(feature = "otel")]
pub(crate) fn request(method: &'static str, route: &'static str) -> Span {
    tracing::info_span!(
        target: TARGET,
        // A trace begins here: what a client says of a trace of its own is not taken over.
        parent: None,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
    )
}

/// A request, by its method and the template of its route.
#[cfg(not(feature = "otel"))]
pub(crate) const fn request(_: &'static str, _: &'static str) -> Span {
    Span::none()
}

/// How a request was answered.
pub(crate) fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// A question to the store.
#[cfg(feature = "otel")]
pub(crate) fn store(operation: &'static str) -> Span {
    tracing::info_span!(target: TARGET, "store", otel.name = format!("store {operation}"), otel.kind = "client", db.operation.name = operation)
}

/// A question to the store.
#[cfg(not(feature = "otel"))]
pub(crate) const fn store(_: &'static str) -> Span {
    Span::none()
}
