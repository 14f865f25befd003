use super::*;
use crate::store::conformance::{Harness, conformance, secret, stored};
use ashlink_core::api::{MaxViews, State};
use async_trait::async_trait;

struct Embedded {
    store: Arc<EmbeddedStore>,
    clock: Arc<ManualClock>,
}

impl Embedded {
    fn with_budget(budget: u64) -> Self {
        let clock = Arc::new(ManualClock::new());
        let store = EmbeddedStore::with_clock(budget, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        Self { store: Arc::new(store), clock }
    }

    async fn counts(&self) -> [u64; 3] {
        self.store.writer.submit(|tables, _| tables.counts()).await.unwrap()
    }

    async fn used(&self) -> u64 {
        self.store.writer.submit(|tables, _| Ok(tables.used)).await.unwrap()
    }

    async fn sweep(&self) {
        while self.store.sweep().await.unwrap() == tables::Sweep::More {}
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

    async fn lose(&self, id: SecretId) {
        self.store.writer.submit(move |tables, _| tables.lose(id)).await.unwrap();
    }
}

conformance!(async { Embedded::with_budget(256 * 1024 * 1024) });

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
            Create::IdTaken => unreachable!(),
        }
    }
    assert_eq!(h.counts().await, [kept, kept, kept]);
    let granted = |left| Claim::Granted { envelope: many.envelope.clone(), views_left: left };
    assert_eq!(h.store().claim(many.id, many.access_verifier).await.unwrap(), granted(2));
    assert!(matches!(h.store().claim(first.id, first.access_verifier).await.unwrap(), Claim::Granted { .. }));
    // A repetition needs no room.
    assert!(matches!(h.store().create(many.clone()).await.unwrap(), Create::Stored { .. }));
}

#[tokio::test]
async fn a_sweep_leaves_nothing_behind() {
    let h = Embedded::with_budget(256 * 1024 * 1024);
    for n in 0..1200 {
        let secret = stored(&h, 1).await;
        if n % 3 == 0 {
            h.store().claim(secret.id, secret.access_verifier).await.unwrap();
        }
    }
    assert_eq!(h.counts().await, [1200, 800, 1200]);
    h.clock.advance(60_001);
    h.sweep().await;
    assert_eq!(h.counts().await, [1200, 0, 1200]);
    h.clock.advance(crate::store::TOMBSTONE_MILLIS);
    h.sweep().await;
    assert_eq!(h.counts().await, [0, 0, 0]);
    assert_eq!(h.used().await, 0);
}

#[tokio::test]
async fn a_tombstone_forgets_how_it_could_be_opened() {
    let h = Embedded::with_budget(1_000_000);
    let secret = stored(&h, 1).await;
    h.store().claim(secret.id, secret.access_verifier).await.unwrap();
    let transaction = h.store.database.begin_read().unwrap();
    let records = transaction.open_table(tables::RECORDS).unwrap();
    let bytes = records.get(secret.id.as_bytes()).unwrap().unwrap().value().to_vec();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!holds(secret.access_verifier.as_bytes()));
    assert!(holds(secret.owner_verifier.as_bytes()));
    assert_eq!(secret.max_views, MaxViews::ONE);
    assert_eq!(h.store().look(secret.id).await.unwrap().unwrap().state, State::Opened);
}
