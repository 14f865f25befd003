//! The embedded store: in memory or in a file, nothing to install, one process.
//!
//! Both have the same rows (`rows.rs`) and the same rules (`requests.rs`). In memory the rows are
//! trees, and a request is one turn at them. In a file they are redb's, and one thread writes: it
//! takes all the requests that wait, applies them to one transaction, commits, and only then
//! answers. So each request is atomic, parallel ones share a commit and its sync, and no answer
//! precedes its commit. Nobody waits for ever for a disk that hangs (`queue.rs`,
//! `readers.rs`), and a full one hands out what it holds (`volume.rs`).

mod attempts;
mod clock;
mod disk;
mod fault;
mod file;
mod glance;
mod layout;
mod leases;
mod memory;
mod queue;
mod readers;
pub(crate) mod record;
mod requests;
mod rows;
mod shared;
mod tables;
mod used;
mod volume;
mod writer;

#[cfg(any(test, feature = "conformance"))]
pub use clock::ManualClock;
pub use clock::{Clock, SystemClock};
pub use file::UnusableFile;
pub use used::RECORD_COST;

use super::quota::QuotaKey;
use super::{
    Ack, Attempt, Capacity, Claim, Create, Destroy, Lease, LeaseName, NewSecret, Record, SecretStore, StoreError, Usage,
};
use anyhow::Context as _;
use ashlink_core::bytes::{OwnerVerifier, SecretId};
use async_trait::async_trait;
use clock::StoreClock;
use fault::Fault;
use memory::Memory;
use queue::Kind;
use readers::Readers;
use redb::Database;
use shared::{Reopen, Shared};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tables::Tables;
use tokio::sync::RwLock;
use volume::Volume;
use writer::{Rest, Writer};

/// How often expired secrets and old tombstones are removed. Only space depends on it:
/// every request checks the time itself.
const SWEEP_INTERVAL: Duration = Duration::from_secs(5);
/// How many deadlines one turn handles in memory, where everybody waits for it: some 0.1 ms.
const SWEPT_IN_MEMORY: usize = 100;
/// How many in a file, where each turn costs a sync.
const SWEPT_IN_FILE: usize = 500;

/// What is said of a file whose pages are whole and whose records are none.
const UNREADABLE: &str = "its content cannot be read; move it away to begin anew";

/// Secrets in this process's memory, or in a file that this process has alone.
pub struct EmbeddedStore(Place, QuotaKey);

enum Place {
    Memory(Memory),
    File(File),
}

/// A file: one thread writes, a few others read for lookups.
struct File {
    writer: Writer,
    readers: Readers,
}

impl EmbeddedStore {
    /// Makes an empty store in memory that holds at most `budget` bytes of secrets and
    /// tombstones.
    #[must_use]
    pub fn in_memory(budget: u64) -> Self {
        Self::in_memory_by(budget, Arc::new(SystemClock::new()))
    }

    /// Opens the store in a file, or makes it. A claim, a destroy and a new secret are on the disk
    /// before they are answered.
    ///
    /// # Errors
    /// [`UnusableFile`] in words for the operator; the file is as it was then.
    pub fn in_file(path: &Path, budget: u64) -> anyhow::Result<Self> {
        Self::in_file_by(path, budget, Arc::new(SystemClock::new()))
    }

    /// What [`in_file`](Self::in_file) would find: how many bytes of secrets and tombstones are in
    /// the file, or nothing where it would make one. Changes nothing.
    ///
    /// # Errors
    /// [`UnusableFile`] as from [`in_file`](Self::in_file).
    pub fn examine(path: &Path) -> anyhow::Result<Option<u64>> {
        let Some(database) = file::glance(path)? else { return Ok(None) };
        let stock = rows::database::take_stock(&database).context(UNREADABLE)?;
        Ok(Some(stock.used.total()))
    }

    /// The same as [`in_memory`](Self::in_memory), by this clock.
    #[must_use]
    pub fn in_memory_by(budget: u64, clock: Arc<dyn Clock>) -> Self {
        Self(Place::Memory(Memory::new(budget, StoreClock::from(clock, 0))), QuotaKey::fresh())
    }

    /// The same as [`in_file`](Self::in_file), by this clock.
    ///
    /// # Errors
    /// As from [`in_file`](Self::in_file).
    pub fn in_file_by(path: &Path, budget: u64, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let volume = Volume::of(path, budget);
        let database = file::open(path, &volume)?;
        // The working folder may change; the file must not.
        let path = std::path::absolute(path)?;
        let (same, as_well) = (volume.clone(), path.clone());
        let reopen = Reopen {
            for_use: Box::new(move || file::open_existing(&path, &same)),
            to_look: Box::new(move || file::open_to_look(&as_well)),
        };
        Self::start(database, reopen, volume, budget, clock)
    }

