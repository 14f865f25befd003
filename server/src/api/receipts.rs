//! The sender's side: status and destroying, never the secret.

use crate::api::error::ApiError;
use crate::api::error_sets::{ChangeErrors, CountedErrors, Errors, GoneErrors, LinkErrors, StoreErrors};
use crate::api::open::destroyed;
use crate::api::proof::SenderProof;
use crate::routes::Route;
use ashlink_core::api::{Status, Timestamp};
use ashlink_store::SecretStore;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::Arc;

/// See what became of a secret, as its sender.
#[utoipa::path(
    get,
    path = Route::Receipt.template(),
    tag = "receipts",
    params(SenderProof),
    responses(
        (status = 200, body = Status, description = "what became of the secret"),
        Errors<(CountedErrors, LinkErrors, StoreErrors)>,
    )
)]
pub(super) async fn receipt(
    State(store): State<Arc<dyn SecretStore>>,
    proof: SenderProof,
) -> Result<Json<Status>, ApiError> {
    let record = store.lookup(proof.id).await?.ok_or_else(ApiError::unknown)?;
    // Both are SHA-256 values of which the client cannot choose the bits, so how long the
    // comparison takes tells nothing that could be used.
    if record.owner_verifier != proof.verifier {
        return Err(ApiError::unknown());
    }
    Ok(Json(Status {
        created_at: Some(Timestamp::from_unix_millis(record.created_at)),
        max_views: Some(record.max_views),
        failed_attempts: Some(record.failed_attempts),
        last_failed_at: record.last_failed_at.map(Timestamp::from_unix_millis),
        attempts_paused_until: record.paused_until.map(Timestamp::from_unix_millis),
        ..super::open::status(&record)
    }))
}

/// Destroy a secret, as its sender.
///
/// Repeatable: what its sender has destroyed already is answered with 204 again, and what its recipient
/// has destroyed with `destroyed`.
#[utoipa::path(
    delete,
    path = Route::Receipt.template(),
    tag = "receipts",
    params(SenderProof),
    responses(
        (status = 204, description = "it is destroyed"),
        Errors<(CountedErrors, LinkErrors, GoneErrors, ChangeErrors)>,
    )
)]
pub(super) async fn destroy_as_sender(
    State(store): State<Arc<dyn SecretStore>>,
    proof: SenderProof,
) -> Result<StatusCode, ApiError> {
    destroyed(store.destroy_as_sender(proof.id, proof.verifier).await?)
}
