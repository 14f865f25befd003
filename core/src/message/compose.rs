//! What is to be sealed and stored, as it was typed.

use super::wire::wire;
use crate::payload::Item;
use zeroize::Zeroize;

/// What is to be sealed and stored.
#[derive(Clone, PartialEq, Eq, Zeroize)]
pub struct Compose {
    /// The text first, then files in their order.
    pub items: Vec<Item>,
    /// As typed; empty for none.
    pub passphrase: String,
    /// Lifetime in seconds.
    pub ttl: u64,
    /// How often it can be opened.
    pub views: u32,
    /// After how many failed attempts it is destroyed; `None` for never.
    pub attempt_limit: Option<u32>,
    /// The longest envelope that the server takes, in bytes: what is longer is refused before
    /// any request.
    pub max_envelope: u64,
    /// The token that the server asks for; empty for none.
    pub token: String,
}

impl std::fmt::Debug for Compose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Compose(…)")
    }
}

wire! { struct Compose { items, passphrase, ttl, views, attempt_limit, max_envelope, token } }
