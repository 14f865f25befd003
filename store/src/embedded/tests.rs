//! The embedded store in memory, in a file, and on a drive that fails.

mod crash;
mod drive;
mod durable;
mod full_disk;
mod hang;
mod in_file;

use super::*;
use crate::conformance;
use crate::conformance::{Harness, QUOTA_LIMIT, attempt, fill_quota, quota_address, secret, stored};
use ashlink_core::api::{MaxViews, State};
use async_trait::async_trait;

/// What tests see of the rows, and do to them, behind the store's back.
impl Tables<'_> {
    /// Bytes in use, in all and by group.
    const fn used(&self) -> &used::Used {
        self.used
    }

    /// Counts anew what is stored.
    fn take_stock(&self) -> Result<rows::Stock, Fault> {
        self.rows.take_stock()
    }

    /// Loses a ciphertext, as a broken disk would.
    fn lose(&mut self, id: SecretId) -> Result<(), Fault> {
        let group = self.rows.record(id.as_bytes())?.and_then(|record| record.quota_group);
        self.drop_envelope(id, group)
    }

    /// Makes a record unreadable, as a broken disk would.
    fn spoil(&mut self, id: SecretId) -> Result<(), Fault> {
        self.changed = tables::Changed::Yes;
        self.rows.put_record(id.as_bytes(), vec![0xFF; 40])
    }

    /// How many records, envelopes and deadlines there are.
    fn counts(&self) -> Result<[u64; 3], Fault> {
        self.rows.counts()
    }
}

struct Embedded {
    store: Arc<EmbeddedStore>,
    clock: Arc<ManualClock>,
}

impl Embedded {
    fn with_budget(budget: u64) -> Self {
        Self::with(|clock| EmbeddedStore::in_memory_by(budget, clock))
    }

    fn with(open: impl FnOnce(Arc<dyn Clock>) -> EmbeddedStore) -> Self {
        let clock = Arc::new(ManualClock::new());
        let store = open(Arc::clone(&clock) as Arc<dyn Clock>);
        Self { store: Arc::new(store), clock }
    }

    async fn counts(&self) -> [u64; 3] {
        self.store.submit(Kind::Own, |tables, _| tables.counts()).await.unwrap()
    }

    async fn used(&self) -> u64 {
        self.store.submit(Kind::Own, |tables, _| Ok(tables.usage().used)).await.unwrap()
    }

    /// The bytes in use when everything is counted anew.
    async fn recount(&self) -> u64 {
        self.store.submit(Kind::Own, |tables, _| Ok(tables.take_stock()?.used.total())).await.unwrap()
    }

    async fn sweep(&self) {
        while self.store.sweep().await.unwrap() == tables::Sweep::More {}
    }

    async fn spoil(&self, secret: &NewSecret) {
        let id = secret.id;
        self.store.submit(Kind::Own, move |tables, _| tables.spoil(id)).await.unwrap();
    }
}

#[async_trait]
impl Harness for Embedded {
    fn store(&self) -> Arc<dyn SecretStore> {
        Arc::clone(&self.store) as Arc<dyn SecretStore>
    }

    async fn pass(&self, millis: u64) {
        self.clock.advance(millis);
    }

    async fn count_quotas(&self) {
        self.sweep().await;
    }

    async fn lose(&self, id: SecretId) {
        self.store.submit(Kind::Own, move |tables, _| tables.lose(id)).await.unwrap();
    }
}

conformance!(async { Embedded::with_budget(256 * 1024 * 1024) });

mod quota {
    use super::*;

    conformance!(quota: async { Embedded::with_budget(QUOTA_LIMIT) });
}

