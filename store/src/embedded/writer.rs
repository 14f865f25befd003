//! The thread that writes: group commit, compaction, and opening the database again.

use super::fault::Fault;
use super::file::UnusableFile;
use super::queue::{Answer, Kind, MOST, Queue, Waiting};
use super::rows::database::{Transaction, take_stock};
use super::shared::{Reopen, Shared};
use super::tables::{Changed, Tables};
use super::used::Used;
use super::volume::{Growth, Room, Volume};
use crate::StoreError;
use redb::Database;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How many requests share a commit at most.
const BATCH: usize = 256;
/// The same where the disk is full: what a commit replaces is only free after it.
const TIGHT: usize = 4;
/// For how long a commit on a full disk waits for lookups that have begun. One takes microseconds, and on
/// a busy machine some milliseconds until its thread runs again.
const LOOKUPS: Duration = Duration::from_millis(100);
/// For how long nothing must have changed before the file is compacted, in milliseconds.
const QUIET: u64 = 15_000;
/// What may be stored at most when the file is compacted, in bytes as the budget counts them.
/// Requests wait meanwhile: some 80 ms for each MiB of small secrets, and redb cannot be
/// interrupted. With more, space is only used again.
const COMPACT_UP_TO: u64 = 4 * 1024 * 1024;
/// Between two attempts to open a database that failed, in milliseconds.
const REOPEN_PAUSE: u64 = 5_000;

/// For how long the end of the process waits for what the thread is at.
const CLOSING: Duration = Duration::from_secs(5);

enum Work {
    Request(Waiting),
    /// Nothing was due: compact, if this is a good time. Told whether that was done.
    Rest(oneshot::Sender<Rest>),
}

/// What became of a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// The file was compacted.
    Compacted,
    /// It was not worth it, or not the time.
    Idle,
}

/// Hands requests to the writing thread. It finishes what it was given when this is dropped, if the
/// disk lets it.
pub(super) struct Writer {
    queue: Arc<Queue>,
    work: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        shared: Arc<Shared>,
        reopen: Reopen,
        volume: Volume,
        used: Used,
        budget: u64,
    ) -> Result<Self, std::io::Error> {
        let (work, waiting) = sync_channel(MOST);
        let queue = Arc::new(Queue::default());
        let mut thread = Thread {
            shared,
            queue: Arc::clone(&queue),
            reopen,
            volume,
            growth: Growth::of(used.total()),
            used,
            budget,
            last_change: None,
            last_failure: None,
        };
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || thread.run(&waiting))?;
        Ok(Self { queue, work: Some(work), thread: Some(thread) })
    }

    /// Applies a request and waits for its commit. `bytes` are those of its envelope.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        kind: Kind,
        bytes: u64,
        request: impl FnOnce(&mut Tables<'_>, u64) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.queue.submit(kind, bytes, request, |waiting| self.send(Work::Request(waiting))).await
    }

    /// Lets the thread compact the file, if this is a good time.
    pub(super) async fn rest(&self) -> Rest {
        let (done, rested) = oneshot::channel();
        match self.send(Work::Rest(done)) {
            Ok(()) => rested.await.unwrap_or(Rest::Idle),
            Err(_) => Rest::Idle,
        }
    }

    #[cfg(test)]
    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    fn send(&self, work: Work) -> Result<(), StoreError> {
        let sender = self.work.as_ref().expect("it is taken when this is dropped, and not before");
        // Nobody waits here: a queue that is full is one that does not move.
        sender.try_send(work).map_err(|_| StoreError::Unavailable)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.work.take());
        join_in_time(self.thread.take());
    }
}

