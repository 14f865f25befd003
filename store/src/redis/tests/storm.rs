//! Readers who do not give up, while something happens to the servers.

use super::*;
use ashlink_core::api::Ttl;
use ashlink_core::bytes::ClaimNonce;
use std::time::{Duration, Instant};

/// For how long readers go on.
const PATIENCE: Duration = Duration::from_secs(40);

/// How many secrets, and how many readers of each.
pub(super) fn counts() -> (usize, usize) {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    if large { (4_000, 4) } else { (300, 3) }
}

/// What became of the secrets.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) delivered: usize,
    /// Handed out more than once.
    pub(super) doubled: usize,
    /// Gone, and a reader was told that it is not known whether it was theirs.
    pub(super) unknown: usize,
    /// Gone, and nobody was told why: what must never be.
    pub(super) vanished: usize,
    /// Claims that the store said it had not run.
    pub(super) refused: usize,
    /// The longest time between two deliveries.
    pub(super) pause: Duration,
}

/// What readers do about a claim of which nobody knows what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// They claim anew.
    Strict,
    /// They repeat it, each with a nonce of its own, under its lease.
    Leased,
}

impl Readers {
    fn lease(self, secret: &NewSecret) -> Option<Lease> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).unwrap();
        let name = LeaseName::of(&secret.access_verifier, &ClaimNonce::new(nonce));
        (self == Self::Leased).then_some(Lease { name, millis: 60_000 })
    }
}

/// Has each secret claimed by several readers at once, spread over the time that `trouble`
/// takes, until each has been told how it ended.
pub(super) async fn storm(
    store: &Arc<RedisStore>,
    secrets: &[NewSecret],
    (readers, kind): (usize, Readers),
    over: Duration,
    trouble: impl Future<Output = ()>,
) -> Tally {
    let start = Instant::now();
    let mut tasks = Vec::new();
    for (n, secret) in secrets.iter().enumerate() {
        let begin = over * u32::try_from(n).unwrap() / u32::try_from(secrets.len()).unwrap();
        for _ in 0..readers {
            let (store, attempt, lease) = (Arc::clone(store), attempt(secret), kind.lease(secret));
            let envelope = secret.envelope.clone();
            tasks.push((
                n,
                tokio::spawn(async move {
                    tokio::time::sleep(begin).await;
                    read(&store, attempt, lease, &envelope, start).await
                }),
            ));
        }
    }
    trouble.await;
    let mut each = vec![(0, 0); secrets.len()];
    let mut tally = Tally::default();
    let mut times = Vec::new();
    for (n, task) in tasks {
        let reader = task.await.unwrap();
        each[n].0 += usize::from(reader.delivered.is_some());
        each[n].1 += reader.unknown;
        tally.refused += reader.refused;
        times.extend(reader.delivered);
    }
    for (delivered, unknown) in each {
        match (delivered, unknown) {
            (0, 0) => tally.vanished += 1,
            (0, _) => tally.unknown += 1,
            (1, _) => tally.delivered += 1,
            (_, _) => tally.doubled += 1,
        }
    }
    times.sort();
    tally.pause = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
    tally
}

struct Reader {
    delivered: Option<Duration>,
    unknown: usize,
    refused: usize,
}

async fn read(store: &RedisStore, attempt: Attempt, lease: Option<Lease>, envelope: &[u8], start: Instant) -> Reader {
    let mut reader = Reader { delivered: None, unknown: 0, refused: 0 };
    loop {
        assert!(start.elapsed() < PATIENCE, "the store does not recover");
        match store.claim(attempt, lease).await {
            Ok(Claim::Granted { envelope: found, views_left }) => {
                assert_eq!((found.as_slice(), views_left), (envelope, 0));
                reader.delivered = Some(start.elapsed());
                return reader;
            }
            Ok(Claim::Gone(State::Opened)) => return reader,
            Ok(other) => panic!("{other:?}"),
            Err(StoreError::OutcomeUnknown) => reader.unknown += 1,
            Err(StoreError::Unavailable) => reader.refused += 1,
            Err(StoreError::Corrupt) => panic!("unreadable"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Stores secrets for a storm.
pub(super) async fn many(store: &Arc<RedisStore>, count: usize) -> Vec<NewSecret> {
    let mut secrets = Vec::new();
    for _ in 0..count {
        let secret = NewSecret { ttl: Ttl::DEFAULT, ..secret(1) };
        assert!(matches!(store.create(secret.clone()).await, Ok(Create::Stored { .. })));
        secrets.push(secret);
    }
    secrets
}
