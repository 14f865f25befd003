//! A disk that keeps a sync or a read, for as long as it likes: everybody is answered meanwhile, and
//! nothing is done behind anybody's back.

use super::durable::OnDrive;
use super::readers::READERS;
use super::*;
use crate::conformance::secret;
use tokio::task::JoinHandle;

const MIB: usize = 1024 * 1024;

impl OnDrive {
    /// Claims a secret on a disk that hangs from now on; the claim is what it hangs at.
    async fn hanging(&self, at: &NewSecret) -> JoinHandle<Result<Claim, StoreError>> {
        self.drive.hang();
        let (store, attempt) = (self.embedded.store(), attempt(at));
        let claimed = tokio::spawn(async move { store.claim(attempt, None).await });
        tokio::task::yield_now().await;
        self.drive.until_it_hangs();
        claimed
    }

    async fn state(&self, secret: &NewSecret) -> State {
        self.embedded.store().lookup(secret.id).await.unwrap().unwrap().state
    }

    fn file(&self) -> &File {
        let Place::File(file) = &self.embedded.store.0 else { unreachable!() };
        file
    }

    fn waiting(&self) -> u64 {
        self.file().writer.queue().bytes()
    }

    /// Begins a lookup.
    async fn lookup(&self, secret: &NewSecret) -> JoinHandle<Result<Option<Record>, StoreError>> {
        let (store, id) = (self.embedded.store(), secret.id);
        begun(async move { store.lookup(id).await }).await
    }

    /// Waits until so many reads are under way.
    async fn reading(&self, count: u64) {
        while self.file().readers.at_work() != count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Starts something, and lets it come as far as it can.
async fn begun<T: Send + 'static>(what: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    let task = tokio::spawn(what);
    tokio::task::yield_now().await;
    task
}

/// Has the caller of something go.
async fn goes<T: Send + 'static>(task: JoinHandle<T>) {
    task.abort();
    assert!(task.await.is_err());
}

fn large(size: usize) -> NewSecret {
    NewSecret { envelope: vec![7; size], ..secret(1) }
}

#[tokio::test]
async fn what_nobody_waits_for_is_not_done_unless_it_ends_something() {
    let h = OnDrive::new();
    let (first, claimed, by_sender, destroyed) = (
        stored(&h.embedded, 1).await,
        stored(&h.embedded, 1).await,
        stored(&h.embedded, 1).await,
        stored(&h.embedded, 1).await,
    );
    let leased = stored(&h.embedded, 1).await;
    let name = LeaseName::of(&leased.access_verifier, &ashlink_core::bytes::ClaimNonce::new([0; 16]));
    let lease = Lease { name, millis: 60_000 };
    h.embedded.store().claim(attempt(&leased), Some(lease)).await.unwrap();
    let new = secret(1);
    let at_work = h.hanging(&first).await;
    let store = || h.embedded.store();
    let (s, a) = (store(), attempt(&claimed));
    goes(begun(async move { s.claim(a, None).await }).await).await;
    let (s, n) = (store(), new.clone());
    goes(begun(async move { s.create(n).await }).await).await;
    let (s, id, owner) = (store(), by_sender.id, by_sender.owner_verifier);
    goes(begun(async move { s.destroy_as_sender(id, owner).await }).await).await;
    let (s, a) = (store(), attempt(&destroyed));
    goes(begun(async move { s.destroy(a).await }).await).await;
    let (s, id) = (store(), leased.id);
    goes(begun(async move { s.ack(id, name).await }).await).await;
    h.drive.go_on();
    assert!(matches!(at_work.await.unwrap(), Ok(Claim::Granted { .. })));
    store().ping().await.unwrap();
    assert_eq!(h.state(&claimed).await, State::Waiting);
    assert_eq!(store().lookup(new.id).await, Ok(None));
    assert_eq!(h.state(&by_sender).await, State::Destroyed);
    assert_eq!(h.state(&destroyed).await, State::Destroyed);
    assert_eq!(store().claim(attempt(&leased), Some(lease)).await, Ok(Claim::Gone(State::Opened)));
}

