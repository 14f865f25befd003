//! A disk that is full: what is stored is handed out and dies, nothing new is taken, and it comes back
//! by itself.

use super::*;
use crate::TOMBSTONE_MILLIS;
use crate::conformance::secret;
use crate::testing::small_disk::SmallDisk;
use ashlink_core::api::Ttl;
use std::path::Path;

const MIB: u64 = 1024 * 1024;
const BUDGET: u64 = 256 * MIB;

fn open(path: &Path, clock: &Arc<ManualClock>) -> Embedded {
    let store = EmbeddedStore::in_file_by(path, BUDGET, Arc::clone(clock) as Arc<dyn Clock>).unwrap();
    Embedded { store: Arc::new(store), clock: Arc::clone(clock) }
}

fn minute() -> Ttl {
    secret(1).ttl
}

impl Embedded {
    /// Stores secrets of about this size until there is no room.
    async fn fill(&self, size: usize, ttl: Ttl) -> Vec<NewSecret> {
        let mut rng = fastrand::Rng::with_seed(size as u64);
        let mut all = Vec::new();
        loop {
            let new = NewSecret { envelope: vec![rng.u8(..); rng.usize(size / 2..size * 3 / 2)], ttl, ..secret(1) };
            match self.store.create(new.clone()).await {
                Ok(Create::Stored { .. }) => all.push(new),
                Ok(Create::Full) => return all,
                other => panic!("after {}: {other:?}", all.len()),
            }
        }
    }

    async fn is_full(&self) {
        assert_eq!(self.store.create(secret(1)).await, Ok(Create::Full));
        assert_eq!(self.store.ping().await, Ok(()), "a full store is ready");
    }

    /// Claims all of them, so many at once, under leases; and ends half of those.
    async fn claim_all(&self, secrets: &[NewSecret], at_once: usize) {
        for (n, some) in secrets.chunks(at_once).enumerate() {
            let tasks: Vec<_> = some
                .iter()
                .cloned()
                .map(|secret| {
                    let store = Arc::clone(&self.store);
                    tokio::spawn(async move {
                        let name =
                            LeaseName::of(&secret.access_verifier, &ashlink_core::bytes::ClaimNonce::new([0; 16]));
                        let lease = Lease { name, millis: 60_000 };
                        let granted = Claim::Granted { envelope: secret.envelope.clone(), views_left: 0 };
                        assert_eq!(store.lookup(secret.id).await.unwrap().unwrap().state, State::Waiting);
                        assert_eq!(store.claim(attempt(&secret), Some(lease)).await, Ok(granted));
                        if n % 2 == 0 {
                            assert_eq!(store.ack(secret.id, name).await, Ok(Ack::Ended));
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
    }

    /// What is left of the room that is kept.
    fn kept(path: &Path) -> u64 {
        std::fs::metadata(path.with_extension("reserve")).unwrap().len()
    }
}

#[tokio::test]
async fn a_full_disk_hands_out_what_it_holds() {
    let Some(disk) = SmallDisk::of(32 * MIB) else { return };
    let (path, clock) = (disk.store(), Arc::new(ManualClock::new()));
    let h = open(&path, &clock);
    let all = h.fill(200_000, minute()).await;
    assert!(all.len() > 40, "{}", all.len());
    disk.fill_up();
    h.is_full().await;
    let (some, others) = all.split_at(all.len() / 3);
    h.claim_all(some, 4).await;
    println!("{} secrets; kept {} after {} claims", all.len(), Embedded::kept(&path), some.len());
    // A restart needs no room.
    drop(Arc::into_inner(h.store).expect("nothing else uses the store"));
    disk.fill_up();
    let h = open(&path, &clock);
    h.is_full().await;
    let (some, others) = others.split_at(others.len() / 2);
    h.claim_all(some, 256).await;
    let (destroyed, others) = others.split_first().unwrap();
    assert_eq!(h.store.destroy_as_sender(destroyed.id, destroyed.owner_verifier).await, Ok(Destroy::Destroyed));
    println!("kept {} after a restart and {} claims", Embedded::kept(&path), some.len());
    // What expires goes, though the other program has all the rest; and then there is room again.
    clock.advance(60_001);
    h.sweep().await;
    for secret in others {
        assert_eq!(h.store.lookup(secret.id).await.unwrap().unwrap().state, State::Expired);
    }
    assert_eq!(h.counts().await[1], 0);
    clock.advance(15_000);
    assert_eq!(h.store.rest().await, Rest::Compacted);
    let again = h.fill(200_000, minute()).await;
    assert!(again.len() > all.len() / 2, "{} of {}", again.len(), all.len());
    h.claim_all(&again, 16).await;
    // With room outside it is as it was.
    disk.make_room();
    stored(&h, 1).await;
    assert_eq!(h.used().await, h.recount().await);
}

#[tokio::test]
async fn many_small_secrets_are_handed_out_of_a_full_disk() {
    let Some(disk) = SmallDisk::of(16 * MIB) else { return };
    let (path, clock) = (disk.store(), Arc::new(ManualClock::new()));
    let h = open(&path, &clock);
    let mut all = h.fill(1_000, minute()).await;
    assert!(all.len() > 1_000, "{}", all.len());
    disk.fill_up();
    h.is_full().await;
    fastrand::Rng::with_seed(3).shuffle(&mut all);
    h.claim_all(&all, 256).await;
    let kept = Embedded::kept(&path);
    println!("{} secrets; kept {kept}", all.len());
    // Commits of 256 leave an eighth, and so does a lookup that lasts while others are answered.
    assert!(kept >= MIB, "{kept} of 2 MiB: commits took too much");
    clock.advance(60_001);
    h.sweep().await;
    clock.advance(TOMBSTONE_MILLIS);
    h.sweep().await;
    assert_eq!(h.counts().await, [0, 0, 0]);
}

#[tokio::test]
async fn a_large_file_on_a_full_disk_takes_again_what_it_has_held() {
    let Some(disk) = SmallDisk::of(64 * MIB) else { return };
    let (path, clock) = (disk.store(), Arc::new(ManualClock::new()));
    let h = open(&path, &clock);
    let all = h.fill(300_000, Ttl::MAX).await;
    disk.fill_up();
    // Too much stays for the file to be compacted.
    let (some, others) = all.split_at(all.len() * 2 / 3);
    h.claim_all(some, 8).await;
    clock.advance(60_001);
    for secret in some {
        assert_eq!(h.store.lookup(secret.id).await.unwrap().unwrap().state, State::Opened);
    }
    h.sweep().await;
    println!("{} secrets; kept {} after {} claims", all.len(), Embedded::kept(&path), some.len());
    let again = h.fill(300_000, Ttl::MAX).await;
    println!("{} more; kept {}", again.len(), Embedded::kept(&path));
    assert!(again.len() > all.len() / 5, "{} of {}", again.len(), all.len());
    h.claim_all(&again, 8).await;
    h.claim_all(others, 8).await;
}
