//! What waits for the writing thread, bounded in number, bytes and time.
//!
//! A disk can keep a sync for minutes. Meanwhile every request is answered: one that the thread has
//! not begun is withdrawn, which makes it certain that it never will be done, and the memory of its
//! envelope is free again; of one that it has begun the outcome is unknown.

use super::fault::Fault;
use super::tables::Tables;
use crate::StoreError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// How many requests wait at most; more than there are connections.
pub(super) const MOST: usize = 16_384;
/// How many bytes of envelopes wait at most, if they are of more than [`ANYWAY`] secrets.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// How many secrets can wait whatever their size.
const ANYWAY: usize = 4;

/// For how long a request waits for its turn.
pub(super) const TURN: Duration = Duration::from_secs(10);
/// For how long one that was begun waits for its commit, after that.
const COMMIT: Duration = Duration::from_secs(5);
/// For how long a question is worth waiting: health checks give up after four or five seconds.
const QUESTION: Duration = Duration::from_secs(3);

/// What a request does within the transaction; says afterwards what is to be answered.
pub(super) type Job = Box<dyn FnOnce(&mut Tables<'_>, u64) -> Result<Answer, redb::Error> + Send>;
/// Answers a request, once it is known whether the transaction was committed.
pub(super) type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Who waits for a request, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A caller who must be there when it is done, or the view would be spent for nobody: when the
    /// caller goes before its turn, it is not done.
    Attended,
    /// A caller who ends something, for good: that is done though the caller has gone.
    Ending,
    /// Nobody but who watches the server; nothing changes by it.
    Question,
    /// The store itself, which has time.
    Own,
}

/// A job until its turn. Whoever takes it has it alone: the thread to do it, or its waiter to
/// withdraw it.
struct Slot(Mutex<Option<Job>>);

impl Slot {
    fn take(&self) -> Option<Job> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The thread's half of a request.
pub(super) struct Waiting(Arc<Slot>);

impl Waiting {
    /// What is to be done, unless it was withdrawn.
    pub(super) fn take(&self) -> Option<Job> {
        self.0.take()
    }
}

impl Drop for Waiting {
    /// A request whose turn is over without its having been done is not done any more, and its waiter
    /// is told by the end of the channel in it.
    fn drop(&mut self) {
        drop(self.0.take());
    }
}

/// The waiter's half: withdraws the request when the waiter goes.
struct Withdrawal(Option<Arc<Slot>>);

impl Drop for Withdrawal {
    fn drop(&mut self) {
        drop(self.0.take().and_then(|slot| slot.take()));
    }
}

/// What waits, and what the thread is at.
#[derive(Debug, Default)]
pub(super) struct Queue {
    secrets: AtomicUsize,
    bytes: AtomicU64,
    /// Counts the turns of the thread twice: odd while it is at work.
    turn: AtomicU64,
    /// The turn that has lasted for [`TURN`]: until it is over, nobody is kept waiting for the next.
    stuck: AtomicU64,
}

/// The share of one secret in what waits; given back when its envelope is.
struct Share {
    queue: Arc<Queue>,
    bytes: u64,
}

impl Drop for Share {
    fn drop(&mut self) {
        self.queue.secrets.fetch_sub(1, Ordering::Relaxed);
        self.queue.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Queue {
    /// The thread begins to work.
    pub(super) fn begin(&self) {
        self.turn.fetch_add(1, Ordering::SeqCst);
    }

    /// The thread waits for work.
    pub(super) fn end(&self) {
        self.turn.fetch_add(1, Ordering::SeqCst);
    }

    /// How many bytes of envelopes wait.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn share(self: &Arc<Self>, bytes: u64) -> Result<Option<Share>, StoreError> {
        if bytes == 0 {
            return Ok(None);
        }
        let others = self.secrets.fetch_add(1, Ordering::Relaxed);
        let all = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let share = Share { queue: Arc::clone(self), bytes };
        if others >= ANYWAY && all > MOST_BYTES { Err(StoreError::Unavailable) } else { Ok(Some(share)) }
    }

    fn is_stuck(&self) -> bool {
        let turn = self.turn.load(Ordering::SeqCst);
        turn % 2 == 1 && turn == self.stuck.load(Ordering::SeqCst)
    }

    /// Remembers that the thread is still at the turn that it was at so long ago, if it is.
    fn note(&self, before: u64) {
        let turn = self.turn.load(Ordering::SeqCst);
        if turn % 2 == 1 && turn == before && self.stuck.swap(turn, Ordering::SeqCst) != turn {
            let seconds = TURN.as_secs();
            tracing::error!(seconds, "the disk does not answer the store; requests are refused until it does");
        }
    }

    /// Hands a request to the thread by `send` and waits for what became of it. `bytes` are those of
    /// its envelope.
    pub(super) async fn submit<T: Send + 'static>(
        self: &Arc<Self>,
        kind: Kind,
        bytes: u64,
        request: impl FnOnce(&mut Tables<'_>, u64) -> Result<T, Fault> + Send + 'static,
        send: impl FnOnce(Waiting) -> Result<(), StoreError>,
    ) -> Result<T, StoreError> {
        let before = self.turn.load(Ordering::SeqCst);
        if kind != Kind::Own && self.is_stuck() {
            return Err(StoreError::Unavailable);
        }
        let share = self.share(bytes)?;
        let (answer, mut answered) = oneshot::channel();
        let job: Job = Box::new(move |tables, now| {
            let outcome = request(tables, now);
            drop(share);
            let outcome = match outcome {
                Ok(outcome) => Ok(outcome),
                Err(Fault::Database(error)) => return Err(error),
                Err(fault) => Err(fault.into_error()),
            };
            Ok(Box::new(move |committed: Result<(), StoreError>| {
                // Nobody waits any more when the caller has gone.
                let _ = answer.send(committed.and(outcome));
            }))
        });
        let slot = Arc::new(Slot(Mutex::new(Some(job))));
        send(Waiting(Arc::clone(&slot)))?;
        let leaves = matches!(kind, Kind::Attended | Kind::Question);
        let _withdrawal = Withdrawal(leaves.then(|| Arc::clone(&slot)));
        // A request that was dropped was in no transaction that was committed.
        let dropped = Err(StoreError::Unavailable);
        let patience = match kind {
            Kind::Own => return answered.await.unwrap_or(dropped),
            Kind::Attended | Kind::Ending => TURN,
            Kind::Question => QUESTION,
        };
        if let Ok(answered) = tokio::time::timeout(patience, &mut answered).await {
            return answered.unwrap_or(dropped);
        }
        if kind == Kind::Question {
            return Err(StoreError::Unavailable);
        }
        self.note(before);
        if slot.take().is_some() {
            return Err(StoreError::Unavailable);
        }
        match tokio::time::timeout(COMMIT, answered).await {
            Ok(answered) => answered.unwrap_or(dropped),
            Err(_) => Err(StoreError::OutcomeUnknown),
        }
    }
}