#[tokio::test]
async fn a_disk_that_hangs_is_answered_for() {
    let h = OnDrive::new();
    let (first, other) = (stored(&h.embedded, 1).await, stored(&h.embedded, 1).await);
    let new = secret(1);
    let at_work = h.hanging(&first).await;
    let store = h.embedded.store();
    // From here on time passes whenever all wait.
    tokio::time::pause();
    let begin = tokio::time::Instant::now();
    assert_eq!(store.ping().await, Err(StoreError::Unavailable));
    assert!(begin.elapsed() < Duration::from_secs(4), "a health check has gone by then");
    let by_sender = store.destroy_as_sender(other.id, other.owner_verifier);
    let (claimed, by_sender, created) =
        tokio::join!(store.claim(attempt(&other), None), by_sender, store.create(new.clone()));
    assert_eq!((claimed, by_sender), (Err(StoreError::Unavailable), Err(StoreError::Unavailable)));
    assert_eq!(created, Err(StoreError::Unavailable));
    assert_eq!(at_work.await.unwrap(), Err(StoreError::OutcomeUnknown));
    assert!(begin.elapsed() < Duration::from_secs(20));
    // That it hangs is known now, and nobody waits for it.
    let begin = tokio::time::Instant::now();
    assert_eq!(store.claim(attempt(&other), None).await, Err(StoreError::Unavailable));
    assert_eq!(store.ping().await, Err(StoreError::Unavailable));
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!(h.waiting(), 0);
    tokio::time::resume();
    // Lookups are answered as ever.
    assert_eq!(h.state(&other).await, State::Waiting);
    h.drive.go_on();
    while store.ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // What was said not to have happened has not, and does not any more.
    assert_eq!(h.state(&other).await, State::Waiting);
    assert_eq!(store.lookup(new.id).await, Ok(None));
    assert_eq!(h.state(&first).await, State::Opened);
    assert!(matches!(store.claim(attempt(&other), None).await, Ok(Claim::Granted { .. })));
}

#[tokio::test]
async fn what_waits_is_bounded_and_what_was_given_up_takes_nothing() {
    let h = OnDrive::new();
    let first = stored(&h.embedded, 1).await;
    let at_work = h.hanging(&first).await;
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let store = h.embedded.store();
        waiting.push(begun(async move { store.create(large(MIB)).await }).await);
    }
    assert_eq!(h.waiting(), 32 * MIB as u64);
    assert_eq!(h.embedded.store().create(large(300)).await, Err(StoreError::Unavailable));
    // Who brings nothing is not concerned.
    let (store, id, owner) = (h.embedded.store(), first.id, first.owner_verifier);
    let by_sender = begun(async move { store.destroy_as_sender(id, owner).await }).await;
    for task in waiting {
        goes(task).await;
    }
    assert_eq!(h.waiting(), 0);
    // A few are taken whatever their size.
    let mut few = Vec::new();
    for _ in 0..4 {
        let store = h.embedded.store();
        few.push(begun(async move { store.create(large(12 * MIB)).await }).await);
    }
    assert_eq!(h.waiting(), 48 * MIB as u64);
    assert_eq!(h.embedded.store().create(large(12 * MIB)).await, Err(StoreError::Unavailable));
    for task in few {
        goes(task).await;
    }
    h.drive.go_on();
    assert!(at_work.await.unwrap().is_ok() && by_sender.await.unwrap().is_ok());
    assert!(matches!(h.embedded.store().create(large(300)).await, Ok(Create::Stored { .. })));
    assert_eq!(h.waiting(), 0);
}

/// All of this runs on one worker, which reads must not keep.
#[tokio::test]
async fn reads_that_hang_are_answered_for() {
    let h = OnDrive::uncached();
    let (first, other) = (stored(&h.embedded, 1).await, stored(&h.embedded, 1).await);
    let store = h.embedded.store();
    h.drive.hang_reads(u64::MAX);
    let mut lookups = Vec::new();
    for _ in 0..100 {
        lookups.push(h.lookup(&first).await);
    }
    h.reading(READERS).await;
    tokio::time::pause();
    let begin = tokio::time::Instant::now();
    for lookup in lookups {
        assert_eq!(lookup.await.unwrap(), Err(StoreError::Unavailable));
    }
    assert!(begin.elapsed() < queue::TURN + Duration::from_secs(1), "{:?}", begin.elapsed());
    assert_eq!(h.file().readers.at_work(), READERS);
    // That they hang is known now, and nobody waits for them.
    let begin = tokio::time::Instant::now();
    assert_eq!(store.lookup(other.id).await, Err(StoreError::Unavailable));
    assert_eq!(begin.elapsed(), Duration::ZERO);
    // The writing thread reads too.
    assert_eq!(store.ping().await, Err(StoreError::Unavailable));
    assert!(begin.elapsed() < Duration::from_secs(4), "a health check has gone by then");
    tokio::time::resume();
    h.drive.reads_go_on();
    while store.lookup(other.id).await.is_err() || store.ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    h.reading(0).await;
    assert_eq!(h.state(&first).await, State::Waiting);
    assert!(matches!(store.claim(attempt(&other), None).await, Ok(Claim::Granted { .. })));
}

