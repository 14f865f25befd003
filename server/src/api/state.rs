//! What the API's handlers can reach. Each takes the parts that it needs.

use crate::api::config::Told;
use crate::api::limit::Limits;
use crate::api::tokens::Tokens;
use crate::web::room::Room;
use ashlink_core::api::Config;
use ashlink_store::SecretStore;
use axum::extract::FromRef;
use std::sync::Arc;
use std::time::Duration;

/// All parts. Cheap to clone, which happens several times for each request.
#[derive(Clone)]
pub struct ApiState(Arc<ApiParts>);

/// The parts, before they are put together.
pub struct ApiParts {
    /// Where secrets are.
    pub store: Arc<dyn SecretStore>,
    /// What the operator allows.
    pub config: Arc<Config>,
    /// Says what callers are told of that.
    pub told: Arc<dyn Fn() -> Config + Send + Sync>,
    /// Memory for what is on its way.
    pub rooms: Rooms,
    /// For how long the reader of a view can fetch it again.
    pub lease: LeaseTime,
    /// How much a caller may ask and store.
    pub limits: Limits,
    /// Who may create.
    pub creators: Creators,
}

/// Memory for what is on its way.
#[derive(Clone)]
pub struct Rooms {
    /// For bodies that arrive.
    pub bodies: Room,
    /// The same for those of claims, which are small: nobody's upload keeps them out.
    pub proofs: Room,
    /// For secrets that are on their way out.
    pub answers: Room,
}

/// For how long the reader of a view can fetch it again; zero for not at all.
#[derive(Debug, Clone, Copy)]
pub struct LeaseTime(pub Duration);

/// Those who may create; `None` where everyone may.
#[derive(Clone)]
pub struct Creators(pub Option<Arc<Tokens>>);

impl From<ApiParts> for ApiState {
    fn from(parts: ApiParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl FromRef<ApiState> for Arc<dyn SecretStore> {
    fn from_ref(state: &ApiState) -> Self {
        Self::clone(&state.0.store)
    }
}

impl FromRef<ApiState> for Arc<Config> {
    fn from_ref(state: &ApiState) -> Self {
        Self::clone(&state.0.config)
    }
}

impl FromRef<ApiState> for Told {
    fn from_ref(state: &ApiState) -> Self {
        Self((state.0.told)())
    }
}

impl FromRef<ApiState> for Rooms {
    fn from_ref(state: &ApiState) -> Self {
        state.0.rooms.clone()
    }
}

impl FromRef<ApiState> for LeaseTime {
    fn from_ref(state: &ApiState) -> Self {
        state.0.lease
    }
}

impl FromRef<ApiState> for Limits {
    fn from_ref(state: &ApiState) -> Self {
        state.0.limits.clone()
    }
}

impl FromRef<ApiState> for Creators {
    fn from_ref(state: &ApiState) -> Self {
        state.0.creators.clone()
    }
}
