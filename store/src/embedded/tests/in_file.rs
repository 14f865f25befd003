//! The store in a file: everything that the one in memory does, and what a file is for.

use super::*;
use crate::TOMBSTONE_MILLIS;
use std::collections::BTreeSet;
use std::path::PathBuf;
use tempfile::TempDir;

struct InFile {
    embedded: Embedded,
    folder: TempDir,
}

impl InFile {
    fn with_budget(budget: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let embedded = Embedded::with(|clock| EmbeddedStore::in_file_by(&path, budget, clock).unwrap());
        Self { embedded, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }

    /// Closes the store in order and opens it again, with the same clock.
    fn restarted(self, budget: u64) -> Self {
        let Self { embedded: Embedded { store, clock }, folder } = self;
        drop(Arc::into_inner(store).expect("nothing else uses the store"));
        let store =
            EmbeddedStore::in_file_by(&folder.path().join("store"), budget, Arc::clone(&clock) as Arc<dyn Clock>);
        Self { embedded: Embedded { store: Arc::new(store.unwrap()), clock }, folder }
    }
}

#[async_trait]
impl Harness for InFile {
    fn store(&self) -> Arc<dyn SecretStore> {
        self.embedded.store()
    }

    async fn pass(&self, millis: u64) {
        self.embedded.pass(millis).await;
    }

    async fn count_quotas(&self) {
        self.embedded.count_quotas().await;
    }

    async fn lose(&self, id: SecretId) {
        self.embedded.lose(id).await;
    }
}

conformance!(async { InFile::with_budget(256 * 1024 * 1024) });

mod quota {
    use super::*;