#[tokio::test]
async fn tombstones_count_against_a_quota_too() {
    let h = Embedded::with_budget(100 * RECORD_COST);
    let mut stored = 0;
    loop {
        let secret = NewSecret { quota_address: quota_address("192.0.2.1"), ..secret(1) };
        match h.store().create(secret.clone()).await.unwrap() {
            Create::Stored { .. } => stored += 1,
            Create::QuotaExceeded => break,
            outcome => panic!("{outcome:?}"),
        }
        h.store().claim(attempt(&secret), None).await.unwrap();
    }
    assert!((20..=25).contains(&stored), "{stored}");
    h.clock.advance(crate::TOMBSTONE_MILLIS + 1);
    h.sweep().await;
    assert_eq!(h.used().await, 0);
    let secret = NewSecret { quota_address: quota_address("192.0.2.1"), ..secret(1) };
    assert!(matches!(h.store().create(secret).await.unwrap(), Create::Stored { .. }));
}

#[tokio::test]
async fn a_full_store_refuses_new_secrets_and_hands_out_old_ones() {
    let h = Embedded::with_budget(10_000);
    let first = stored(&h, 1).await;
    let many = stored(&h, 3).await;
    let mut kept = 2;
    loop {
        match h.store().create(secret(1)).await.unwrap() {
            Create::Stored { .. } => kept += 1,
            Create::Full => break,
            Create::IdTaken | Create::QuotaExceeded => unreachable!(),
        }
    }
    assert_eq!(h.counts().await, [kept, kept, kept]);
    let granted = |left| Claim::Granted { envelope: many.envelope.clone(), views_left: left };
    assert_eq!(h.store().claim(attempt(&many), None).await.unwrap(), granted(2));
    assert!(matches!(h.store().claim(attempt(&first), None).await.unwrap(), Claim::Granted { .. }));
    // A repetition needs no room.
    assert!(matches!(h.store().create(many.clone()).await.unwrap(), Create::Stored { .. }));
}

#[tokio::test]
async fn a_sweep_leaves_nothing_behind() {
    let h = Embedded::with_budget(256 * 1024 * 1024);
    for n in 0..1200 {
        let secret = stored(&h, 1).await;
        if n % 3 == 0 {
            h.store().claim(attempt(&secret), None).await.unwrap();
        }
    }
    assert_eq!(h.counts().await, [1200, 800, 1200]);
    h.clock.advance(60_001);
    h.sweep().await;
    assert_eq!(h.counts().await, [1200, 0, 1200]);
    h.clock.advance(crate::TOMBSTONE_MILLIS);
    h.sweep().await;
    assert_eq!(h.counts().await, [0, 0, 0]);
    assert_eq!(h.used().await, 0);
}

#[tokio::test]
async fn a_sweep_in_memory_lets_others_come_between() {
    let h = Embedded::with_budget(256 * 1024 * 1024);
    for _ in 0..1000 {
        stored(&h, 1).await;
    }
    let envelopes = h.counts().await[1];
    h.clock.advance(60_001);
    let store = Arc::clone(&h.store);
    let sweeper = tokio::spawn(async move { store.sweep_forever().await });
    // One thread runs both: what is seen here is seen between two turns of the sweep.
    let mut seen = Vec::new();
    while seen.last() != Some(&0) {
        tokio::task::yield_now().await;
        seen.push(h.counts().await[1]);
    }
    sweeper.abort();
    seen.dedup();
    assert!(seen.len() > 8, "{envelopes} went in few turns: {seen:?}");
}

#[tokio::test]
async fn a_tombstone_forgets_how_it_could_be_opened() {
    let h = Embedded::with_budget(1_000_000);
    let secret = stored(&h, 1).await;
    h.store().claim(attempt(&secret), None).await.unwrap();
    let id = secret.id;
    let bytes = h.store.submit(Kind::Own, move |tables, now| Ok(tables.get(id, now)?.unwrap().encode())).await.unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!holds(secret.access_verifier.as_bytes()));
    assert!(holds(secret.owner_verifier.as_bytes()));
    assert_eq!(secret.max_views, MaxViews::ONE);
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().state, State::Opened);
}

