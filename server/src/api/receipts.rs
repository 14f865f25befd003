//! The sender's side: status and burning, never the secret.

use crate::api::open::burned;
use crate::http::error::ApiError;
use crate::http::proof::Claimant;
use crate::state::AppState;
use ashlink_core::api::{ErrorBody, Status, Timestamp};
use ashlink_core::bytes::{OwnerToken, SecretId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

/// See what became of a secret, as its sender.
#[utoipa::path(
    get,
    path = "/receipts/{id}",
    tag = "receipts",
    params(
        ("id" = SecretId, Path, description = "the secret's id"),
        ("Ashlink-Owner" = OwnerToken, Header, description = "proof that one is the sender"),
    ),
    responses(
        (status = 200, body = Status, description = "what became of the secret"),
        (status = 403, body = ErrorBody, description = "cross_site"),
        (status = 404, body = ErrorBody, description = "unknown: no such secret, or not this sender's"),
        (status = 429, body = ErrorBody, description = "rate_limited"),
        (status = 503, body = ErrorBody, description = "store_unavailable"),
    )
)]
pub(super) async fn receipt(State(state): State<AppState>, claimant: Claimant) -> Result<Json<Status>, ApiError> {
    let record = state.store.look(claimant.id).await?.ok_or_else(ApiError::unknown)?;
    // Both are SHA-256 values of which the client cannot choose the bits, so how long the
    // comparison takes tells nothing that could be used.
    if record.owner_verifier != claimant.verifier {
        return Err(ApiError::unknown());
    }
    Ok(Json(Status {
        created_at: Some(Timestamp::from_unix_millis(record.created_at)),
        max_views: Some(record.max_views),
        wrong_tries: Some(record.wrong_tries),
        wrong_at: record.wrong_at.map(Timestamp::from_unix_millis),
        attempts_paused_until: record.paused_until.map(Timestamp::from_unix_millis),
        ..super::open::status(&record)
    }))
}

/// Burn a secret, as its sender. Repeatable.
#[utoipa::path(
    delete,
    path = "/receipts/{id}",
    tag = "receipts",
    params(
        ("id" = SecretId, Path, description = "the secret's id"),
        ("Ashlink-Owner" = OwnerToken, Header, description = "proof that one is the sender"),
    ),
    responses(
        (status = 204, description = "it is burned"),
        (status = 403, body = ErrorBody, description = "cross_site"),
        (status = 404, body = ErrorBody, description = "unknown: no such secret, or not this sender's"),
        (status = 410, body = ErrorBody, description = "opened, burned by the recipient, expired or lost"),
        (status = 429, body = ErrorBody, description = "rate_limited"),
        (status = 503, body = ErrorBody, description = "store_unavailable: nothing changed"),
        (status = 504, body = ErrorBody, description = "outcome_unknown: repeat the request"),
    )
)]
pub(super) async fn burn(State(state): State<AppState>, claimant: Claimant) -> Result<StatusCode, ApiError> {
    burned(state.store.burn(claimant.id, claimant.verifier).await?)
}