    fn start(
        database: Database,
        reopen: Reopen,
        volume: Volume,
        budget: u64,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let stock = rows::database::take_stock(&database).context(UNREADABLE)?;
        let quota_key = layout::quota_key(&database).context(UNREADABLE)?;
        let clock = StoreClock::from(clock, stock.latest);
        let shared = Arc::new(Shared { database: RwLock::new(Some(database)), clock });
        let readers = Readers::start(&shared)?;
        let writer = Writer::start(shared, reopen, volume, stock.used, budget)?;
        Ok(Self(Place::File(File { writer, readers }), quota_key))
    }

    /// Removes what is expired and compacts the file, for as long as the store is used.
    pub async fn sweep_forever(&self) {
        let mut interval = tokio::time::interval(SWEEP_INTERVAL);
        loop {
            interval.tick().await;
            // A round is bounded, and others come between two: in a file by the queue, in memory
            // because this task lets them.
            while matches!(self.sweep().await, Ok(tables::Sweep::More)) {
                tokio::task::yield_now().await;
            }
            self.rest().await;
        }
    }

    /// Compacts a file, if this is a good time.
    async fn rest(&self) -> Rest {
        match &self.0 {
            // What is freed is the process's to use again.
            Place::Memory(_) => Rest::Idle,
            Place::File(file) => file.writer.rest().await,
        }
    }

    /// Applies a request that brings no envelope.
    async fn submit<T: Send + 'static>(
        &self,
        kind: Kind,
        request: impl FnOnce(&mut Tables<'_>, u64) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.submit_with(kind, 0, request).await
    }

    /// Applies a request that brings an envelope of so many bytes.
    async fn submit_with<T: Send + 'static>(
        &self,
        kind: Kind,
        bytes: u64,
        request: impl FnOnce(&mut Tables<'_>, u64) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        match &self.0 {
            Place::Memory(memory) => memory.apply(request),
            Place::File(file) => file.writer.submit(kind, bytes, request).await,
        }
    }

    async fn sweep(&self) -> Result<tables::Sweep, StoreError> {
        let most = match &self.0 {
            Place::Memory(_) => SWEPT_IN_MEMORY,
            Place::File(_) => SWEPT_IN_FILE,
        };
        self.submit(Kind::Own, move |tables, now| tables.sweep(now, most)).await
    }
}

#[async_trait]
impl SecretStore for EmbeddedStore {
    async fn create(&self, secret: NewSecret) -> Result<Create, StoreError> {
        let bytes = secret.envelope.len() as u64;
        let quota_group = secret.quota_address.map(|address| self.1.group(address));
        self.submit_with(Kind::Attended, bytes, move |tables, now| tables.create(secret, quota_group, now)).await
    }

    async fn lookup(&self, id: SecretId) -> Result<Option<Record>, StoreError> {
        let found = match &self.0 {
            Place::Memory(memory) => memory.lookup(id)?,
            Place::File(file) => file.readers.lookup(id).await?,
        };
        Ok(found.and_then(|(record, now)| record.seen_at(now)))
    }

    async fn claim(&self, attempt: Attempt, lease: Option<Lease>) -> Result<Claim, StoreError> {
        self.submit(Kind::Attended, move |tables, now| tables.claim(&attempt, lease, now)).await
    }

    async fn ack(&self, id: SecretId, lease: LeaseName) -> Result<Ack, StoreError> {
        self.submit(Kind::Ending, move |tables, now| tables.ack(id, lease, now)).await
    }

    async fn destroy(&self, attempt: Attempt) -> Result<Destroy, StoreError> {
        self.submit(Kind::Ending, move |tables, now| tables.destroy(&attempt, now)).await
    }

    async fn destroy_as_sender(&self, id: SecretId, owner: OwnerVerifier) -> Result<Destroy, StoreError> {
        self.submit(Kind::Ending, move |tables, now| tables.destroy_as_sender(id, &owner, now)).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // Nobody claims who could not look it up before.
        if let Place::File(file) = &self.0
            && file.readers.is_stuck()
        {
            return Err(StoreError::Unavailable);
        }
        self.submit(Kind::Question, |_, _| Ok(())).await
    }
}

#[async_trait]
impl Capacity for EmbeddedStore {
    async fn usage(&self) -> Result<Usage, StoreError> {
        self.submit(Kind::Question, |tables, _| Ok(tables.usage())).await
    }
}

#[cfg(test)]
mod tests;
