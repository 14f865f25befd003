//! Readers of what stores hold, which nobody outside calls but the fuzz targets.
//!
//! Exists with the feature `fuzzing` only, which no build of the server has.

use crate::Record;
use crate::embedded::record::StoredRecord;
use crate::redis::record;

/// A record as the embedded store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedRecord(StoredRecord);

impl EmbeddedRecord {
    /// Reads it; `None` for bytes that are none.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        StoredRecord::decode(bytes).ok().map(Self)
    }

    /// The record as it stands in the file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.0.encode()
    }

    /// When the next thing happens to it by itself.
    #[must_use]
    pub fn deadline(&self) -> u64 {
        self.0.deadline()
    }

    /// What a reader sees of it at a time; `None` once it is forgotten.
    #[must_use]
    pub fn seen_at(&self, now: u64) -> Option<Record> {
        self.0.clone().seen_at(now)
    }
}

/// What Redis answered is no answer of our script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// Reads what `lookup.lua` answers; `Ok(None)` where there is no record.
///
/// # Errors
/// [`Unreadable`] where it is something else.
pub fn redis_record(fields: Vec<Option<Vec<u8>>>) -> Result<Option<Record>, Unreadable> {
    record::read(fields).map_err(|_| Unreadable)
}
