//! The threads that read the file for lookups, bounded in number, waiting lookups and time.
//!
//! A disk can keep a read for minutes. On a runtime's worker it would keep everybody whose turn is at
//! that worker, so it is made on a thread that has nothing else to do. While all of these are kept,
//! lookups are refused: nothing piles up behind them.

use super::queue::{MOST, TURN};
use super::record::StoredRecord;
use super::rows::database::RECORDS;
use super::shared::Shared;
use super::writer::{failed, join_in_time};
use crate::StoreError;
use ashlink_core::bytes::SecretId;
use redb::ReadableDatabase as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// How many reads are under way at once: enough for a few that hang at bad sectors and for others
/// beside them. What is in memory takes microseconds.
pub(super) const READERS: u64 = 4;
/// No count of finished reads.
const NEVER: u64 = u64::MAX;

/// The record, if there is one, and the time at which it was read.
type Found = Result<Option<(StoredRecord, u64)>, StoreError>;

struct Lookup {
    id: SecretId,
    answer: oneshot::Sender<Found>,
}

/// How many reads the threads have begun and finished.
struct Progress {
    begun: AtomicU64,
    finished: AtomicU64,
    /// What `finished` was when a lookup had waited for [`TURN`] and all threads were at work: until
    /// one of them is done, nobody is kept waiting. [`NEVER`] before that.
    stuck: AtomicU64,
}

impl Progress {
    fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::SeqCst) == self.finished.load(Ordering::SeqCst)
    }

    /// A lookup has waited for [`TURN`], and so many reads were finished before.
    fn note(&self, before: u64) {
        let finished = self.finished.load(Ordering::SeqCst);
        let all_at_work = self.begun.load(Ordering::SeqCst).wrapping_sub(finished) >= READERS;
        if finished == before && all_at_work && self.stuck.swap(finished, Ordering::SeqCst) != finished {
            let seconds = TURN.as_secs();
            tracing::error!(seconds, "the disk does not answer lookups; they are refused until it does");
        }
    }
}

/// Hands lookups to the reading threads.
pub(super) struct Readers {
    progress: Arc<Progress>,
    lookups: Option<SyncSender<Lookup>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts the threads.
    pub(super) fn start(shared: &Arc<Shared>) -> Result<Self, std::io::Error> {
        let (lookups, waiting) = sync_channel(MOST);
        let waiting = Arc::new(Mutex::new(waiting));
        let progress =
            Arc::new(Progress { begun: AtomicU64::new(0), finished: AtomicU64::new(0), stuck: AtomicU64::new(NEVER) });
        let mut readers = Self { progress, lookups: Some(lookups), threads: Vec::new() };
        for _ in 0..READERS {
            let (shared, waiting, progress) = (Arc::clone(shared), Arc::clone(&waiting), Arc::clone(&readers.progress));
            let thread = std::thread::Builder::new().name("store-reader".to_owned());
            readers.threads.push(thread.spawn(move || run(&shared, &waiting, &progress))?);
        }
        Ok(readers)
    }

    /// Looks a record up, for at most [`TURN`].
    ///
    /// # Errors
    /// `Unavailable` when the disk does not answer in that time, `Corrupt` for what cannot be read.
    pub(super) async fn lookup(&self, id: SecretId) -> Found {
        let before = self.progress.finished.load(Ordering::SeqCst);
        if self.is_stuck() {
            return Err(StoreError::Unavailable);
        }
        let (answer, answered) = oneshot::channel();
        let lookups = self.lookups.as_ref().expect("it is taken when this is dropped, and not before");
        // A queue that is full is one that does not move.
        lookups.try_send(Lookup { id, answer }).map_err(|_| StoreError::Unavailable)?;
        match tokio::time::timeout(TURN, answered).await {
            Ok(found) => found.unwrap_or(Err(StoreError::Unavailable)),
            Err(_) => {
                self.progress.note(before);
                Err(StoreError::Unavailable)
            }
        }
    }

    /// Whether lookups are refused, since none has been answered for long.
    pub(super) fn is_stuck(&self) -> bool {
        self.progress.is_stuck()
    }

    /// How many reads are under way.
    #[cfg(test)]
    pub(super) fn at_work(&self) -> u64 {
        self.progress.begun.load(Ordering::SeqCst) - self.progress.finished.load(Ordering::SeqCst)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.lookups.take());
        join_in_time(std::mem::take(&mut self.threads));
    }
}

fn run(shared: &Shared, waiting: &Mutex<Receiver<Lookup>>, progress: &Progress) {
    loop {
        // One thread waits for a lookup, the others for their turn to wait.
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Lookup { id, answer }) = next else { return };
        // Nobody waits any more when the caller has gone.
        if answer.is_closed() {
            continue;
        }
        progress.begun.fetch_add(1, Ordering::SeqCst);
        // redb reports most damage, and stumbles over some of it.
        let found = catch_unwind(AssertUnwindSafe(|| read(shared, id))).unwrap_or(Err(StoreError::Corrupt));
        progress.finished.fetch_add(1, Ordering::SeqCst);
        let _ = answer.send(found);
    }
}

fn read(shared: &Shared, id: SecretId) -> Found {
    let database = shared.database.blocking_read();
    let database = database.as_ref().ok_or(StoreError::Unavailable)?;
    let transaction = database.begin_read().map_err(failed)?;
    let records = transaction.open_table(RECORDS).map_err(failed)?;
    let Some(stored) = records.get(id.as_bytes()).map_err(failed)? else {
        return Ok(None);
    };
    let stored = StoredRecord::decode(stored.value()).map_err(|_| StoreError::Corrupt)?;
    Ok(Some((stored, shared.clock.now_millis())))
}
