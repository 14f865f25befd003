//! What this server allows.

use crate::routes::Route;
use crate::state::AppState;
use ashlink_core::api::Config;
use axum::Json;
use axum::extract::State;

/// What this server allows: limits, defaults, version.
#[utoipa::path(
    get,
    path = Route::Config.template(),
    tag = "server",
    responses((status = 200, body = Config, description = "limits and defaults"))
)]
pub(super) async fn config(State(state): State<AppState>) -> Json<Config> {
    Json(state.told())
}