#[tokio::test]
async fn the_budget_counts_what_is_there() {
    let h = Embedded::with_budget(1_000_000);
    for n in 0..40_u64 {
        let secret = stored(&h, 1 + n % 2).await;
        match n % 5 {
            0 | 1 => drop(h.store().claim(attempt(&secret), None).await.unwrap()),
            2 => drop(h.store().destroy_as_sender(secret.id, secret.owner_verifier).await.unwrap()),
            3 => h.lose(secret.id).await,
            _ => {}
        }
        assert_eq!(h.used().await, h.recount().await);
    }
    for millis in [60_001, crate::TOMBSTONE_MILLIS] {
        h.clock.advance(millis);
        h.sweep().await;
        assert_eq!(h.used().await, h.recount().await);
    }
    assert_eq!(h.used().await, 0);
}

#[tokio::test]
async fn an_unreadable_record_fails_its_own_requests_only() {
    // In a file, where requests share a transaction.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.redb");
    let h = Embedded::with(|clock| EmbeddedStore::in_file_by(&path, 1_000_000, clock).unwrap());
    let (good, bad) = (stored(&h, 1).await, stored(&h, 1).await);
    h.spoil(&bad).await;
    // The thread is held up, so that what follows is one batch.
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let store = Arc::clone(&h.store);
    let held = tokio::spawn(async move {
        store
            .submit(Kind::Own, move |_, _| {
                gate.recv().unwrap();
                Ok(())
            })
            .await
            .unwrap();
    });
    tokio::task::yield_now().await;
    let new = secret(1);
    let release = async {
        tokio::task::yield_now().await;
        go.send(()).unwrap();
    };
    let store = h.store();
    let (first, claimed, destroyed, again, created, ()) = tokio::join!(
        store.claim(attempt(&bad), None),
        store.claim(attempt(&good), None),
        store.destroy_as_sender(bad.id, bad.owner_verifier),
        store.create(bad.clone()),
        store.create(new.clone()),
        release,
    );
    held.await.unwrap();
    assert_eq!(first, Err(StoreError::Corrupt));
    assert_eq!(claimed, Ok(Claim::Granted { envelope: good.envelope.clone(), views_left: 0 }));
    assert_eq!(destroyed, Err(StoreError::Corrupt));
    assert_eq!(again, Err(StoreError::Corrupt));
    assert!(matches!(created, Ok(Create::Stored { .. })));
    assert_eq!(store.lookup(bad.id).await, Err(StoreError::Corrupt));
    assert_eq!(store.lookup(new.id).await.unwrap().unwrap().state, State::Waiting);
}

#[tokio::test]
async fn an_unreadable_record_does_not_stop_the_sweep_and_dies_in_time() {
    let h = Embedded::with_budget(1_000_000);
    let before = stored(&h, 1).await;
    let bad = stored(&h, 1).await;
    let after = stored(&h, 1).await;
    h.spoil(&bad).await;
    h.clock.advance(60_001);
    h.sweep().await;
    assert_eq!(h.counts().await, [2, 0, 2]);
    assert_eq!(h.used().await, h.recount().await);
    for secret in [before, after] {
        assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().state, State::Expired);
    }
    assert_eq!(h.store().lookup(bad.id).await, Ok(None));
}

#[tokio::test]
async fn a_clock_that_is_put_back_brings_nothing_back() {
    let h = Embedded::with_budget(1_000_000);
    let expired = stored(&h, 1).await;
    h.clock.advance(60_001);
    assert_eq!(h.store().lookup(expired.id).await.unwrap().unwrap().state, State::Expired);
    h.clock.put_back(3_600_000);
    assert_eq!(h.store().claim(attempt(&expired), None).await, Ok(Claim::Gone(State::Expired)));
    // What is stored now lives as long as was said, by a clock that goes forward.
    let later = stored(&h, 1).await;
    h.clock.advance(59_999);
    assert_eq!(h.store().lookup(later.id).await.unwrap().unwrap().state, State::Waiting);
    h.clock.advance(1);
    assert_eq!(h.store().lookup(later.id).await.unwrap().unwrap().state, State::Expired);
}
