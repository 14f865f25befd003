//! The embedded store: redb in memory, nothing to install, one process.
//!
//! One thread writes. It takes all the requests that wait, applies them to one
//! transaction, commits, and only then answers: so each request is atomic, parallel ones
//! share a commit, and no answer precedes its commit.

mod clock;
mod record;
mod tables;
mod writer;

#[cfg(test)]
pub(crate) use clock::ManualClock;
pub use clock::{Clock, SystemClock};

use super::{Burn, Claim, Create, NewSecret, Record, SecretStore, StoreError};
use ashlink_core::api::BurnedBy;
use ashlink_core::bytes::{AccessVerifier, OwnerVerifier, SecretId};
use async_trait::async_trait;
use redb::backends::InMemoryBackend;
use redb::{Database, ReadableDatabase as _};
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;

/// How often expired secrets and old tombstones are removed. Only memory depends on it:
/// every request checks the time itself.
const SWEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Secrets in this process's memory.
pub struct EmbeddedStore {
    database: Arc<Database>,
    clock: Arc<dyn Clock>,
    writer: Writer,
}

impl EmbeddedStore {
    /// Opens an empty store in memory that holds at most `budget` bytes of secrets and
    /// tombstones.
    ///
    /// # Errors
    /// When redb or the writer's thread cannot be started.
    pub fn in_memory(budget: u64) -> anyhow::Result<Self> {
        Self::with_clock(budget, Arc::new(SystemClock))
    }

    pub(crate) fn with_clock(budget: u64, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let database = Arc::new(Database::builder().create_with_backend(InMemoryBackend::new())?);
        tables::create(&database)?;
        let writer = Writer::start(Arc::clone(&database), Arc::clone(&clock), budget)?;
        Ok(Self { database, clock, writer })
    }

    /// Removes what is expired, every few seconds, for as long as the store is used.
    pub async fn sweep_forever(&self) {
        let mut interval = tokio::time::interval(SWEEP_INTERVAL);
        loop {
            interval.tick().await;
            // A round is bounded, so that requests are not kept waiting behind a long one.
            while matches!(self.sweep().await, Ok(tables::Sweep::More)) {}
        }
    }

    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough")]
    async fn sweep(&self) -> Result<tables::Sweep, StoreError> {
        self.writer.submit(|tables, now| tables.sweep(now)).await
    }
}

#[async_trait]
impl SecretStore for EmbeddedStore {
    async fn create(&self, secret: NewSecret) -> Result<Create, StoreError> {
        self.writer.submit(move |tables, now| tables.create(&secret, now)).await
    }

    async fn look(&self, id: SecretId) -> Result<Option<Record>, StoreError> {
        let transaction = self.database.begin_read().map_err(writer::failed)?;
        let records = transaction.open_table(tables::RECORDS).map_err(writer::failed)?;
        let Some(stored) = records.get(id.as_bytes()).map_err(writer::failed)? else {
            return Ok(None);
        };
        let stored = record::StoredRecord::decode(stored.value()).map_err(|_| StoreError::Corrupt)?;
        Ok(stored.seen_at(self.clock.now_millis()))
    }

    async fn claim(&self, id: SecretId, access: AccessVerifier) -> Result<Claim, StoreError> {
        self.writer.submit(move |tables, now| tables.claim(id, &access, now)).await
    }

    async fn destroy(&self, id: SecretId, access: AccessVerifier) -> Result<Burn, StoreError> {
        let proof = tables::Proof::Access(access);
        self.writer.submit(move |tables, now| tables.burn(id, &proof, BurnedBy::Recipient, now)).await
    }

    async fn burn(&self, id: SecretId, owner: OwnerVerifier) -> Result<Burn, StoreError> {
        let proof = tables::Proof::Owner(owner);
        self.writer.submit(move |tables, now| tables.burn(id, &proof, BurnedBy::Sender, now)).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.writer.submit(|_, _| Ok(())).await
    }
}

#[cfg(test)]
mod tests;
