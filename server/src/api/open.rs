//! The recipient's side: lookup, claim, destroy. All of it needs the link's proof; without
//! it there is one uniform 404 that counts and changes nothing.

use crate::api::answers;
use crate::api::error::ApiError;
use crate::api::error_sets::{
    AccessErrors, BodyErrors, ChangeErrors, CountedErrors, Errors, GoneErrors, LinkErrors, StoreErrors,
};
use crate::api::json::{self, Held};
use crate::api::largest_body;
use crate::api::proof::{AccessHeader, LinkProven};
use crate::api::state::{LeaseTime, Rooms};
use crate::routes::Route;
use crate::web::caller::Caller;
use ashlink_core::api::{
    ClaimRequest, ClaimResponse, Config, EnvelopeBytes, ErrorCode, State::Waiting, Status, Timestamp,
};
use ashlink_store::{Ack, Attempt, Claim, Destroy, Lease, LeaseName, Record, SecretStore};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use std::sync::Arc;

/// The most bytes of a claim's body.
const CLAIM_LIMIT: usize = 4096;
/// What a claim's answer takes besides the envelope, in bytes, at least.
const ROOM_BESIDES: usize = 64;

/// See what became of a secret. Spends nothing.
#[utoipa::path(
    get,
    path = Route::Secret.template(),
    tag = "open",
    params(LinkProven),
    responses(
        (status = 200, body = Status, description = "what became of the secret"),
        Errors<(CountedErrors, LinkErrors, StoreErrors)>,
    )
)]
pub(super) async fn lookup(
    State(store): State<Arc<dyn SecretStore>>,
    LinkProven(id): LinkProven,
) -> Result<Json<Status>, ApiError> {
    let record = store.lookup(id).await?.ok_or_else(ApiError::unknown)?;
    Ok(Json(Status {
        size: record.size,
        attempts_left: record
            .attempt_limit
            .filter(|_| record.state == Waiting)
            .map(|most| most.get().saturating_sub(record.failed_attempts)),
        ..status(&record)
    }))
}

/// What both a recipient and the sender are told.
pub(super) fn status(record: &Record) -> Status {
    let expires_at = Timestamp::from_unix_millis(record.expires_at);
    Status {
        opened_at: record.opened_at.iter().copied().map(Timestamp::from_unix_millis).collect(),
        ended_at: record.ended_at.map(Timestamp::from_unix_millis),
        destroyed_by: record.destroyed_by,
        ..Status::new(record.state, expires_at, record.views_left)
    }
}

/// Open a secret: spends one view and hands out the ciphertext.
///
/// While the lease runs (`lease` of `/config`, in seconds), a repetition with the same nonce gets
/// the same answer and spends nothing; `ack` ends it. For the rest of its time a repetition is then
/// answered with `opened`, also where views are left, and spends nothing.
#[utoipa::path(
    post,
    path = Route::Claim.template(),
    tag = "open",
    params(LinkProven),
    request_body = ClaimRequest,
    responses(
        (status = 200, body = ClaimResponse, description = "the ciphertext; the view is spent"),
        Errors<(CountedErrors, LinkErrors, BodyErrors, AccessErrors, GoneErrors, ChangeErrors)>,
    )
)]
pub(super) async fn claim(
    State(store): State<Arc<dyn SecretStore>>,
    State(config): State<Arc<Config>>,
    State(rooms): State<Rooms>,
    State(LeaseTime(lease)): State<LeaseTime>,
    LinkProven(id): LinkProven,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, ApiError> {
    // Everything about the request is checked before the store is asked: a claim that
    // reaches the store is one that can be answered.
    let Held { value: request, .. } = json::read::<ClaimRequest>(request, CLAIM_LIMIT, &rooms.proofs).await?;
    let mut room = rooms.answers.share(caller.levels());
    answers::reserve(&mut room, largest_body(&config)).await?;
    let attempt = Attempt { id, access: request.access.verifier(), caller: caller.tag };
    let lease = u64::try_from(lease.as_millis()).ok().filter(|millis| *millis > 0);
    let lease = lease.map(|millis| Lease { name: LeaseName::of(&attempt.access, &request.nonce), millis });
    match store.claim(attempt, lease).await? {
        Claim::Granted { envelope, views_left } => {
            let envelope = EnvelopeBytes::new(envelope)
                .map_err(|_| ApiError::new(ErrorCode::Internal, "the store holds no valid envelope"))?;
            let length = envelope.len() * 4 / 3 + ROOM_BESIDES;
            let answer = json::write(&ClaimResponse { envelope, views_left }, length);
            Ok(json::answer(answers::hold(room, answer)))
        }
        Claim::Unknown => Err(ApiError::unknown()),
        Claim::WrongProof(next) => Err(ApiError::wrong_proof(next)),
        Claim::TooManyAttempts { wait } => Err(ApiError::too_many_attempts(wait)),
        Claim::Gone(gone) => Err(ApiError::gone(gone)),
        Claim::Acknowledged => Err(ApiError::new(ErrorCode::Opened, "this claim was acknowledged")),
    }
}

/// End the lease of a claim: its reader has the secret. Repeatable.
#[utoipa::path(
    post,
    path = Route::Ack.template(),
    tag = "open",
    params(LinkProven),
    request_body = ClaimRequest,
    responses(
        (status = 204, description = "no lease of this claim runs any more"),
        Errors<(CountedErrors, LinkErrors, BodyErrors, ChangeErrors)>,
    )
)]
pub(super) async fn ack(
    State(store): State<Arc<dyn SecretStore>>,
    State(rooms): State<Rooms>,
    LinkProven(id): LinkProven,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let Held { value: request, .. } = json::read::<ClaimRequest>(request, CLAIM_LIMIT, &rooms.proofs).await?;
    let lease = LeaseName::of(&request.access.verifier(), &request.nonce);
    match store.ack(id, lease).await? {
        Ack::Ended => Ok(StatusCode::NO_CONTENT),
        Ack::Unknown => Err(ApiError::unknown()),
    }
}

/// Destroy what is left of a secret, as its recipient.
///
/// Repeatable: what its recipient has destroyed already is answered with 204 again, and what its
/// sender has with `destroyed`.
#[utoipa::path(
    delete,
    path = Route::Secret.template(),
    tag = "open",
    params(LinkProven, AccessHeader),
    responses(
        (status = 204, description = "it is destroyed"),
        Errors<(CountedErrors, LinkErrors, AccessErrors, GoneErrors, ChangeErrors)>,
    )
)]
pub(super) async fn destroy(
    State(store): State<Arc<dyn SecretStore>>,
    LinkProven(id): LinkProven,
    AccessHeader(access): AccessHeader,
    Extension(caller): Extension<Caller>,
) -> Result<StatusCode, ApiError> {
    destroyed(store.destroy(Attempt { id, access: access.verifier(), caller: caller.tag }).await?)
}

/// The answer to a destroy, whoever asked for it.
pub(super) fn destroyed(outcome: Destroy) -> Result<StatusCode, ApiError> {
    match outcome {
        Destroy::Destroyed => Ok(StatusCode::NO_CONTENT),
        Destroy::Unknown => Err(ApiError::unknown()),
        Destroy::WrongProof(next) => Err(ApiError::wrong_proof(next)),
        // For everybody but the sender, the secret does not exist.
        Destroy::NotSender => Err(ApiError::unknown()),
        Destroy::TooManyAttempts { wait } => Err(ApiError::too_many_attempts(wait)),
        Destroy::Gone(gone) => Err(ApiError::gone(gone)),
    }
}
