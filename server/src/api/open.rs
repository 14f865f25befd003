//! The recipient's side: look, claim, destroy. All of it needs the link's proof; without
//! it there is one uniform 404 that counts and changes nothing.

use crate::api::largest_body;
use crate::client::Caller;
use crate::http::answers;
use crate::http::error::ApiError;
use crate::http::json::{self, Held};
use crate::http::proof::{AccessHeader, LinkHolder};
use crate::state::AppState;
use crate::store::{Ack, Attempt, Burn, Claim, Lease, LeaseToken, Record};
use ashlink_core::api::{
    ClaimRequest, ClaimResponse, EnvelopeBytes, ErrorBody, ErrorCode, State::Waiting, Status, Timestamp,
};
use ashlink_core::bytes::{Access, LinkProof, SecretId};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};

/// The most bytes of a claim's body.
const CLAIM_LIMIT: usize = 4096;
/// What a claim's answer takes besides the envelope, in bytes, at least.
const ROOM_BESIDES: usize = 64;

/// See what became of a secret. Spends nothing.
#[utoipa::path(
    get,
    path = "/open/{id}",
    tag = "open",
    params(
        ("id" = SecretId, Path, description = "the secret's id"),
        ("Ashlink-Link" = LinkProof, Header, description = "proof that one holds the link"),
    ),
    responses(
        (status = 200, body = Status, description = "what became of the secret"),
        (status = 403, body = ErrorBody, description = "cross_site"),
        (status = 404, body = ErrorBody, description = "unknown: no such secret, or not this link's"),
        (status = 429, body = ErrorBody, description = "rate_limited"),
        (status = 503, body = ErrorBody, description = "store_unavailable"),
    )
)]
pub(super) async fn peek(State(state): State<AppState>, LinkHolder(id): LinkHolder) -> Result<Json<Status>, ApiError> {
    let record = state.store.look(id).await?.ok_or_else(ApiError::unknown)?;
    Ok(Json(Status {
        size: record.size,
        tries_left: record
            .burn_after
            .filter(|_| record.state == Waiting)
            .map(|most| most.get().saturating_sub(record.wrong_tries)),
        ..status(&record)
    }))
}

