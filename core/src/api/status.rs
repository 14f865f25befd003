//! What became of a secret, for who holds its link and for its sender.

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
    Burned,
    /// Its time ran out.
    Expired,
    /// The store lost the ciphertext before its time.
    Lost,
}

/// Who destroyed a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BurnedBy {
    /// With the owner link.
    Sender,
    /// With the share link (and the passphrase).
    Recipient,
    /// Nobody: as its sender wanted, so many wrong tries did it.
    WrongTries,
}

/// Answer of `GET /api/v1/open/{id}`. Looking spends nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Peek {
    /// Where the secret stands.
    pub state: State,
    /// When it dies or would have died.
    pub expires_at: Timestamp,
    /// How often it can still be read.
    pub views_left: u32,
    /// The envelope's size in bytes, while it waits.
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
    pub burned_by: Option<BurnedBy>,
    /// How many wrong tries it takes until it is destroyed, while it waits and if its sender
    /// wants that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub tries_left: Option<u32>,
}

/// Answer of `GET /api/v1/receipts/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// Where the secret stands.
    pub state: State,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it dies or would have died.
    pub expires_at: Timestamp,
    /// How often it could be read.
    pub max_views: MaxViews,
    /// How often it can still be read.
    pub views_left: u32,
    /// When it was opened, first to last.
    pub opened_at: Vec<Timestamp>,
    /// When it ceased to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub ended_at: Option<Timestamp>,
    /// Who destroyed it, if it was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub burned_by: Option<BurnedBy>,
    /// How often a wrong proof was tried by somebody who holds the link.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub wrong_tries: u32,
    /// When the last of them was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub wrong_at: Option<Timestamp>,
    /// Until when nobody's proof is looked at, while so many were tried that everybody waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub attempts_paused_until: Option<Timestamp>,
}
