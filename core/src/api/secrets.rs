//! Storing and claiming.

use super::envelope::EnvelopeBytes;
use super::limits::{AttemptLimit, MaxViews, Ttl, whole};
use super::timestamp::Timestamp;
use crate::bytes::{Access, AccessVerifier, ClaimNonce, OwnerVerifier, SecretId};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/v1/secrets`. Repeatable: the same content is answered in the same
/// way, other content under the same id is refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateRequest {
    /// Names the secret.
    pub id: SecretId,
    /// SHA-256 of what a claim will have to present.
    pub access_verifier: AccessVerifier,
    /// SHA-256 of what the sender will present.
    pub owner_verifier: OwnerVerifier,
    /// The ciphertext.
    pub envelope: EnvelopeBytes,
    /// Lifetime in seconds.
    #[serde(deserialize_with = "whole")]
    pub expires_in: Ttl,
    /// How often it can be read.
    #[serde(deserialize_with = "whole")]
    pub max_views: MaxViews,
    /// After how many failed attempts it is destroyed; absent for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_limit: Option<AttemptLimit>,
}

/// Answer of `POST /api/v1/secrets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateResponse {
    /// The id as it was sent.
    pub id: SecretId,
    /// When the secret dies, by the store's clock.
    pub expires_at: Timestamp,
}

/// Body of `POST /api/v1/open/{id}/claim`, and of the `ack` that ends its lease.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimRequest {
    /// The proof that opens the secret.
    pub access: Access,
    /// Random, and the same in every repetition of this claim.
    pub nonce: ClaimNonce,
}

/// Answer of `POST /api/v1/open/{id}/claim`: the view is spent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimResponse {
    /// The ciphertext.
    pub envelope: EnvelopeBytes,
    /// How often it can still be read.
    pub views_left: u32,
}
