//! When a file's store writes, when it syncs, and what it does when it cannot.

use super::drive::Drive;
use super::*;
use std::time::Duration;

pub(super) struct OnDrive {
    pub(super) drive: Drive,
    pub(super) embedded: Embedded,
}

impl OnDrive {
    pub(super) fn new() -> Self {
        Self::by(file::builder)
    }

    /// Whose pages are read from the drive each time.
    pub(super) fn uncached() -> Self {
        Self::by(|| {
            let mut builder = file::builder();
            builder.set_cache_size(0);
            builder
        })
    }

    fn by(builder: fn() -> redb::Builder) -> Self {
        let drive = Drive::default();
        let embedded = Embedded::with(|clock| {
            let database = builder().create_with_backend(drive.clone()).unwrap();
            layout::create(&database).unwrap();
            let again = drive.clone();
            let for_use = move || {
                let database = builder().create_with_backend(again.clone())?;
                layout::check(&database)?;
                Ok(database)
            };
            // Looking into a file that fails is tested with a real one (`tests/file_store/failing.rs`).
            let to_look = || Err(UnusableFile::Unsynced);
            let reopen = Reopen { for_use: Box::new(for_use), to_look: Box::new(to_look) };
            EmbeddedStore::start(database, reopen, Volume::default(), 100_000_000, clock).unwrap()
        });
        Self { drive, embedded }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_claims_share_a_sync() {
    const CLIENTS: usize = 32;
    const CLAIMS: usize = 20;
    let h = OnDrive::new();
    let mut secrets = Vec::new();
    for _ in 0..CLIENTS {
        let mut own = Vec::new();
        for _ in 0..CLAIMS {
            own.push(stored(&h.embedded, 1).await);
        }
        secrets.push(own);
    }
    // About what a sync takes on a solid-state drive.
    h.drive.sync_takes(Duration::from_millis(2));
    let before = h.drive.syncs();
    let clients: Vec<_> = secrets
        .into_iter()
        .map(|own| {
            let store = h.embedded.store();
            tokio::spawn(async move {
                for secret in own {
                    let claimed = store.claim(attempt(&secret), None).await;
                    assert!(matches!(claimed, Ok(Claim::Granted { .. })), "{claimed:?}");
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    let syncs = h.drive.syncs() - before;
    println!("{} claims by {CLIENTS} clients took {syncs} syncs", CLIENTS * CLAIMS);
    assert!(syncs * 8 < (CLIENTS * CLAIMS) as u64, "{syncs} syncs");
    // And each needs at least one: a client sends its next claim after the answer to the last.
    assert!(syncs >= CLAIMS as u64, "{syncs} syncs");
}

#[tokio::test]
async fn what_changes_nothing_writes_nothing() {
    let h = OnDrive::new();
    let secret = stored(&h.embedded, 1).await;
    let before = h.drive.syncs();
    // Any write would fail now.
    h.drive.cut_after(0);
    let store = h.embedded.store();
    let unknown = Attempt { id: SecretId::new([7; 16]), ..attempt(&secret) };
    assert_eq!(store.claim(unknown, None).await, Ok(Claim::Unknown));
    assert_eq!(
        store
            .ack(secret.id, LeaseName::of(&secret.access_verifier, &ashlink_core::bytes::ClaimNonce::new([0; 16])))
            .await,
        Ok(Ack::Ended)
    );
    assert_eq!(store.destroy_as_sender(secret.id, OwnerVerifier::new([1; 32])).await, Ok(Destroy::NotSender));
    assert!(matches!(store.create(secret.clone()).await, Ok(Create::Stored { .. })));
    assert_eq!(store.lookup(secret.id).await.unwrap().unwrap().state, State::Waiting);
    assert_eq!(store.ping().await, Ok(()));
    h.embedded.sweep().await;
    assert_eq!(h.drive.syncs(), before);
}

#[tokio::test]
async fn a_full_disk_spends_nothing_and_the_store_comes_back() {
    let h = OnDrive::new();
    let secret = stored(&h.embedded, 1).await;
    let store = h.embedded.store();
    h.drive.fill_up();
    let refused = store.claim(attempt(&secret), None).await;
    assert!(matches!(refused, Err(StoreError::OutcomeUnknown | StoreError::Unavailable)), "{refused:?}");
    // From now on it is known that nothing happens.
    assert_eq!(store.claim(attempt(&secret), None).await, Err(StoreError::Unavailable));
    assert_eq!(store.lookup(secret.id).await, Err(StoreError::Unavailable));
    assert_eq!(store.ping().await, Err(StoreError::Unavailable));
    h.embedded.clock.advance(6_000);
    assert_eq!(store.ping().await, Err(StoreError::Unavailable), "the disk is still full");
    h.drive.make_room();
    assert_eq!(store.ping().await, Err(StoreError::Unavailable), "it is not tried with each request");
    h.embedded.clock.advance(6_000);
    assert_eq!(store.ping().await, Ok(()));
    let granted = Claim::Granted { envelope: secret.envelope.clone(), views_left: 0 };
    assert_eq!(store.claim(attempt(&secret), None).await, Ok(granted));
    assert_eq!(h.embedded.used().await, h.embedded.recount().await);
}

#[tokio::test]
async fn a_panic_in_a_request_fails_its_batch_and_not_the_store() {
    let h = OnDrive::new();
    let mut secret = secret(1);
    secret.ttl = ashlink_core::api::Ttl::MAX;
    h.embedded.store().create(secret.clone()).await.unwrap();
    let stumbled: Result<(), _> =
        h.embedded.store.submit(Kind::Own, |_, _| panic!("as a damaged page would cause")).await;
    assert!(stumbled.is_err());
    // The thread may still be about to give up.
    let mut claimed = Err(StoreError::Unavailable);
    for _ in 0..100 {
        h.embedded.clock.advance(6_000);
        claimed = h.embedded.store().claim(attempt(&secret), None).await;
        if claimed != Err(StoreError::Unavailable) {
            break;
        }
    }
    assert_eq!(claimed, Ok(Claim::Granted { envelope: secret.envelope.clone(), views_left: 0 }));
}
