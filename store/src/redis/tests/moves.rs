//! A Cluster that changes while claims go on.

use super::cluster::Servers;
use super::storm::{Readers, counts, many, storm};
use super::*;
use crate::redis::topology::slots::slot;
use ::redis::aio::MultiplexedConnection;
use ashlink_core::api::Ttl;
use std::time::Duration;

/// For how long a server of these Clusters may be silent.
const NODE_TIMEOUT: &str = "1500";

async fn run(connection: &mut MultiplexedConnection, words: &[&str]) {
    let outcome: Result<Value, _> = redis::cmd(words[0]).arg(&words[1..]).query_async(connection).await;
    outcome.unwrap_or_else(|error| panic!("{words:?}: {error}"));
}

/// Moves a slot with its keys, key by key, as `redis-cli --cluster reshard` does.
async fn move_slot(from: &RedisServer, to: &RedisServer, others: &[&RedisServer], slot: u16) {
    let (from_id, to_id): (String, String) =
        (from.command(&["CLUSTER", "MYID"]).await, to.command(&["CLUSTER", "MYID"]).await);
    let slot = slot.to_string();
    let mut source = from.connection().await;
    run(&mut to.connection().await, &["CLUSTER", "SETSLOT", &slot, "IMPORTING", &from_id]).await;
    run(&mut source, &["CLUSTER", "SETSLOT", &slot, "MIGRATING", &to_id]).await;
    let port = to.port().to_string();
    loop {
        let keys: Vec<Vec<u8>> =
            redis::cmd("CLUSTER").arg(&["GETKEYSINSLOT", &slot, "1"]).query_async(&mut source).await.unwrap();
        let Some(key) = keys.first() else { break };
        redis::cmd("MIGRATE")
            .arg(&["127.0.0.1", &port])
            .arg(key)
            .arg(&["0", "5000"])
            .exec_async(&mut source)
            .await
            .unwrap();
        // So that readers come while a secret's two keys are apart.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for server in [to, from].into_iter().chain(others.iter().copied()) {
        run(&mut server.connection().await, &["CLUSTER", "SETSLOT", &slot, "NODE", &to_id]).await;
    }
}

/// How often a server has answered with an error.
async fn errors(server: &RedisServer, code: &str) -> u64 {
    let info: String = server.command(&["INFO", "errorstats"]).await;
    let count =
        info.lines().find_map(|line| line.strip_prefix(&format!("errorstat_{code}:count="))?.trim().parse().ok());
    count.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slots_that_move_during_a_storm_lose_and_double_nothing() {
    // Few slots with many secrets each, so that readers come while theirs is on its way.
    const MOVING: u16 = 40;
    let cluster = Servers::start(0, "15000").await;
    let store = Arc::new(connect(&cluster.url()).await.unwrap());
    let (count, readers) = counts();
    let mut secrets = Vec::new();
    while secrets.len() < count {
        let secret = NewSecret { ttl: Ttl::DEFAULT, ..secret(1) };
        if slot(record_key(secret.id).as_bytes()) < MOVING {
            store.create(secret.clone()).await.unwrap();
            secrets.push(secret);
        }
    }
    let [from, to, other] = &cluster.servers[..] else { panic!() };
    let tally = storm(&store, &secrets, (readers, Readers::Leased), Duration::from_secs(4), async {
        for slot in 0..MOVING {
            move_slot(from, to, &[other], slot).await;
        }
    })
    .await;
    let halves = errors(from, "TRYAGAIN").await + errors(to, "TRYAGAIN").await;
    let moved = errors(from, "MOVED").await;
    println!("slots moved: {tally:?}, {moved} times MOVED, {halves} times TRYAGAIN");
    assert_eq!((tally.delivered, tally.doubled, tally.vanished, tally.unknown), (count, 0, 0, 0));
    assert!(moved > 0 && halves > 0, "the storm did not meet the moves");
    // New ones find their way as well.
    for secret in many(&store, 50).await {
        assert!(matches!(store.claim(attempt(&secret), None).await, Ok(Claim::Granted { .. })));
    }
}

#[tokio::test]
async fn a_slot_that_is_just_moving_is_unavailable_at_worst_and_redirections_are_followed() {
    let cluster = Servers::start(0, "15000").await;
    let store = Arc::new(connect(&cluster.url()).await.unwrap());
    let [from, to, other] = &cluster.servers[..] else { panic!() };
    let secret = loop {
        let secret = many(&store, 1).await.remove(0);
        if slot(record_key(secret.id).as_bytes()) <= 5460 {
            break secret;
        }
    };
    let slot = slot(record_key(secret.id).as_bytes());
    let (from_id, to_id): (String, String) =
        (from.command(&["CLUSTER", "MYID"]).await, to.command(&["CLUSTER", "MYID"]).await);
    let text = slot.to_string();
    let _: String = to.command(&["CLUSTER", "SETSLOT", &text, "IMPORTING", &from_id]).await;
    let _: String = from.command(&["CLUSTER", "SETSLOT", &text, "MIGRATING", &to_id]).await;
    let port = to.port().to_string();
    let _: String = from.command(&["MIGRATE", "127.0.0.1", &port, &record_key(secret.id), "0", "5000"]).await;
    // The record is there already, and is asked for there.
    let record = store.lookup(secret.id).await.unwrap().unwrap();
    assert_eq!((record.state, record.views_left), (State::Waiting, 1));
    // The ciphertext is not: a claim that would see half a secret does not run.
    assert_eq!(store.claim(attempt(&secret), None).await, Err(StoreError::Unavailable));
    move_slot(from, to, &[other], slot).await;
    assert!(matches!(store.claim(attempt(&secret), None).await, Ok(Claim::Granted { .. })));
    assert_eq!(store.claim(attempt(&secret), None).await, Ok(Claim::Gone(State::Opened)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_that_is_lost_during_a_storm_is_replaced() {
    let mut cluster = Servers::start(1, NODE_TIMEOUT).await;
    let store = Arc::new(connect(&cluster.url()).await.unwrap());
    let (count, readers) = counts();
    let secrets = many(&store, count).await;
    let keys: u64 = cluster.servers[0].command(&["DBSIZE"]).await;
    server::until("a replica that has everything", 10, async || {
        cluster.servers[3].command::<u64>(&["DBSIZE"]).await == keys
    })
    .await;
    let lost = &mut cluster.servers[0];
    let tally = storm(&store, &secrets, (readers, Readers::Leased), Duration::from_secs(2), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        lost.stop();
    })
    .await;
    println!("primary killed: {tally:?}");
    assert_eq!(tally.vanished, 0);
    assert!(tally.refused > 0, "nobody noticed");
    assert!(tally.pause < Duration::from_secs(15), "{tally:?}");
    assert!(tally.doubled * 20 <= count, "{tally:?}");
    store.ping().await.unwrap();
    for secret in many(&store, 50).await {
        assert!(matches!(store.claim(attempt(&secret), None).await, Ok(Claim::Granted { .. })));
    }
}

#[tokio::test]
async fn a_cluster_without_one_of_its_parts_is_not_ready() {
    let mut cluster = Servers::start(0, NODE_TIMEOUT).await;
    let store = Arc::new(connect(&cluster.url()).await.unwrap());
    store.ping().await.unwrap();
    cluster.servers[1].stop();
    assert_eq!(store.ping().await, Err(StoreError::Unavailable));
    cluster.servers[1].restart().await;
    server::until("a Cluster that is whole again", 15, async || store.ping().await.is_ok()).await;
    assert!(store.create(secret(1)).await.is_ok());
}
