//! What can go wrong within a transaction, and whom it concerns.

use super::record::Unreadable;
use crate::StoreError;

/// Why a request could not be done.
#[derive(Debug)]
pub(super) enum Fault {
    /// This record cannot be read. Nothing was changed, so the requests that share the
    /// transaction are not concerned.
    Unreadable,
    /// The database failed: nothing of the transaction counts.
    Database(redb::Error),
}

impl Fault {
    /// What it means for the request that met it.
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Self::Unreadable => {
                tracing::error!("the embedded store holds a record that cannot be read");
                StoreError::Corrupt
            }
            Self::Database(error) => {
                tracing::error!(%error, "the embedded store failed");
                StoreError::Unavailable
            }
        }
    }
}

impl From<Unreadable> for Fault {
    fn from(_: Unreadable) -> Self {
        Self::Unreadable
    }
}

impl From<redb::StorageError> for Fault {
    fn from(error: redb::StorageError) -> Self {
        Self::Database(error.into())
    }
}
