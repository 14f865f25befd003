//! What a failover does to claims. Replication is asynchronous: what the master answered may
//! be unknown to the replica that takes its place. `docs/OPERATIONS.md` has the figures.

use super::sentinel::Watched;
use super::storm::{Readers, counts, many, storm};
use super::*;
use crate::testing::proxy::{Fault, Proxy};
use crate::testing::redis_server::until;
use std::time::{Duration, Instant};

/// In which a store must be usable again after its master was lost. The Sentinels of these
/// tests need a second to notice, and about two to agree.
const FAILOVER_SECONDS: u64 = 15;

/// A store that is sent by the Sentinels, with secrets that the replica has too.
async fn prepared(watched: &Watched) -> (Arc<RedisStore>, Vec<NewSecret>) {
    let store = Arc::new(connect(&watched.url()).await.unwrap());
    let secrets = many(&store, counts().0).await;
    let keys: u64 = watched.master.command(&["DBSIZE"]).await;
    until("a replica that has everything", 10, async || watched.replica.command::<u64>(&["DBSIZE"]).await == keys)
        .await;
    (store, secrets)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_is_killed_is_replaced_during_a_storm() {
    let mut watched = Watched::start(3, &[]).await;
    let (store, secrets) = prepared(&watched).await;
    let replica = watched.replica.port();
    let master = &mut watched.master;
    let tally = storm(&store, &secrets, (counts().1, Readers::Strict), Duration::from_secs(2), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        master.stop();
    })
    .await;
    println!("master killed: {tally:?}");
    assert_eq!(tally.vanished, 0);
    assert!(tally.refused > 0, "nobody noticed");
    assert!(tally.pause < Duration::from_secs(FAILOVER_SECONDS), "{tally:?}");
    // How many are handed out twice is a matter of luck, and no promise; many would be a fault of ours.
    assert!(tally.doubled * 20 <= secrets.len(), "{tally:?}");
    until("Sentinels that agree", 10, async || watched.named().await == replica).await;
    assert!(store.create(secret(1)).await.is_ok(), "the new master takes secrets");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_hangs_is_replaced_and_gets_nothing_any_more() {
    let watched = Watched::start(1, &[]).await;
    let (store, secrets) = prepared(&watched).await;
    watched.master.freeze();
    let start = Instant::now();
    let first = secrets[0].clone();
    // What was sent and not answered is unknown, and costs the full time-out.
    let hanging = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.claim(attempt(&first), None).await }
    });
    // Whoever watches /readyz makes the server notice sooner than that.
    until("a store on the new master", FAILOVER_SECONDS, async || store.ping().await.is_ok()).await;
    println!("master frozen: ready again after {:?}", start.elapsed());
    let second = &secrets[1];
    assert!(matches!(store.claim(attempt(second), None).await, Ok(Claim::Granted { .. })));
    assert_eq!(hanging.await.unwrap(), Err(StoreError::OutcomeUnknown));
    watched.master.thaw();
    // It does what it finds in its socket, and tells nobody: that connection has ended.
    let late = store.claim(attempt(second), None).await;
    assert_eq!(late, Ok(Claim::Gone(State::Opened)));
}

/// A master, and a replica that is cut off from it when the test says so.
struct Apart {
    master: RedisServer,
    replica: RedisServer,
    between: Proxy,
    store: RedisStore,
}

impl Apart {
    async fn start(settings: &[&str]) -> Self {
        let settings = [&["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"], settings].concat();
        let master = RedisServer::start(&settings).await;
        let between = Proxy::before(master.port()).await;
        let port = between.port.to_string();
        let replica = RedisServer::start(&["--replicaof", "127.0.0.1", &port]).await;
        until("a replica that is counted", 30, async || {
            let info: String = master.command(&["INFO", "replication"]).await;
            info.contains("state=online") && info.contains("lag=0")
        })
        .await;
        let store = connect(&master.url()).await.unwrap();
        Self { master, replica, between, store }
    }

    async fn stored(&self, count: usize) -> Vec<NewSecret> {
        let mut secrets = Vec::new();
        for _ in 0..count {
            let secret = secret(1);
            self.store.create(secret.clone()).await.unwrap();
            secrets.push(secret);
        }
        until("a replica that has everything", 10, async || {
            self.replica.command::<usize>(&["DBSIZE"]).await == 2 * count
        })
        .await;
        secrets
    }

    /// The replica becomes the master, as in a failover.
    async fn failed_over(&self) -> RedisStore {
        let _: String = self.replica.command(&["REPLICAOF", "NO", "ONE"]).await;
        connect(&self.replica.url()).await.unwrap()
    }
}

#[tokio::test]
async fn without_min_replicas_a_failover_can_hand_out_all_that_was_read_since_the_replica_was_cut_off() {
    let h = Apart::start(&[]).await;
    let secrets = h.stored(20).await;
    h.between.set(Fault::Freeze);
    // Long after any lag that a setting would allow.
    tokio::time::sleep(Duration::from_secs(3)).await;
    for secret in &secrets {
        assert!(matches!(h.store.claim(attempt(secret), None).await, Ok(Claim::Granted { .. })));
    }
    let after = h.failed_over().await;
    let mut again = 0;
    for secret in &secrets {
        again += usize::from(matches!(after.claim(attempt(secret), None).await, Ok(Claim::Granted { .. })));
    }
    println!("without min-replicas-to-write: {again} of {} read twice", secrets.len());
    assert_eq!(again, secrets.len(), "if this fails, Redis has become better than docs/OPERATIONS.md says");
    drop(h.master);
}

#[tokio::test]
async fn min_replicas_narrows_the_time_in_which_that_can_happen() {
    let h = Apart::start(&["--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"]).await;
    let secrets = h.stored(400).await;
    h.between.set(Fault::Freeze);
    let cut = Instant::now();
    let mut read = Vec::new();
    let mut waiting = secrets.iter();
    for secret in waiting.by_ref() {
        match h.store.claim(attempt(secret), None).await {
            Ok(Claim::Granted { .. }) => read.push(secret),
            refused => {
                assert_eq!(refused, Err(StoreError::Unavailable), "refused with the words that nothing happened");
                break;
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let window = cut.elapsed();
    println!("min-replicas-to-write 1, min-replicas-max-lag 1: {} more reads in {window:?}, then refusals", read.len());
    assert!(window < Duration::from_secs(4), "{window:?}");
    assert_eq!(h.store.ping().await, Err(StoreError::Unavailable), "/readyz says so");
    assert_eq!(h.store.create(secret(1)).await, Err(StoreError::Unavailable));
    // Whatever was refused is handed out once, by the new master.
    let after = h.failed_over().await;
    let mut rest = 0;
    for secret in waiting {
        assert!(matches!(after.claim(attempt(secret), None).await, Ok(Claim::Granted { .. })));
        rest += 1;
    }
    assert!(rest > 0, "the test has run out of secrets before the refusals");
}