/// The writing thread may go on while nobody gets an answer to a lookup.
#[tokio::test]
async fn a_store_that_answers_no_lookup_is_not_ready() {
    let h = OnDrive::uncached();
    let secret = stored(&h.embedded, 1).await;
    h.drive.hang_reads(READERS);
    let mut hanging = Vec::new();
    for _ in 0..READERS {
        hanging.push(h.lookup(&secret).await);
    }
    h.reading(READERS).await;
    assert_eq!(h.embedded.store().ping().await, Ok(()), "it is not known yet");
    tokio::time::pause();
    for lookup in hanging {
        assert_eq!(lookup.await.unwrap(), Err(StoreError::Unavailable));
    }
    assert_eq!(h.embedded.store().ping().await, Err(StoreError::Unavailable));
    tokio::time::resume();
    h.drive.reads_go_on();
    h.reading(0).await;
    assert_eq!(h.embedded.store().ping().await, Ok(()));
}

#[tokio::test]
async fn lookups_that_wait_are_bounded() {
    let h = OnDrive::uncached();
    let secret = stored(&h.embedded, 1).await;
    h.drive.hang_reads(u64::MAX);
    let mut lookups = Vec::new();
    for _ in 0..READERS {
        lookups.push(h.lookup(&secret).await);
    }
    h.reading(READERS).await;
    // However long it takes to begin them all.
    tokio::time::pause();
    for _ in 0..queue::MOST {
        lookups.push(h.lookup(&secret).await);
    }
    let begin = tokio::time::Instant::now();
    assert_eq!(h.embedded.store().lookup(secret.id).await, Err(StoreError::Unavailable));
    assert_eq!(begin.elapsed(), Duration::ZERO, "it was not let in");
    assert_eq!(h.file().readers.at_work(), READERS);
    tokio::time::resume();
    for lookup in lookups {
        goes(lookup).await;
    }
    h.drive.reads_go_on();
    while h.embedded.store().lookup(secret.id).await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    h.reading(0).await;
}

#[tokio::test]
async fn a_read_that_hangs_keeps_neither_other_reads_nor_those_who_write() {
    let h = OnDrive::uncached();
    let (first, other) = (stored(&h.embedded, 1).await, stored(&h.embedded, 1).await);
    let store = h.embedded.store();
    h.drive.hang_reads(1);
    let hanging = h.lookup(&first).await;
    h.reading(1).await;
    for secret in [&first, &other] {
        assert_eq!(h.state(secret).await, State::Waiting);
        assert!(matches!(store.claim(attempt(secret), None).await, Ok(Claim::Granted { .. })));
    }
    // Compaction would have to wait for it.
    h.embedded.clock.advance(15_000);
    assert_eq!(h.embedded.store.rest().await, Rest::Idle);
    assert!(matches!(store.create(secret(1)).await, Ok(Create::Stored { .. })));
    h.drive.reads_go_on();
    // As it was when it began.
    assert_eq!(hanging.await.unwrap().unwrap().unwrap().state, State::Waiting);
    h.embedded.clock.advance(15_000);
    assert_eq!(h.embedded.store.rest().await, Rest::Compacted);
}

#[tokio::test]
async fn a_read_that_hangs_does_not_keep_the_process_from_ending() {
    let h = OnDrive::uncached();
    let secret = stored(&h.embedded, 1).await;
    h.drive.hang_reads(1);
    let hanging = h.lookup(&secret).await;
    h.reading(1).await;
    goes(hanging).await;
    let OnDrive { drive, embedded: Embedded { store, .. } } = h;
    let begin = std::time::Instant::now();
    drop(Arc::into_inner(store).expect("nothing else uses the store"));
    assert!((4..15).contains(&begin.elapsed().as_secs()), "{:?}", begin.elapsed());
    drive.reads_go_on();
}
