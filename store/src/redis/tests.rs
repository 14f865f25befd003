//! The Redis store against real `redis-server` processes, started here.

mod acl;
mod cluster;
mod cut_off;
mod failover;
mod moves;
mod refusals;
mod sentinel;
mod shared;
mod socket;
mod storm;
mod stress;
mod sweep;
mod tls;
mod valkey;

use super::*;
use crate::Capacity as _;
use crate::attempt_waits::CALLER_KEPT;
use crate::conformance;
use crate::conformance::{Harness, attempt, fill_quota, quota_address, secret, stored};
use crate::counters::{Class, Counted, Counters as _, Whose};
use crate::quota::KEY_MILLIS;
use crate::tag::{CallerTag, KEY_LIFETIME, TagKey};
use crate::testing::redis_server::{self as server, RedisServer};
use ::redis::aio::MultiplexedConnection;
use ashlink_core::bytes::{ClaimNonce, SecretId};
use async_trait::async_trait;
use std::sync::Arc;

/// A store as the server opens it.
async fn connect(url: &str) -> anyhow::Result<RedisStore> {
    RedisStore::connect(&url.parse().unwrap(), None, Snapshots::Refuse).await
}

struct Redis {
    server: RedisServer,
    store: Arc<RedisStore>,
}

impl Redis {
    async fn start(arguments: &[&str]) -> Self {
        let server = RedisServer::start(arguments).await;
        let store = connect(&server.url()).await.unwrap();
        Self { server, store: Arc::new(store) }
    }

    /// A connection of the test's own.
    async fn connection(&self) -> MultiplexedConnection {
        self.server.connection().await
    }

    async fn command<T: FromRedisValue>(&self, words: &[&[u8]]) -> T {
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(*word);
        }
        command.query_async(&mut self.connection().await).await.unwrap()
    }

    async fn keys(&self, pattern: String) -> Vec<Vec<u8>> {
        self.command(&[b"KEYS", pattern.as_bytes()]).await
    }
}

#[async_trait]
impl Harness for Redis {
    fn store(&self) -> Arc<dyn SecretStore> {
        Arc::clone(&self.store) as Arc<dyn SecretStore>
    }

    async fn pass(&self, millis: u64) {
        self.server.pass(millis);
    }

    async fn count_quotas(&self) {
        self.store.begin_pass().await;
        sweep(self).await;
        self.store.end_pass();
    }

    async fn lose(&self, id: SecretId) {
        lose(&self.server, id).await;
    }
}

/// Takes a secret's ciphertext from a server.
async fn lose(server: &RedisServer, id: SecretId) {
    let mut connection = server.connection().await;
    let keys: Vec<Vec<u8>> =
        redis::cmd("KEYS").arg(format!("{}*", ciphertext_stem(id))).query_async(&mut connection).await.unwrap();
    for key in keys {
        redis::cmd("DEL").arg(key).exec_async(&mut connection).await.unwrap();
    }
}

conformance!(Redis::start(&[]));

mod quota {
    use super::*;
    use crate::conformance::QUOTA_LIMIT;

    pub(super) async fn start() -> Redis {
        // Whoever stores larger ones takes somewhat more than their bytes.
        Redis::start(&["--maxmemory", &QUOTA_LIMIT.to_string(), "--maxmemory-policy", "noeviction"]).await
    }

    conformance!(quota: start());

    #[tokio::test]
    async fn processes_have_the_same_groups_and_learn_of_each_other_with_a_pass() {
        let h = start().await;
        let other =
            Redis { store: Arc::new(connect(&h.server.url()).await.unwrap()), server: RedisServer::start(&[]).await };
        h.count_quotas().await;
        other.count_quotas().await;
        fill_quota(&h, "192.0.2.1").await;
        other.count_quotas().await;
        assert!(fill_quota(&other, "192.0.2.1").await.is_empty());
    }

