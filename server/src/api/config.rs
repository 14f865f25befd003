//! What this server allows.

use crate::routes::Route;
use ashlink_core::api::Config;
use axum::Json;
use axum::extract::State;

/// What callers are told of the settings, just now: the logo can change.
pub struct Told(pub Config);

/// What this server allows: limits, defaults, version.
#[utoipa::path(
    get,
    path = Route::Config.template(),
    tag = "server",
    responses((status = 200, body = Config, description = "limits and defaults"))
)]
pub(super) async fn config(State(Told(config)): State<Told>) -> Json<Config> {
    Json(config)
}