    conformance!(quota: async { InFile::with_budget(QUOTA_LIMIT) });
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let h = InFile::with_budget(1_000_000);
    let (waiting, half, opened) = (stored(&h, 1).await, stored(&h, 2).await, stored(&h, 1).await);
    let (destroyed, expired) = (stored(&h, 1).await, stored(&h, 1).await);
    h.store().claim(attempt(&half), None).await.unwrap();
    h.store().claim(attempt(&opened), None).await.unwrap();
    h.store().destroy_as_sender(destroyed.id, destroyed.owner_verifier).await.unwrap();
    let mut before = Vec::new();
    for secret in [&waiting, &half, &opened, &destroyed, &expired] {
        before.push(h.store().lookup(secret.id).await.unwrap());
    }
    let used = h.embedded.used().await;
    let h = h.restarted(1_000_000);
    let mut after = Vec::new();
    for secret in [&waiting, &half, &opened, &destroyed, &expired] {
        after.push(h.store().lookup(secret.id).await.unwrap());
    }
    assert_eq!(before, after);
    assert_eq!(h.embedded.used().await, used);
    let granted = |secret: &NewSecret| Ok(Claim::Granted { envelope: secret.envelope.clone(), views_left: 0 });
    assert_eq!(h.store().claim(attempt(&waiting), None).await, granted(&waiting));
    assert_eq!(h.store().claim(attempt(&half), None).await, granted(&half));
    assert_eq!(h.store().claim(attempt(&opened), None).await, Ok(Claim::Gone(State::Opened)));
    // What expires while nobody serves it is expired when somebody does.
    h.embedded.clock.advance(60_001);
    let h = h.restarted(1_000_000);
    assert_eq!(h.store().claim(attempt(&expired), None).await, Ok(Claim::Gone(State::Expired)));
    h.embedded.clock.advance(TOMBSTONE_MILLIS);
    let h = h.restarted(1_000_000);
    h.embedded.sweep().await;
    assert_eq!(h.embedded.counts().await, [0, 0, 0]);
    assert_eq!(h.embedded.used().await, 0);
}

#[tokio::test]
async fn the_budget_holds_after_a_restart() {
    let cost = RECORD_COST + secret(1).envelope.len() as u64;
    let h = InFile::with_budget(4 * cost);
    let first = stored(&h, 1).await;
    for _ in 0..2 {
        stored(&h, 1).await;
    }
    let h = h.restarted(4 * cost);
    stored(&h, 1).await;
    assert_eq!(h.store().create(secret(1)).await, Ok(Create::Full));
    // With a smaller budget nothing new fits, and what is there is handed out.
    let h = h.restarted(cost);
    assert_eq!(h.store().create(secret(1)).await, Ok(Create::Full));
    assert!(matches!(h.store().claim(attempt(&first), None).await, Ok(Claim::Granted { .. })));
}

#[tokio::test]
async fn a_quota_holds_after_a_restart() {
    let h = InFile::with_budget(QUOTA_LIMIT);
    fill_quota(&h, "192.0.2.1").await;
    let h = h.restarted(QUOTA_LIMIT);
    assert!(fill_quota(&h, "192.0.2.1").await.is_empty());
}

#[tokio::test]
async fn a_clock_that_is_put_back_between_two_runs_brings_nothing_back() {
    let h = InFile::with_budget(1_000_000);
    let expired = stored(&h, 1).await;
    h.embedded.clock.advance(60_000);
    h.embedded.sweep().await;
    let waiting = stored(&h, 1).await;
    h.embedded.clock.put_back(3 * 3_600_000);
    let h = h.restarted(1_000_000);
    assert_eq!(h.store().claim(attempt(&expired), None).await, Ok(Claim::Gone(State::Expired)));
    assert_eq!(h.store().lookup(waiting.id).await.unwrap().unwrap().state, State::Waiting);
    // It still lives for its minute, and not for three hours more.
    h.embedded.clock.advance(60_000);
    assert_eq!(h.store().lookup(waiting.id).await.unwrap().unwrap().state, State::Expired);
}

/// What each ciphertext of the next test begins with, and its number.
const MARK: [u8; 6] = *b"trace-";

/// Which ciphertexts have left a trace in the file.
fn traces(bytes: &[u8]) -> BTreeSet<u8> {
    let marks = bytes.windows(MARK.len() + 1).filter(|window| window.starts_with(&MARK));
    marks.map(|window| window[MARK.len()]).collect()
}

#[tokio::test]
async fn a_quiet_file_is_compacted_and_deleted_ciphertext_leaves_it() {
    let h = InFile::with_budget(64 * 1024 * 1024);
    let mut secrets = Vec::new();
    for n in 0..60 {
        let mut secret = secret(1);
        secret.envelope = vec![0; 40_000];
        secret.envelope[20_000..20_006].copy_from_slice(&MARK);
        secret.envelope[20_006] = n;
        h.store().create(secret.clone()).await.unwrap();
        secrets.push(secret);
    }
    let kept = secrets.split_off(55);
    for secret in &secrets {
        h.store().claim(attempt(secret), None).await.unwrap();
    }
    let large = h.bytes();
    let before = traces(&large).len();
    assert!(before > 50, "without compaction they would be gone as well: {before} left");
    assert_eq!(h.embedded.store.rest().await, Rest::Idle, "something changed just now");
    h.embedded.clock.advance(15_000);
    assert_eq!(h.embedded.store.rest().await, Rest::Compacted);
    let small = h.bytes();
    println!("{} bytes became {}", large.len(), small.len());
    assert!(small.len() < large.len() / 4, "{} of {}", small.len(), large.len());
    assert_eq!(traces(&small), (55..60).collect());
    // Once is enough.
    h.embedded.clock.advance(3_600);
    assert_eq!(h.embedded.store.rest().await, Rest::Idle);
    for secret in &kept {
        let granted = Claim::Granted { envelope: secret.envelope.clone(), views_left: 0 };
        assert_eq!(h.store().claim(attempt(secret), None).await, Ok(granted));
    }
}

#[tokio::test]
async fn space_is_used_again() {
    let h = InFile::with_budget(64 * 1024 * 1024);
    let mut largest = [0, 0];
    for largest in &mut largest {
        for _ in 0..60 {
            let mut secret = secret(1);
            secret.envelope.resize(100_000, 7);
            h.store().create(secret.clone()).await.unwrap();
            h.store().claim(attempt(&secret), None).await.unwrap();
            *largest = (*largest).max(h.bytes().len());
        }
    }
    assert!(largest[1] <= largest[0] && largest[0] < 4_000_000, "{largest:?}");
}
