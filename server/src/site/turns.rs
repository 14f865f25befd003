//! Turns at making pages, which take a millisecond of processor each, a hundred times what anything
//! else does: with all cores at it, whoever asks for many would keep claims waiting.

use ashlink_store::tag::CallerTag;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// From how many callers on those are forgotten who no longer wait.
const MANY: usize = 1024;

/// Half of the cores make pages.
static TURNS: LazyLock<Turns> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Turns { all: Semaphore::new((cores / 2).max(1)), queues: Mutex::default() }
});

struct Turns {
    all: Semaphore,
    /// One for each caller who waits or has a turn: what somebody asks for waits behind their own.
    queues: Mutex<HashMap<CallerTag, Weak<Semaphore>>>,
}

/// A turn, until it is dropped.
pub(super) struct Turn<'t> {
    _of_all: SemaphorePermit<'t>,
    _own: OwnedSemaphorePermit,
}

/// Waits for this caller's turn.
pub(super) async fn take(caller: CallerTag) -> Turn<'static> {
    TURNS.take(caller).await
}

impl Turns {
    async fn take(&self, caller: CallerTag) -> Turn<'_> {
        let own = self.queue(caller).acquire_owned().await.expect("it is never closed");
        Turn { _of_all: self.all.acquire().await.expect("it is never closed"), _own: own }
    }

    fn queue(&self, caller: CallerTag) -> Arc<Semaphore> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(&caller).and_then(Weak::upgrade) {
            return queue;
        }
        if queues.len() >= MANY {
            queues.retain(|_, queue| queue.strong_count() > 0);
        }
        let queue = Arc::new(Semaphore::new(1));
        queues.insert(caller, Arc::downgrade(&queue));
        queue
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Waker};

    #[test]
    fn one_callers_pages_wait_behind_their_own() {
        let turns = Turns { all: Semaphore::new(1), queues: Mutex::default() };
        let mut context = Context::from_waker(Waker::noop());
        let (one, other) = (CallerTag::test(1), CallerTag::test(2));
        let mut first = pin!(turns.take(one));
        let std::task::Poll::Ready(first) = first.as_mut().poll(&mut context) else { panic!("nobody has a turn") };
        let mut more: Vec<_> = (0..50).map(|_| Box::pin(turns.take(one))).collect();
        assert!(more.iter_mut().all(|turn| turn.as_mut().poll(&mut context).is_pending()));
        let mut another = pin!(turns.take(other));
        assert!(another.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(another.as_mut().poll(&mut context).is_ready(), "it waits for one page, not for fifty");
        drop(more);
        for n in 0..=255 {
            turns.queue(CallerTag::test(n));
        }
        assert!(turns.queues.lock().unwrap().len() <= MANY);
    }
}
