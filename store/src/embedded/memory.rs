//! The store in this process's memory: each request is one turn at it.

use super::clock::StoreClock;
use super::fault::Fault;
use super::record::StoredRecord;
use super::rows::Rows as _;
use super::rows::maps::Maps;
use super::tables::Tables;
use super::used::Used;
use crate::StoreError;
use ashlink_core::bytes::SecretId;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Rows in memory and their time. A turn takes microseconds, so nobody waits for it elsewhere.
pub(super) struct Memory {
    held: Mutex<Held>,
    budget: u64,
    clock: StoreClock,
}

#[derive(Default)]
struct Held {
    maps: Maps,
    used: Used,
}

impl Memory {
    pub(super) fn new(budget: u64, clock: StoreClock) -> Self {
        Self { held: Mutex::default(), budget, clock }
    }

    /// Applies a request. Nothing that it can do fails after it has begun to write.
    pub(super) fn apply<T>(
        &self,
        request: impl FnOnce(&mut Tables<'_>, u64) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let mut held = self.held();
        let Held { maps, used } = &mut *held;
        let mut tables = Tables::new(maps, used, self.budget);
        // Asked for when it is this request's turn, so that the order of times is that of turns.
        request(&mut tables, self.clock.now_millis()).map_err(Fault::into_error)
    }

    /// The record and the time.
    pub(super) fn lookup(&self, id: SecretId) -> Result<Option<(StoredRecord, u64)>, StoreError> {
        let record = self.held().maps.record(id.as_bytes()).map_err(Fault::into_error)?;
        Ok(record.map(|record| (record, self.clock.now_millis())))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
