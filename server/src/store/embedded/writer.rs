//! The thread that writes: group commit, compaction, and opening the database again.

use super::fault::Fault;
use super::rows::database::{Transaction, take_stock};
use super::shared::{Reopen, Shared};
use super::tables::{Changed, Tables};
use super::used::Used;
use crate::store::StoreError;
use redb::Database;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// How many requests share a commit at most.
const BATCH: usize = 256;
/// For how long nothing must have changed before the file is compacted, in milliseconds.
const QUIET: u64 = 15_000;
/// What may be stored at most when the file is compacted, in bytes as the budget counts them.
/// Requests wait meanwhile: some 80 ms for each MiB of small secrets, and redb cannot be
/// interrupted. With more, space is only used again.
const COMPACT_UP_TO: u64 = 4 * 1024 * 1024;
/// Between two attempts to open a database that failed, in milliseconds.
const REOPEN_PAUSE: u64 = 5_000;

/// What a request does within the transaction; says afterwards what is to be answered.
type Job = Box<dyn FnOnce(&mut Tables<'_>, u64) -> Result<Answer, redb::Error> + Send>;
/// Answers a request, once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

enum Work {
    Request(Job),
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

/// Hands requests to the writing thread. It finishes what it was given when this is dropped.
pub(super) struct Writer {
    work: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(shared: Arc<Shared>, reopen: Reopen, used: Used, budget: u64) -> Result<Self, std::io::Error> {
        let (work, waiting) = channel();
        let mut thread = Thread { shared, reopen, used, budget, last_change: None, last_failure: None };
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || thread.run(&waiting))?;
        Ok(Self { work: Some(work), thread: Some(thread) })
    }

    /// Applies a request and waits for its commit.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        request: impl FnOnce(&mut Tables<'_>, u64) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tables, now| {
            let outcome = match request(tables, now) {
                Ok(outcome) => Ok(outcome),
                Err(Fault::Database(error)) => return Err(error),
                Err(fault) => Err(fault.into_error()),
            };
            Ok(Box::new(move |committed: Result<(), StoreError>| {
                // Nobody waits any more when the client has gone.
                let _ = answer.send(committed.and(outcome));
            }))
        });
        self.send(Work::Request(job))?;
        // A request that was dropped was in no transaction that was committed.
        answered.await.unwrap_or(Err(StoreError::Unavailable))
    }

    /// Lets the thread compact the file, if this is a good time.
    pub(super) async fn rest(&self) -> Rest {
        let (done, rested) = oneshot::channel();
        match self.send(Work::Rest(done)) {
            Ok(()) => rested.await.unwrap_or(Rest::Idle),
            Err(_) => Rest::Idle,
        }
    }

    fn send(&self, work: Work) -> Result<(), StoreError> {
        let sender = self.work.as_ref().expect("it is taken when this is dropped, and not before");
        sender.send(work).map_err(|_| StoreError::Unavailable)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.work.take());
        // The database is closed in order only when its last user is done.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Thread {
    shared: Arc<Shared>,
    reopen: Reopen,
    used: Used,
    budget: u64,
    /// When something was changed that was not followed by a compaction.
    last_change: Option<u64>,
    last_failure: Option<u64>,
}

impl Thread {
    fn run(&mut self, waiting: &Receiver<Work>) {
        while let Ok(first) = waiting.recv() {
            let mut batch = Vec::new();
            let mut rests = Vec::new();
            for work in std::iter::once(first).chain(waiting.try_iter().take(BATCH - 1)) {
                match work {
                    Work::Request(job) => batch.push(job),
                    Work::Rest(done) => rests.push(done),
                }
            }
            self.reopen_if_failed();
            let rest = if batch.is_empty() { self.rest() } else { Rest::Idle };
            self.serve(batch);
            for done in rests {
                let _ = done.send(rest);
            }
        }
    }

    /// Applies a batch in one transaction and answers it.
    fn serve(&mut self, batch: Vec<Job>) {
        if batch.is_empty() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let database = shared.database.blocking_read();
        let Some(open) = &*database else { return };
        let mut answers = Vec::with_capacity(batch.len());
        // A panic in the database is one more way to fail, and must not end this thread.
        let committed = catch_unwind(AssertUnwindSafe(|| self.commit(open, batch, &mut answers)))
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
    fn commit(&mut self, database: &Database, batch: Vec<Job>, answers: &mut Vec<Answer>) -> Result<(), StoreError> {
        let transaction = database.begin_write().map_err(failed)?;
        let mut rows = Transaction::open(&transaction).map_err(failed)?;
        // Nothing of it counts before it is committed.
        let mut used = self.used.clone();
        let mut tables = Tables::new(&mut rows, &mut used, self.budget);
        for job in batch {
            answers.push(job(&mut tables, self.shared.clock.now_millis()).map_err(failed)?);
        }
        let changed = tables.outcome();
        drop(rows);
        match changed {
            // Nothing to keep, and so no sync: looks and wrong guesses cost the disk nothing.
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
    /// by opening it again.
    fn give_up(&mut self) {
        let database = self.shared.database.blocking_write().take();
        // Closing may stumble over what made it fail.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(database)));
        self.last_failure = Some(self.shared.clock.steady_millis());
    }

    /// A full disk, say, is only full for a time.
    fn reopen_if_failed(&mut self) {
        let Some(failure) = self.last_failure else { return };
        let now = self.shared.clock.steady_millis();
        if now.saturating_sub(failure) < REOPEN_PAUSE {
            return;
        }
        let opened = (self.reopen)().map_err(anyhow::Error::from).and_then(|database| {
            let stock = take_stock(&database)?;
            Ok((database, stock))
        });
        match opened {
            Ok((database, stock)) => {
                tracing::info!("the store is open again");
                *self.shared.database.blocking_write() = Some(database);
                self.used = stock.used;
                self.last_failure = None;
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the store cannot be opened again");
                self.last_failure = Some(now);
            }
        }
    }

    /// Compacts the file after a change, once all is quiet. What was deleted goes from the file
    /// with it: redb leaves it in free pages otherwise, until they are used again.
    fn rest(&mut self) -> Rest {
        let now = self.shared.clock.steady_millis();
        let quiet = self.last_change.is_some_and(|change| now.saturating_sub(change) >= QUIET);
        if !quiet || self.used.total() > COMPACT_UP_TO {
            return Rest::Idle;
        }
        let compacted = {
            let mut database = self.shared.database.blocking_write();
            let Some(database) = database.as_mut() else { return Rest::Idle };
            catch_unwind(AssertUnwindSafe(|| database.compact()))
        };
        self.last_change = None;
        match compacted {
            Ok(Ok(_)) => Rest::Compacted,
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

/// What a failure of the database before a commit means for a request.
pub(super) fn failed(error: impl Into<redb::Error>) -> StoreError {
    Fault::Database(error.into()).into_error()
}
