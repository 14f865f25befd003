//! The whole server at its door: every route, for everyone who may connect.

use crate::router;
use crate::state::AppState;
use crate::web::accept::places::Places;
use crate::web::accept::{Door, listen};
use crate::web::headers;
use crate::web::listener::Listener;
use std::sync::Arc;

/// Serves on at most so many connections until `shutdown` resolves, then finishes what is under way:
/// a claim that has reached the store is still answered.
pub async fn serve(listener: impl Into<Listener>, state: AppState, most: usize, shutdown: impl Future<Output = ()>) {
    let metrics = Arc::clone(&state.metrics);
    metrics.http.limit_connections(most);
    let places = match state.limiter {
        // Behind a socket file every peer is a proxy.
        Some(_) if !state.proxies.all_peers => Places::shared(most, state.proxies.trusted.clone()),
        Some(_) | None => Places::unlimited(),
    };
    let door = Door { most, places, watcher: Some(metrics), security: headers::rows(state.transport) };
    listen(listener.into(), router::service(state), door, shutdown).await;
}

#[cfg(test)]
mod tests;
