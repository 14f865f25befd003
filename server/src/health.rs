//! For whoever watches the process.

use crate::http::error::ApiError;
use crate::state::AppState;
use axum::extract::State;

/// The process is alive. Says nothing about the store, so that a store's trouble does not
/// make an orchestrator kill a healthy server.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The store can be reached.
pub async fn readyz(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    state.store.ping().await?;
    Ok("ok\n")
}
