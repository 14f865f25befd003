//! Secrets that are on their way out. A claim has room for its answer before a view is spent, and who
//! claims much and reads nothing keeps only what it got from its own room.

use crate::api::error::ApiError;
use crate::web::room::{NoRoom, Share};
use axum::body::Bytes;
use std::time::Duration;

/// For how long a claim waits for room: what others have is read in a moment, or by somebody slow.
const PATIENCE: Duration = Duration::from_secs(5);

/// An answer, for as long as somebody holds a part of it.
struct Held {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Takes room for an answer of at most so many bytes, before anything is spent.
///
/// # Errors
/// 503 when none has come free in time, for this caller, its network or all.
pub async fn reserve(share: &mut Share, largest: usize) -> Result<(), ApiError> {
    share.grow_within(largest, PATIENCE).await.map_err(|NoRoom| ApiError::overloaded())
}

/// An answer that keeps its share until its last byte has gone to the system, or its connection has.
#[must_use]
pub fn hold(mut share: Share, bytes: Vec<u8>) -> Bytes {
    share.shrink_to(bytes.len());
    Bytes::from_owner(Held { bytes, _share: share })
}
