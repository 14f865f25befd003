//! What a server allows.

use super::limits::{MaxViews, Ttl};
use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Config {
    /// The server's version.
    pub version: String,
    /// What links begin with, without a slash at the end; absent where the operator has
    /// not said, and the page's own address serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// The longest envelope, in bytes.
    pub max_envelope: u64,
    /// The shortest lifetime, in seconds.
    pub min_ttl: Ttl,
    /// The longest lifetime, in seconds.
    pub max_ttl: Ttl,
    /// The lifetime that the page proposes, in seconds.
    pub default_ttl: Ttl,
    /// The most views.
    pub max_views: MaxViews,
    /// For how long the same reader can repeat a claim, in seconds; 0 for not at all.
    pub lease: u64,
    /// Whether creating takes a token of the operator's; absent from older servers, which ask
    /// for none.
    #[serde(default)]
    pub token_required: bool,
}
