//! The thread that writes.

use super::clock::Clock;
use super::tables::Tables;
use crate::store::StoreError;
use redb::Database;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

/// How many requests share a commit at most.
const BATCH: usize = 256;

/// What a request does within the transaction; says afterwards what is to be answered.
type Job = Box<dyn FnOnce(&mut Tables<'_>, u64) -> Result<Answer, redb::Error> + Send>;
/// Answers a request, once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Hands requests to the writing thread, which ends with the last handle.
pub(super) struct Writer(Sender<Job>);

impl Writer {
    pub(super) fn start(database: Arc<Database>, clock: Arc<dyn Clock>, budget: u64) -> std::io::Result<Self> {
        let (jobs, waiting) = channel();
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&database, &*clock, budget, &waiting))?;
        Ok(Self(jobs))
    }

    /// Applies a request and waits for its commit.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        request: impl FnOnce(&mut Tables<'_>, u64) -> Result<T, redb::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tables, now| {
            let outcome = request(tables, now)?;
            Ok(Box::new(move |committed: Result<(), StoreError>| {
                // Nobody waits any more when the client has gone.
                let _ = answer.send(committed.map(|()| outcome));
            }))
        });
        self.0.send(job).map_err(|_| StoreError::Unavailable)?;
        answered.await.unwrap_or(Err(StoreError::Unavailable))
    }
}

fn run(database: &Database, clock: &dyn Clock, budget: u64, waiting: &Receiver<Job>) {
    let mut used = 0;
    while let Ok(first) = waiting.recv() {
        let batch: Vec<Job> = std::iter::once(first).chain(waiting.try_iter().take(BATCH - 1)).collect();
        let mut answers = Vec::with_capacity(batch.len());
        let committed = commit(database, clock, (&mut used, budget), batch, &mut answers).map_err(failed);
        for answer in answers {
            answer(committed);
        }
    }
}

/// Applies a batch in one transaction. Requests that come after a failed one are dropped
/// with it, and so answered as not having happened.
fn commit(
    database: &Database,
    clock: &dyn Clock,
    (used, budget): (&mut u64, u64),
    batch: Vec<Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    let mut tables = Tables::open(&transaction, *used, budget)?;
    for job in batch {
        answers.push(job(&mut tables, clock.now_millis())?);
    }
    let now_used = tables.used;
    drop(tables);
    transaction.commit()?;
    *used = now_used;
    Ok(())
}

/// What a failure of the database means for a request: it was not committed.
pub(super) fn failed(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Corrupted(reason) => {
            tracing::error!(reason, "the embedded store is damaged");
            StoreError::Corrupt
        }
        error => {
            tracing::error!(%error, "the embedded store failed");
            StoreError::Unavailable
        }
    }
}
