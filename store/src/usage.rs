//! How full a store is.

use super::StoreError;
use async_trait::async_trait;

/// What a store holds and may hold, in bytes as the store itself counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// What it holds: tombstones too, and in Redis also other programs' data.
    pub used: u64,
    /// What it may hold; `None` where nothing bounds it.
    pub limit: Option<u64>,
}

/// A store that can say how full it is. Asked by whoever watches, and not for each request.
#[async_trait]
pub trait Capacity: Send + Sync {
    /// How full it is now.
    async fn usage(&self) -> Result<Usage, StoreError>;
}