/// Waits for threads that were told to end, for at most [`CLOSING`].
///
/// The database is closed in order only when its last user is done. A disk that hangs must not
/// keep the process from ending: the next start opens the file as after a loss of power.
pub(super) fn join_in_time(threads: impl IntoIterator<Item = JoinHandle<()>>) {
    let patience = Instant::now() + CLOSING;
    for thread in threads {
        while !thread.is_finished() {
            if Instant::now() >= patience {
                tracing::error!("the disk does not answer the store; the server ends without it");
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = thread.join();
    }
}

struct Thread {
    shared: Arc<Shared>,
    queue: Arc<Queue>,
    reopen: Reopen,
    used: Used,
    budget: u64,
    volume: Volume,
    growth: Growth,
    /// When something was changed that was not followed by a compaction.
    last_change: Option<u64>,
    last_failure: Option<u64>,
}

impl Thread {
    fn run(&mut self, waiting: &Receiver<Work>) {
        while let Ok(first) = waiting.recv() {
            self.queue.begin();
            let mut batch = Vec::new();
            let mut rests = Vec::new();
            for work in std::iter::once(first).chain(waiting.try_iter().take(BATCH - 1)) {
                match work {
                    Work::Request(waiting) => batch.push(waiting),
                    Work::Rest(done) => rests.push(done),
                }
            }
            self.reopen_if_failed();
            let rest = if batch.is_empty() { self.rest() } else { Rest::Idle };
            self.serve(batch);
            for done in rests {
                let _ = done.send(rest);
            }
            self.queue.end();
        }
    }

    /// Applies a batch in one transaction, or some, and answers it.
    fn serve(&mut self, mut batch: Vec<Waiting>) {
        while !batch.is_empty() {
            let room = self.volume.room();
            let most = if room.is_some_and(Room::is_tight) { TIGHT } else { BATCH };
            if most == TIGHT {
                self.wait_for_lookups();
            }
            let rest = batch.split_off(most.min(batch.len()));
            self.serve_at_once(batch, room);
            batch = rest;
            if !batch.is_empty() {
                // Each commit is a turn: many that are slow together are no disk that hangs.
                self.queue.end();
                self.queue.begin();
            }
        }
    }

    /// Waits until no lookup is under way. While one is, no page that a commit replaces becomes free, and
    /// each further commit takes new ones: on a full disk they come out of the reserve. A read that hangs
    /// is not waited for any longer than others.
    fn wait_for_lookups(&self) {
        let patience = Instant::now() + LOOKUPS;
        while self.shared.database.try_write().is_err() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn serve_at_once(&mut self, batch: Vec<Waiting>, room: Option<Room>) {
        // What is only looked into takes nothing; those who wait are told when this is dropped.
        if self.last_failure.is_some() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let database = shared.database.blocking_read();
        let Some(open) = &*database else { return };
        let mut answers = Vec::with_capacity(batch.len());
        // A panic in the database is one more way to fail, and must not end this thread.
        let committed = catch_unwind(AssertUnwindSafe(|| self.commit(open, batch, room, &mut answers)))
            .unwrap_or(Err(StoreError::OutcomeUnknown));
        drop(database);
        if committed.is_err() {
            self.give_up();
        }
        for answer in answers {
            answer(committed);
        }
    }

    /// Requests that come after one that the database failed at are dropped with it, and so
    /// answered as not having happened.
    fn commit(
        &mut self,
        database: &Database,
        batch: Vec<Waiting>,
        room: Option<Room>,
        answers: &mut Vec<Answer>,
    ) -> Result<(), StoreError> {
        let limit = self.growth.limit(self.used.total(), self.budget, room);
        let transaction = database.begin_write().map_err(failed)?;
        let mut rows = Transaction::open(&transaction).map_err(failed)?;
        // Nothing of it counts before it is committed.
        let mut used = self.used.clone();
        let mut tables = Tables::new(&mut rows, &mut used, limit);
        for waiting in batch {
            if let Some(job) = waiting.take() {
                answers.push(job(&mut tables, self.shared.clock.now_millis()).map_err(failed)?);
            }
        }
        let changed = tables.outcome();
        drop(rows);
        match changed {
            // Nothing to keep, and so no sync: claims of what has ended, and repeated ones, cost the disk nothing.
            Changed::No => transaction.abort().map_err(failed)?,
            Changed::Yes => {
                // An error here leaves open whether it is on the disk.
                transaction.commit().map_err(|error| {
                    failed(error);
                    StoreError::OutcomeUnknown
                })?;
                self.used = used;
                self.last_change = Some(self.shared.clock.steady_millis());
            }
        }
        Ok(())
    }

    /// Closes a database that failed: redb takes no more from it. What it holds is found out
    /// by opening it again; until then it is only looked into.
    fn give_up(&mut self) {
        let shared = Arc::clone(&self.shared);
        let mut database = shared.database.blocking_write();
        close(database.take());
        *database = self.to_look();
        self.last_failure = Some(self.shared.clock.steady_millis());
    }

    /// The database as the file shows it, if it does.
    fn to_look(&self) -> Option<Database> {
        (self.reopen.to_look)().inspect_err(|error| tracing::error!(%error, "the store cannot be looked into")).ok()
    }

    /// What made it fail may be over.
    fn reopen_if_failed(&mut self) {
        let Some(failure) = self.last_failure else { return };
        let now = self.shared.clock.steady_millis();
        if now.saturating_sub(failure) < REOPEN_PAUSE {
            return;
        }
        if self.volume.has_sync_failed() {
            self.last_failure = Some(now);
            tracing::error!(error = %UnusableFile::Unsynced, "the store cannot be opened again");
            return;
        }
        let shared = Arc::clone(&self.shared);
        let mut database = shared.database.blocking_write();
        // Who looks into it has the file's lock.
        close(database.take());
        let opened = (self.reopen.for_use)().map_err(anyhow::Error::from).and_then(|database| {
            let stock = take_stock(&database)?;
            Ok((database, stock))
        });
        match opened {
            Ok((opened, stock)) => {
                tracing::info!("the store is open again");
                *database = Some(opened);
                self.used = stock.used;
                self.growth = Growth::of(self.used.total());
                self.last_failure = None;
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the store cannot be opened again");
                *database = self.to_look();
                self.last_failure = Some(now);
            }
        }
    }

    /// Compacts the file after a change, once all is quiet. What was deleted goes from the file
    /// with it: redb leaves it in free pages otherwise, until they are used again.
    fn rest(&mut self) -> Rest {
        let now = self.shared.clock.steady_millis();
        let quiet = self.last_change.is_some_and(|change| now.saturating_sub(change) >= QUIET);
        if !quiet || self.used.total() > COMPACT_UP_TO || self.last_failure.is_some() {
            return Rest::Idle;
        }
        let compacted = {
            // A read that hangs must not keep those who write.
            let Ok(mut database) = self.shared.database.try_write() else { return Rest::Idle };
            let Some(database) = database.as_mut() else { return Rest::Idle };
            catch_unwind(AssertUnwindSafe(|| database.compact()))
        };
        self.last_change = None;
        match compacted {
            Ok(Ok(_)) => {
                self.growth = Growth::of(self.used.total());
                Rest::Compacted
            }
            Ok(Err(error)) => {
                failed(error);
                self.give_up();
                Rest::Idle
            }
            Err(_) => {
                self.give_up();
                Rest::Idle
            }
        }
    }
}

/// Closing may stumble over what made it fail.
fn close(database: Option<Database>) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(database)));
}

/// What a failure of the database before a commit means for a request.
pub(super) fn failed(error: impl Into<redb::Error>) -> StoreError {
    Fault::Database(error.into()).into_error()
}
