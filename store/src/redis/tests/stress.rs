//! A Redis that is cut off, refuses, hangs, is slow or full: what is said, and what is true.

use super::storm::{Readers, Tally, counts, many, storm};
use super::*;
use crate::testing::proxy::{Fault, Proxy};
use crate::testing::redis_server::until;
use ashlink_core::api::MaxViews;
use std::time::{Duration, Instant};

/// In which a store must be itself again after a fault has ended.
const RECOVERY_SECONDS: u64 = 3;

struct Faulty {
    server: RedisServer,
    proxy: Proxy,
    store: Arc<RedisStore>,
}

impl Faulty {
    async fn start(arguments: &[&str]) -> Self {
        let server = RedisServer::start(arguments).await;
        let proxy = Proxy::before(server.port()).await;
        let store = Arc::new(connect(&format!("redis://127.0.0.1:{}", proxy.port)).await.unwrap());
        Self { server, proxy, store }
    }

    async fn recovered(&self) -> Duration {
        until("a store that recovers", RECOVERY_SECONDS, async || self.store.ping().await.is_ok()).await
    }

    async fn keys(&self, id: SecretId) -> usize {
        self.server.command::<Vec<Vec<u8>>>(&["KEYS", &format!("*{{{}}}*", id.to_text())]).await.len()
    }
}

#[tokio::test]
async fn a_create_that_is_cut_off_stores_all_or_nothing_and_can_be_repeated() {
    let h = Faulty::start(&[]).await;
    many(&h.store, 1).await;
    for fault in Fault::CUTS {
        let secret = secret(1);
        h.proxy.set(fault);
        assert_eq!(h.store.create(secret.clone()).await, Err(StoreError::OutcomeUnknown), "{fault:?}");
        assert_eq!(h.keys(secret.id).await, if fault.runs() { 2 } else { 0 }, "{fault:?}");
        h.recovered().await;
        assert!(matches!(h.store.create(secret.clone()).await, Ok(Create::Stored { .. })), "{fault:?}");
        assert!(matches!(h.store.claim(attempt(&secret), None).await, Ok(Claim::Granted { .. })));
    }
}

#[tokio::test]
async fn a_claim_that_is_cut_off_is_unknown_and_spends_at_most_one_view() {
    let h = Faulty::start(&[]).await;
    for fault in Fault::CUTS {
        for views in [1, 3] {
            let secret = NewSecret { max_views: MaxViews::new(views).unwrap(), ..secret(1) };
            h.store.create(secret.clone()).await.unwrap();
            let first = many(&h.store, 1).await;
            // The script is known now, so what is cut is one command.
            h.store.claim(attempt(&first[0]), None).await.unwrap();
            h.proxy.set(fault);
            let outcome = h.store.claim(attempt(&secret), None).await;
            assert_eq!(outcome, Err(StoreError::OutcomeUnknown), "{fault:?}");
            h.recovered().await;
            let record = h.store.lookup(secret.id).await.unwrap().unwrap();
            let spent = usize::from(fault.runs());
            assert_eq!(record.opened_at.len(), spent, "{fault:?}");
            for left in (0..usize::try_from(views).unwrap() - spent).rev() {
                let claim = h.store.claim(attempt(&secret), None).await.unwrap();
                let left = u32::try_from(left).unwrap();
                assert_eq!(claim, Claim::Granted { envelope: secret.envelope.clone(), views_left: left });
            }
            let late = h.store.claim(attempt(&secret), None).await;
            assert_eq!(late, Ok(Claim::Gone(State::Opened)), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn who_cannot_connect_has_asked_for_nothing() {
    let h = Faulty::start(&[]).await;
    let waiting = many(&h.store, 1).await.remove(0);
    // Refused at once; and taken, but with no answer to the greeting.
    for fault in [Fault::Refuse, Fault::Freeze] {
        h.proxy.set(Fault::Refuse);
        until("a loss that is noticed", 5, async || h.store.ping().await.is_err()).await;
        h.proxy.set(fault);
        let start = Instant::now();
        let new = secret(1);
        assert_eq!(h.store.create(new.clone()).await, Err(StoreError::Unavailable), "{fault:?}");
        let claimed = h.store.claim(attempt(&waiting), None).await;
        assert_eq!(claimed, Err(StoreError::Unavailable), "{fault:?}");
        assert!(start.elapsed() < Duration::from_secs(6), "{fault:?}: {:?}", start.elapsed());
        assert_eq!(h.keys(new.id).await, 0);
        h.proxy.set(Fault::None);
        h.recovered().await;
        assert_eq!(h.store.lookup(waiting.id).await.unwrap().unwrap().state, State::Waiting);
    }
    assert!(matches!(h.store.claim(attempt(&waiting), None).await, Ok(Claim::Granted { .. })));
}

#[tokio::test]
async fn a_slow_redis_is_waited_for() {
    let h = Faulty::start(&[]).await;
    h.proxy.set(Fault::Delay(Duration::from_millis(250)));
    let secret = many(&h.store, 1).await.remove(0);
    assert!(matches!(h.store.claim(attempt(&secret), None).await, Ok(Claim::Granted { .. })));
    h.store.ping().await.unwrap();
    // The greeting is waited for too.
    connect(&format!("redis://127.0.0.1:{}", h.proxy.port)).await.unwrap();
}

async fn cut(kind: Readers) -> Tally {
    let h = Faulty::start(&[]).await;
    let (count, readers) = counts();
    let secrets = many(&h.store, count).await;
    let over = Duration::from_secs(3);
    let tally = storm(&h.store, &secrets, (readers, kind), over, async {
        for n in 0..30 {
            h.proxy.set(Fault::CUTS[n % 4]);
            tokio::time::sleep(over / 30).await;
        }
        h.proxy.set(Fault::None);
    })
    .await;
    println!("cuts, {kind:?}: {tally:?}");
    assert_eq!((tally.doubled, tally.vanished), (0, 0));
    assert!(tally.delivered > count / 2 && tally.delivered + tally.unknown == count);
    tally
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cuts_during_a_storm_deliver_nothing_twice() {
    cut(Readers::Strict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_lease_cuts_during_a_storm_lose_nothing_either() {
    assert_eq!(cut(Readers::Leased).await.unknown, 0);
}

async fn killed(kind: Readers) -> Tally {
    let mut h = Redis::start(&["--appendonly", "yes", "--appendfsync", "always"]).await;
    let (count, readers) = counts();
    let secrets = many(&h.store, count).await;
    let store = Arc::clone(&h.store);
    let tally = storm(&store, &secrets, (readers, kind), Duration::from_secs(3), async {
        for _ in 0..2 {
            tokio::time::sleep(Duration::from_millis(800)).await;
            h.server.stop();
            h.server.restart().await;
        }
    })
    .await;
    println!("killed and restarted, {kind:?}: {tally:?}");
    assert_eq!((tally.doubled, tally.vanished), (0, 0));
    assert!(tally.pause < Duration::from_secs(RECOVERY_SECONDS), "{tally:?}");
    tally
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_durable_redis_that_is_killed_during_a_storm_delivers_nothing_twice() {
    killed(Readers::Strict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_lease_a_durable_redis_that_is_killed_loses_nothing_either() {
    assert_eq!(killed(Readers::Leased).await.unknown, 0);
}