    #[tokio::test]
    async fn the_key_lives_on_while_it_is_used_and_ends_after_the_last_record() {
        let h = start().await;
        let new = NewSecret { quota_address: quota_address("192.0.2.1"), ..secret(1) };
        h.store.create(new).await.unwrap();
        let key: Vec<u8> = h.command(&[b"GET", b"k:quota"]).await;
        h.pass(KEY_MILLIS - 60_000).await;
        h.count_quotas().await;
        h.pass(KEY_MILLIS - 60_000).await;
        let kept: Vec<u8> = h.command(&[b"GET", b"k:quota"]).await;
        assert_eq!(kept, key);
        h.pass(120_000).await;
        assert_eq!(h.keys("*".to_owned()).await.len(), 0);
    }

    #[tokio::test]
    async fn without_a_limit_nobody_has_a_quota() {
        let h = Redis::start(&[]).await;
        h.count_quotas().await;
        for _ in 0..40 {
            let mut new = NewSecret { quota_address: quota_address("192.0.2.1"), ..secret(1) };
            new.envelope.resize(1 << 20, 7);
            assert!(matches!(h.store.create(new).await, Ok(Create::Stored { .. })));
        }
    }
}

/// Fills a Redis to the last byte with something else than secrets.
async fn fill(h: &Redis) {
    let junk = vec![b'x'; 16 * 1024];
    let mut connection = h.connection().await;
    for n in 0_u32.. {
        let key = format!("junk:{n}");
        let set: Result<(), _> =
            redis::cmd("SET").arg(&key).arg(&junk).arg("EX").arg(600).query_async(&mut connection).await;
        if set.is_err() {
            break;
        }
    }
    // Below the limit by less than a secret is still below: push it over.
    let _: () = h.command(&[b"CONFIG", b"SET", b"maxmemory", b"2mb"]).await;
}

#[tokio::test]
async fn a_server_starts_on_a_full_redis() {
    let h = Redis::start(&["--maxmemory", "8mb", "--maxmemory-policy", "noeviction"]).await;
    let kept = stored(&h, 1).await;
    fill(&h).await;
    let url = h.server.url().parse().unwrap();
    let warnings = RedisStore::examine(&url, None, Snapshots::Refuse).await.unwrap();
    assert!(warnings.iter().any(|warning| warning.contains("no memory left")), "{warnings:?}");
    let later = connect(&h.server.url()).await.unwrap();
    assert!(matches!(later.claim(attempt(&kept), None).await, Ok(Claim::Granted { .. })));
}

#[tokio::test]
async fn a_full_redis_hands_out_what_it_holds_and_takes_nothing_new() {
    let h = Redis::start(&["--maxmemory", "8mb", "--maxmemory-policy", "noeviction"]).await;
    let once = stored(&h, 1).await;
    let thrice = stored(&h, 3).await;
    let lost = stored(&h, 1).await;
    let lost_many = stored(&h, 2).await;
    let by_sender = stored(&h, 1).await;
    let destroyed = stored(&h, 2).await;
    let expired = stored(&h, 1).await;
    fill(&h).await;
    h.lose(lost.id).await;
    h.lose(lost_many.id).await;

    let keys: i64 = h.command(&[b"DBSIZE"]).await;
    let store = h.store();
    assert_eq!(store.create(secret(1)).await, Ok(Create::Full));
    assert_eq!(h.command::<i64>(&[b"DBSIZE"]).await, keys, "nothing is stored by halves");

    let granted = |s: &NewSecret, views_left| Claim::Granted { envelope: s.envelope.clone(), views_left };
    for left in [2, 1, 0] {
        assert_eq!(store.claim(attempt(&thrice), None).await, Ok(granted(&thrice, left)));
    }
    assert_eq!(store.claim(attempt(&once), None).await, Ok(granted(&once, 0)));
    assert_eq!(store.claim(attempt(&once), None).await, Ok(Claim::Gone(State::Opened)));
    for gone in [lost, lost_many] {
        assert_eq!(store.claim(attempt(&gone), None).await, Ok(Claim::Gone(State::Lost)));
    }
    assert_eq!(store.destroy_as_sender(by_sender.id, by_sender.owner_verifier).await, Ok(Destroy::Destroyed));
    assert_eq!(store.destroy(attempt(&destroyed)).await, Ok(Destroy::Destroyed));
    h.pass(expired.ttl.as_millis() + 1).await;
    assert_eq!(store.claim(attempt(&expired), None).await, Ok(Claim::Gone(State::Expired)));
}

