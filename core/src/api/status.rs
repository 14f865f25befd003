//! What became of a secret, for who holds its link and for its sender: one type for the API, the
//! messages to the worker and the command line.

use super::limits::MaxViews;
use super::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a secret stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum State {
    /// It can be opened.
    Waiting,
    /// All its views are spent.
    Opened,
    /// Its sender or a recipient destroyed it.
    Destroyed,
    /// Its time ran out.
    Expired,
    /// The store lost the ciphertext before its time.
    Lost,
}

/// Who destroyed a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DestroyedBy {
    /// With the receipt link.
    Sender,
    /// With the share link (and the passphrase).
    Recipient,
    /// Nobody: as its sender wanted, so many failed attempts did it.
    FailedAttempts,
}

/// Answer of `GET /api/v1/open/{id}`, for who holds the link, and of `GET /api/v1/receipts/{id}`,
/// for the sender. Asking spends nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// Where the secret stands.
    pub state: State,
    /// When it was stored; for its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub created_at: Option<Timestamp>,
    /// When it dies or would have died.
    pub expires_at: Timestamp,
    /// How often it could be opened; for its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub max_views: Option<MaxViews>,
    /// How often it can still be opened.
    pub views_left: u32,
    /// The envelope's size in bytes, while it waits; for who holds the link only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub size: Option<u64>,
    /// When it was opened, first to last.
    pub opened_at: Vec<Timestamp>,
    /// When it ceased to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub ended_at: Option<Timestamp>,
    /// Who destroyed it, if it was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub destroyed_by: Option<DestroyedBy>,
    /// How many failed attempts it takes until it is destroyed, while it waits and if its sender
    /// wants that; for who holds the link only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub attempts_left: Option<u32>,
    /// How often a wrong proof was tried by somebody who holds the link; for its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failed_attempts: Option<u32>,
    /// When the last of them was; for its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_failed_at: Option<Timestamp>,
    /// Until when nobody's proof is looked at, while so many were tried that everybody waits; for
    /// its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub attempts_paused_until: Option<Timestamp>,
}

impl Status {
    /// What every status says, and nothing else.
    #[must_use]
    pub const fn new(state: State, expires_at: Timestamp, views_left: u32) -> Self {
        Self {
            state,
            created_at: None,
            expires_at,
            max_views: None,
            views_left,
            size: None,
            opened_at: Vec::new(),
            ended_at: None,
            destroyed_by: None,
            attempts_left: None,
            failed_attempts: None,
            last_failed_at: None,
            attempts_paused_until: None,
        }
    }
}