/// What both a recipient and the sender are told.
pub(super) fn status(record: &Record) -> Status {
    let expires_at = Timestamp::from_unix_millis(record.expires_at);
    Status {
        opened_at: record.opened_at.iter().copied().map(Timestamp::from_unix_millis).collect(),
        ended_at: record.ended_at.map(Timestamp::from_unix_millis),
        burned_by: record.burned_by,
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
    path = "/open/{id}/claim",
    tag = "open",
    params(
        ("id" = SecretId, Path, description = "the secret's id"),
        ("Ashlink-Link" = LinkProof, Header, description = "proof that one holds the link"),
    ),
    request_body = ClaimRequest,
    responses(
        (status = 200, body = ClaimResponse, description = "the ciphertext; the view is spent"),
        (status = 400, body = ErrorBody, description = "malformed"),
        (status = 403, body = ErrorBody, description = "wrong_proof: nothing was spent; or cross_site"),
        (status = 404, body = ErrorBody, description = "unknown: no such secret, or not this link's"),
        (status = 408, body = ErrorBody, description = "request_timeout"),
        (status = 410, body = ErrorBody, description = "opened, burned, expired or lost"),
        (status = 413, body = ErrorBody, description = "too_large"),
        (status = 415, body = ErrorBody, description = "unsupported_media_type"),
        (status = 422, body = ErrorBody, description = "invalid_field"),
        (status = 429, body = ErrorBody, description = "too_many_tries or rate_limited: nothing was spent"),
        (status = 503, body = ErrorBody, description = "store_unavailable or overloaded: nothing was spent"),
        (status = 504, body = ErrorBody, description = "outcome_unknown: the view may be spent"),
    )
)]
pub(super) async fn claim(
    State(state): State<AppState>,
    LinkHolder(id): LinkHolder,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, ApiError> {
    // Everything about the request is checked before the store is asked: a claim that
    // reaches the store is one that can be answered.
    let Held { value: request, .. } = json::read::<ClaimRequest>(request, CLAIM_LIMIT, &state.proofs).await?;
    let mut room = state.answers.share(caller.levels());
    answers::reserve(&mut room, largest_body(&state.config)).await?;
    let attempt = Attempt { id, access: request.access.verifier(), client: caller.tag };
    let lease = u64::try_from(state.lease.as_millis()).ok().filter(|millis| *millis > 0);
    let lease = lease.map(|millis| Lease { token: LeaseToken::of(&attempt.access, &request.nonce), millis });
    match state.store.claim(attempt, lease).await? {
        Claim::Granted { envelope, views_left } => {
            let envelope = EnvelopeBytes::new(envelope)
                .map_err(|_| ApiError::new(ErrorCode::Internal, "the store holds no valid envelope"))?;
            let length = envelope.len() * 4 / 3 + ROOM_BESIDES;
            let answer = json::write(&ClaimResponse { envelope, views_left }, length);
            Ok(json::answer(answers::hold(room, answer)))
        }
        Claim::Unknown => Err(ApiError::unknown()),
        Claim::WrongProof(next) => Err(ApiError::wrong_proof(next)),
        Claim::TooManyTries { wait } => Err(ApiError::too_many_tries(wait)),
        Claim::Gone(gone) => Err(ApiError::gone(gone)),
        Claim::Acknowledged => Err(ApiError::new(ErrorCode::Opened, "this claim was acknowledged")),
    }
}

/// End the lease of a claim: its reader has the secret. Repeatable.
#[utoipa::path(
    post,
    path = "/open/{id}/ack",
    tag = "open",
    params(
        ("id" = SecretId, Path, description = "the secret's id"),
        ("Ashlink-Link" = LinkProof, Header, description = "proof that one holds the link"),
    ),
    request_body = ClaimRequest,
    responses(
        (status = 204, description = "no lease of this claim runs any more"),
        (status = 400, body = ErrorBody, description = "malformed"),
        (status = 403, body = ErrorBody, description = "cross_site"),
        (status = 404, body = ErrorBody, description = "unknown: no such secret, or not this link's"),
        (status = 408, body = ErrorBody, description = "request_timeout"),
        (status = 413, body = ErrorBody, description = "too_large"),
        (status = 415, body = ErrorBody, description = "unsupported_media_type"),
        (status = 422, body = ErrorBody, description = "invalid_field"),
        (status = 429, body = ErrorBody, description = "rate_limited"),
        (status = 503, body = ErrorBody, description = "store_unavailable or overloaded: nothing changed"),
        (status = 504, body = ErrorBody, description = "outcome_unknown: repeat the request"),
    )
)]
pub(super) async fn ack(
    State(state): State<AppState>,
    LinkHolder(id): LinkHolder,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let Held { value: request, .. } = json::read::<ClaimRequest>(request, CLAIM_LIMIT, &state.proofs).await?;
    let token = LeaseToken::of(&request.access.verifier(), &request.nonce);
    match state.store.ack(id, token).await? {
        Ack::Ended => Ok(StatusCode::NO_CONTENT),
        Ack::Unknown => Err(ApiError::unknown()),
    }
}

/// Destroy what is left of a secret, as its recipient. Repeatable.
#[utoipa::path(
    delete,
    path = "/open/{id}",
    tag = "open",
    params(
        ("id" = SecretId, Path, description = "the secret's id"),
        ("Ashlink-Link" = LinkProof, Header, description = "proof that one holds the link"),
        ("Ashlink-Access" = Access, Header, description = "proof that one can open it"),
    ),
    responses(
        (status = 204, description = "it is destroyed"),
        (status = 403, body = ErrorBody, description = "wrong_proof: nothing changed; or cross_site"),
        (status = 404, body = ErrorBody, description = "unknown: no such secret, or not this link's"),
        (status = 410, body = ErrorBody, description = "opened, burned by the sender, expired or lost"),
        (status = 429, body = ErrorBody, description = "too_many_tries or rate_limited: nothing changed"),
        (status = 503, body = ErrorBody, description = "store_unavailable: nothing changed"),
        (status = 504, body = ErrorBody, description = "outcome_unknown: repeat the request"),
    )
)]
pub(super) async fn destroy(
    State(state): State<AppState>,
    LinkHolder(id): LinkHolder,
    AccessHeader(access): AccessHeader,
    Extension(caller): Extension<Caller>,
) -> Result<StatusCode, ApiError> {
    burned(state.store.destroy(Attempt { id, access: access.verifier(), client: caller.tag }).await?)
}

/// The answer to a burn, whoever asked for it.
pub(super) fn burned(outcome: Burn) -> Result<StatusCode, ApiError> {
    match outcome {
        Burn::Burned => Ok(StatusCode::NO_CONTENT),
        Burn::Unknown => Err(ApiError::unknown()),
        Burn::WrongProof(next) => Err(ApiError::wrong_proof(next)),
        // For everybody but the sender, the secret does not exist.
        Burn::NotSender => Err(ApiError::unknown()),
        Burn::TooManyTries { wait } => Err(ApiError::too_many_tries(wait)),
        Burn::Gone(gone) => Err(ApiError::gone(gone)),
    }
}