#[tokio::test]
async fn a_full_redis_takes_the_ack_of_one_lease_of_several() {
    let h = Redis::start(&["--maxmemory", "8mb", "--maxmemory-policy", "noeviction"]).await;
    let secret = stored(&h, 5).await;
    let lease = |nonce| {
        let name = LeaseName::of(&secret.access_verifier, &ClaimNonce::new([nonce; 16]));
        Lease { name, millis: 60_000 }
    };
    for nonce in [1, 2] {
        h.store.claim(attempt(&secret), Some(lease(nonce))).await.unwrap();
    }
    fill(&h).await;
    assert_eq!(h.store.ack(secret.id, lease(1).name).await, Ok(Ack::Ended));
    assert_eq!(h.store.claim(attempt(&secret), Some(lease(1))).await, Ok(Claim::Acknowledged));
    let again = h.store.claim(attempt(&secret), Some(lease(2))).await;
    assert_eq!(again, Ok(Claim::Granted { envelope: secret.envelope.clone(), views_left: 3 }));
}

const COUNTED: Counted = Counted { class: Class::Create, whose: Whose::Caller(CallerTag::test(7)) };

#[tokio::test]
async fn server_processes_share_the_key_for_tags_and_the_counts() {
    let h = Redis::start(&[]).await;
    let other = connect(&h.server.url()).await.unwrap();
    let key = h.store.tag_key(TagKey::fresh()).await.unwrap();
    let same = other.tag_key(TagKey::fresh()).await.unwrap();
    assert_eq!(same.bytes, key.bytes);
    assert!(same.rest <= key.rest && key.rest <= KEY_LIFETIME);

    let region = Counted { whose: Whose::Region(7), ..COUNTED };
    let bytes = Counted { class: Class::Bytes, ..COUNTED };
    let many = 5 << 30;
    assert_eq!(h.store.add(5, &[(COUNTED, 3), (region, 1), (bytes, many)]).await, Ok(vec![3, 1, many]));
    assert_eq!(other.add(5, &[(COUNTED, 4)]).await, Ok(vec![7]));
    assert_eq!(other.add(6, &[(COUNTED, 4)]).await, Ok(vec![4]), "each minute has a count of its own");
    h.pass(KEY_LIFETIME.as_millis() as u64 + 1).await;
    assert_ne!(other.tag_key(TagKey::fresh()).await.unwrap().bytes, key.bytes, "a key lives for a day");
    assert_eq!(other.add(5, &[(COUNTED, 1)]).await, Ok(vec![1]));
}

#[tokio::test]
async fn the_ciphertext_of_a_lease_goes_with_it() {
    let h = Redis::start(&[]).await;
    let lease = |secret: &NewSecret| {
        let name = LeaseName::of(&secret.access_verifier, &ClaimNonce::new([1; 16]));
        Lease { name, millis: 60_000 }
    };
    let [acked, left] = [stored(&h, 1).await, stored(&h, 1).await];
    for secret in [&acked, &left] {
        h.store.claim(attempt(secret), Some(lease(secret))).await.unwrap();
    }
    assert_eq!(h.keys("s:*".to_owned()).await.len(), 0, "it is moved, not copied");
    assert_eq!(h.keys("l:*".to_owned()).await.len(), 2);
    h.store.ack(acked.id, lease(&acked).name).await.unwrap();
    assert_eq!(h.keys("l:*".to_owned()).await, [leased_key(left.id).into_bytes()]);
    h.pass(60_001).await;
    assert_eq!(h.keys("l:*".to_owned()).await.len(), 0);
}

