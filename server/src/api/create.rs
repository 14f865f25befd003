//! Storing a secret.

use crate::api::error::ApiError;
use crate::api::error_sets::{BodyErrors, ChangeErrors, CountedErrors, CreateErrors, Errors};
use crate::api::json::{self, Held};
use crate::api::limit::{self, Limits};
use crate::api::proof;
use crate::api::state::{Creators, Rooms};
use crate::routes::Route;
use crate::web::caller::Caller;
use ashlink_core::api::{Config, CreateRequest, CreateResponse, ErrorCode, MaxViews, Timestamp, Ttl};
use ashlink_core::envelope::has_passphrase;
use ashlink_store::{Create, NewSecret, SecretStore};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use std::sync::Arc;

/// Bytes of a body besides its envelope.
const BODY_OVERHEAD: usize = 4096;

/// The most bytes of a body that stores a secret.
#[must_use]
pub fn largest_body(config: &Config) -> usize {
    (config.max_envelope as usize * 4).div_ceil(3) + BODY_OVERHEAD
}

/// Store a secret. Repeatable: the same content is answered in the same way again.
#[utoipa::path(
    post,
    path = Route::Secrets.template(),
    tag = "create",
    request_body = CreateRequest,
    security((), ("bearer" = [])),
    responses(
        (status = 201, body = CreateResponse, description = "it is stored"),
        Errors<(CountedErrors, BodyErrors, CreateErrors, ChangeErrors)>,
    )
)]
pub(super) async fn create(
    State(store): State<Arc<dyn SecretStore>>,
    State(config): State<Arc<Config>>,
    State(rooms): State<Rooms>,
    State(limits): State<Limits>,
    State(Creators(tokens)): State<Creators>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<(StatusCode, Json<CreateResponse>), ApiError> {
    let largest = largest_body(&config);
    let creator = tokens.as_ref().map(|tokens| proof::creator(tokens, request.headers())).transpose()?;
    // The memory is held until the secret is stored.
    let Held { value: request, memory: _memory } = json::read::<CreateRequest>(request, largest, &rooms.bodies).await?;
    check(&request, &config)?;
    limit::take_bytes(&limits, &caller, request.envelope.len() as u64)?;
    let id = request.id;
    let secret = NewSecret {
        id,
        access_verifier: request.access_verifier,
        owner_verifier: request.owner_verifier,
        envelope: request.envelope.into_bytes(),
        ttl: request.expires_in,
        max_views: request.max_views,
        attempt_limit: request.attempt_limit,
        // Where everybody is trusted, nobody has a quota.
        quota_address: limits.limiter.is_some().then_some(caller.prefix),
    };
    match store.create(secret).await? {
        Create::Stored { expires_at } => {
            if let Some(token) = creator {
                tracing::info!(%token, "a secret was stored");
            }
            let expires_at = Timestamp::from_unix_millis(expires_at);
            Ok((StatusCode::CREATED, Json(CreateResponse { id, expires_at })))
        }
        Create::IdTaken => Err(ApiError::new(ErrorCode::IdTaken, "another secret has this id")),
        Create::QuotaExceeded => {
            let message = "the quota of kept bytes of this address, or of its group of addresses, is used up; nothing \
                was stored";
            Err(ApiError::new(ErrorCode::QuotaExceeded, message))
        }
        Create::Full => Err(ApiError::new(ErrorCode::StoreFull, "the store is full; nothing was stored")),
    }
}

/// Holds a request against what the operator allows, which may be less than the types do.
fn check(request: &CreateRequest, config: &Config) -> Result<(), ApiError> {
    if request.envelope.len() as u64 > config.max_envelope {
        let message = format!("the envelope may have at most {} bytes", config.max_envelope);
        return Err(ApiError::new(ErrorCode::TooLarge, message));
    }
    if config.passphrase_required && !has_passphrase(request.envelope.as_bytes()) {
        let message = "this server wants a passphrase: the profile in the envelope's header must not be 0";
        return Err(ApiError::new(ErrorCode::PassphraseRequired, message));
    }
    Ttl::from_secs_between(request.expires_in.as_secs(), config.min_ttl, config.max_ttl)
        .map_err(|bounds| ApiError::field("expires_in", bounds.to_string()))?;
    MaxViews::up_to(request.max_views.get().into(), config.max_views)
        .map_err(|bounds| ApiError::field("max_views", bounds.to_string()))?;
    Ok(())
}