#[tokio::test]
async fn the_count_of_a_callers_failed_attempts_goes_a_day_after_the_last() {
    let h = Redis::start(&[]).await;
    let secret = stored(&h, 1).await;
    let wrong = Attempt { access: AccessVerifier::new([0xEE; 32]), ..attempt(&secret) };
    for _ in 0..2 {
        h.pass(20_000).await;
        h.store.claim(wrong, None).await.unwrap();
    }
    assert_eq!(h.keys("w:*".to_owned()).await, [attempts_key(&wrong)]);
    h.pass(CALLER_KEPT - 20_000).await;
    assert_eq!(h.keys("w:*".to_owned()).await.len(), 1);
    h.pass(20_001).await;
    assert_eq!(h.keys("w:*".to_owned()).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_is_ever_without_expiry() {
    let h = Arc::new(Redis::start(&[]).await);
    let busy = Arc::clone(&h);
    let work = tokio::spawn(async move {
        for n in 0..200 {
            let secret = NewSecret { quota_address: quota_address("192.0.2.1"), ..secret(1 + n % 3) };
            busy.store().create(secret.clone()).await.unwrap();
            let store = busy.store();
            let wrong = Attempt { access: AccessVerifier::new([0xEE; 32]), ..attempt(&secret) };
            store.claim(wrong, None).await.unwrap();
            let name = LeaseName::of(&secret.access_verifier, &ClaimNonce::new([n as u8; 16]));
            let lease = Lease { name, millis: 60_000 };
            busy.store.add(n, &[(COUNTED, 1)]).await.unwrap();
            busy.store.tag_key(TagKey::fresh()).await.unwrap();
            match n % 4 {
                0 => drop(store.claim(attempt(&secret), Some(lease)).await.unwrap()),
                1 => drop(store.claim(attempt(&secret), None).await.unwrap()),
                2 => drop(store.destroy_as_sender(secret.id, secret.owner_verifier).await.unwrap()),
                _ => {
                    busy.lose(secret.id).await;
                    drop(store.claim(attempt(&secret), None).await.unwrap());
                }
            }
        }
    });
    // A script sees the keys between two requests, never within one.
    let look = redis::Script::new(
        "local bad = 0 for _, key in ipairs(redis.call('KEYS', '*')) do
           if redis.call('PTTL', key) < 0 then bad = bad + 1 end end return bad",
    );
    let mut connection = h.connection().await;
    let mut looks = 0;
    while !work.is_finished() || looks == 0 {
        let bad: i64 = look.prepare_invoke().invoke_async(&mut connection).await.unwrap();
        assert_eq!(bad, 0);
        looks += 1;
    }
    work.await.unwrap();
    assert!(looks > 3);
}

#[tokio::test]
async fn a_tombstone_forgets_how_it_could_be_opened() {
    let h = Redis::start(&[]).await;
    let store = h.store();
    let opened = stored(&h, 1).await;
    store.claim(attempt(&opened), None).await.unwrap();
    let by_sender = stored(&h, 2).await;
    store.destroy_as_sender(by_sender.id, by_sender.owner_verifier).await.unwrap();
    let expired = stored(&h, 1).await;
    let unread = stored(&h, 1).await;
    h.pass(expired.ttl.as_millis() + 1).await;
    store.claim(attempt(&expired), None).await.unwrap();
    let waiting = stored(&h, 1).await;
    sweep(&h).await;
    assert_eq!(store.lookup(waiting.id).await.unwrap().unwrap().state, State::Waiting);
    for secret in [opened, by_sender, expired, unread] {
        let mut fields: Vec<String> = h.command(&[b"HKEYS", record_key(secret.id).as_bytes()]).await;
        fields.retain(|field| !["t", "b"].contains(&field.as_str()));
        fields.sort();
        assert_eq!(fields, ["c", "e", "n", "o", "s", "x"]);
        assert!(h.keys(format!("{}*", ciphertext_stem(secret.id))).await.is_empty());
    }
}

async fn sweep_all(store: &RedisStore) {
    for node in store.link.primaries() {
        let mut cursor = 0;
        loop {
            cursor = store.sweep_step(&node, cursor).await.unwrap();
            if cursor == 0 {
                break;
            }
        }
    }
}

async fn sweep(h: &Redis) {
    sweep_all(&h.store).await;
}

#[tokio::test]
async fn a_sweep_changes_no_answer() {
    let h = Redis::start(&[]).await;
    let mut secrets = Vec::new();
    for n in 0..1200 {
        let secret = stored(&h, 2).await;
        if n % 2 == 0 {
            h.store().claim(attempt(&secret), None).await.unwrap();
        }
        secrets.push(secret);
    }
    for pass in [0, 60_001] {
        h.pass(pass).await;
        let before = looks(&h, &secrets).await;
        sweep(&h).await;
        assert_eq!(looks(&h, &secrets).await, before);
    }
}

async fn looks(h: &Redis, secrets: &[NewSecret]) -> Vec<Option<Record>> {
    let mut records = Vec::new();
    for secret in secrets {
        records.push(h.store().lookup(secret.id).await.unwrap());
    }
    records
}

#[tokio::test]
async fn what_breaks_promises_is_refused_at_the_start() {
    async fn refused(arguments: &[&str]) -> Unsuitable {
        let server = RedisServer::start(arguments).await;
        let Err(error) = connect(&server.url()).await else {
            panic!("accepted {arguments:?}");
        };
        error.downcast().unwrap()
    }
    let eviction = refused(&["--maxmemory-policy", "allkeys-lru"]).await;
    assert_eq!(eviction, Unsuitable::Eviction("allkeys-lru".into()));
    let snapshots = refused(&["--save", "3600 1"]).await;
    assert_eq!(snapshots, Unsuitable::Snapshots("3600 1".into()));

    let server = RedisServer::start(&["--save", "3600 1"]).await;
    RedisStore::connect(&server.url().parse().unwrap(), None, Snapshots::Allow).await.unwrap();
    let server = RedisServer::start(&["--save", "3600 1", "--appendonly", "yes", "--appendfsync", "always"]).await;
    connect(&server.url()).await.unwrap();
}

#[tokio::test]
async fn a_claim_without_an_answer_is_unknown_and_never_repeated() {
    let h = Redis::start(&[]).await;
    let secret = stored(&h, 3).await;
    // The scripts are loaded: what is sent below is one command.
    assert!(matches!(h.store().claim(attempt(&secret), None).await, Ok(Claim::Granted { .. })));
    h.server.freeze();
    assert_eq!(h.store().claim(attempt(&secret), None).await, Err(StoreError::OutcomeUnknown));
    // Whoever comes now is not kept waiting as long, and knows that nothing happened.
    let start = tokio::time::Instant::now();
    assert_eq!(h.store().claim(attempt(&secret), None).await, Err(StoreError::Unavailable));
    assert!(start.elapsed() < std::time::Duration::from_secs(4));
    h.server.thaw();
    // Redis finds the request in its socket, and does it: once.
    let patience = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    loop {
        match h.store().lookup(secret.id).await {
            Ok(Some(record)) if record.views_left == 1 => break,
            seen => assert!(tokio::time::Instant::now() < patience, "{seen:?}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().views_left, 1);
}

#[tokio::test]
async fn an_unreachable_redis_is_unavailable_and_comes_back() {
    let mut h = Redis::start(&[]).await;
    let before = stored(&h, 1).await;
    h.server.stop();
    // The first request may have been on its way when the connection broke.
    let first = h.store().create(secret(1)).await.unwrap_err();
    assert!(matches!(first, StoreError::Unavailable | StoreError::OutcomeUnknown));
    assert_eq!(h.store().claim(attempt(&before), None).await, Err(StoreError::Unavailable));
    assert_eq!(h.store().lookup(before.id).await, Err(StoreError::Unavailable));
    assert_eq!(h.store().ping().await, Err(StoreError::Unavailable));
    h.server.restart().await;
    let patience = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while h.store().ping().await.is_err() {
        assert!(tokio::time::Instant::now() < patience, "the store does not recover");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let after = stored(&h, 1).await;
    assert!(matches!(h.store().claim(attempt(&after), None).await, Ok(Claim::Granted { .. })));
}
