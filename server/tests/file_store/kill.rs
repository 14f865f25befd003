//! `kill -9` under load, again and again. Whatever a client was told holds afterwards, and what
//! was spent for a claim without an answer is handed out when it is repeated.
//!
//! This shows that the file is whole at every moment; that an answer waits for the disk is
//! shown by `store/src/embedded/tests/crash.rs`, since a killed process loses nothing that the
//! system has taken.

use crate::client::{Claimed, Client, Secret};
use crate::server::Server;
use ashlink_store::embedded::RECORD_COST;
use ashlink_store::testing::ledger::{Asked, Ledger, Seen};
use fastrand::Rng;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

const CLIENTS: usize = 6;
/// So many waiting secrets are kept; beyond that, clients claim and destroy more than they make.
const KEPT: usize = 300;

/// How often the server is killed, and the budget that all of it fits in.
fn scale() -> (usize, u64) {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    if large { (500, 64 * 1024 * 1024) } else { (20, 8 * 1024 * 1024) }
}

type Entry = Arc<(Secret, Mutex<Ledger>, Mutex<Open>)>;
type Secrets = Arc<Mutex<Vec<Entry>>>;

/// What the end of the server left open at a secret, by the claims' nonces.
#[derive(Default)]
struct Open {
    /// Claims that were sent and not answered.
    claims: Vec<([u8; 16], Asked)>,
    /// Leases whose end was not answered.
    leases: Vec<[u8; 16]>,
}

/// Makes, claims and destroys until the server is gone; counts the answers.
async fn work(address: SocketAddr, secrets: Secrets, answers: Arc<AtomicU64>, mut rng: Rng) {
    let Ok(mut client) = Client::connect(address).await else { return };
    loop {
        let (one, crowded) = {
            let secrets = secrets.lock().unwrap();
            (rng.choice(&*secrets).map(Arc::clone), secrets.len() > KEPT)
        };
        let make = if crowded { 10 } else { 50 };
        let done = match one {
            Some(entry) if rng.u8(..100) >= make => {
                let (secret, ledger, open) = &*entry;
                if rng.u8(..100) < 80 {
                    let nonce = rng.u128(..).to_le_bytes();
                    let asked = ledger.lock().unwrap().claiming();
                    match client.claim(secret, nonce).await {
                        Ok(Claimed::Granted { views_left }) => {
                            ledger.lock().unwrap().granted(asked, views_left);
                            let ended = client.ack(secret, nonce).await;
                            if ended.is_err() {
                                open.lock().unwrap().leases.push(nonce);
                            }
                            ended
                        }
                        Ok(Claimed::Gone) => {
                            ledger.lock().unwrap().refused();
                            Ok(())
                        }
                        Ok(Claimed::Unknown) => {
                            ledger.lock().unwrap().not_claimed();
                            Ok(())
                        }
                        Err(error) => {
                            open.lock().unwrap().claims.push((nonce, asked));
                            Err(error)
                        }
                    }
                } else {
                    ledger.lock().unwrap().destroying();
                    let ended =
                        if rng.bool() { client.destroy_as_sender(secret).await } else { client.destroy(secret).await };
                    ended.map(|ended| {
                        if ended {
                            ledger.lock().unwrap().destroyed();
                        }
                    })
                }
            }
            _ => {
                let views = rng.u32(1..=3);
                let length = rng.usize(1..6000);
                let text: String = std::iter::repeat_with(|| rng.alphanumeric()).take(length).collect();
                let entry = Arc::new((Secret::new(text, views), Mutex::new(Ledger::new(views)), Mutex::default()));
                secrets.lock().unwrap().push(Arc::clone(&entry));
                client.create(&entry.0).await.map(|stored| {
                    assert!(stored, "the store is not full");
                    entry.1.lock().unwrap().stored();
                })
            }
        };
        if done.is_err() {
            return;
        }
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

/// Finishes what the end of the server left open: every claim is repeated with its nonce, and
/// gets what was spent for it. Tells how many there were.
async fn repeat(address: SocketAddr, secrets: &Secrets) -> u64 {
    let mut client = Client::connect(address).await.unwrap();
    let mut repeated = 0;
    let entries = secrets.lock().unwrap().clone();
    for entry in entries {
        let (secret, ledger, open) = &*entry;
        let Open { claims, leases } = std::mem::take(&mut *open.lock().unwrap());
        for nonce in leases {
            client.ack(secret, nonce).await.unwrap();
        }
        for (nonce, asked) in claims {
            repeated += 1;
            match client.claim(secret, nonce).await.unwrap() {
                Claimed::Granted { views_left } => {
                    ledger.lock().unwrap().granted(asked, views_left);
                    client.ack(secret, nonce).await.unwrap();
                }
                Claimed::Gone => ledger.lock().unwrap().refused_again(),
                Claimed::Unknown => ledger.lock().unwrap().not_claimed(),
            }
        }
    }
    repeated
}

/// Holds every secret against its ledger, and parts with those that have ended. Tells how many
/// tombstones those left. What was spent, and not handed out at last, does not pass.
async fn check(address: SocketAddr, secrets: &Secrets) -> u64 {
    let entries = std::mem::take(&mut *secrets.lock().unwrap());
    let mut client = Client::connect(address).await.unwrap();
    let mut tombstones = 0;
    for entry in entries {
        let (secret, ledger, _) = &*entry;
        let lookup = client.lookup(secret).await.unwrap();
        let seen = lookup.map(|lookup| Seen {
            waiting: lookup.waiting,
            expired: false,
            spent: lookup.spent,
            views_left: lookup.views_left,
        });
        let mut ledger = ledger.lock().unwrap();
        ledger.check(seen);
        if ledger.is_over() {
            tombstones += 1;
        } else if ledger.is_stored() {
            secrets.lock().unwrap().push(Arc::clone(&entry));
        }
    }
    tombstones
}

/// Stores secrets of this size until there is no room; tells how many there was room for.
async fn fill(client: &mut Client, size: usize) -> (u64, u64) {
    let mut count = 0;
    loop {
        let secret = Secret::new("x".repeat(size), 1);
        if !client.create(&secret).await.unwrap() {
            return (count, RECORD_COST + secret.size());
        }
        count += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_forgets_nothing() {
    let seed = std::env::var("ASHLINK_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("ASHLINK_TEST_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let (kills, budget) = scale();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let secrets = Secrets::default();
    let answers = Arc::new(AtomicU64::new(0));
    let (mut tombstones, mut repeated, mut slowest, mut kept) = (0, 0, Duration::ZERO, 0);
    for _ in 0..kills {
        let begin = Instant::now();
        let server = Server::start(&store, budget);
        slowest = begin.elapsed().max(slowest);
        repeated += repeat(server.address(), &secrets).await;
        tombstones += check(server.address(), &secrets).await;
        kept += secrets.lock().unwrap().len();
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| tokio::spawn(work(server.address(), Arc::clone(&secrets), Arc::clone(&answers), rng.fork())))
            .collect();
        let enough = answers.load(Ordering::Relaxed) + rng.u64(..150);
        let patience = Instant::now() + Duration::from_secs(30);
        while answers.load(Ordering::Relaxed) < enough && !clients.iter().any(JoinHandle::is_finished) {
            assert!(Instant::now() < patience, "the server does not answer");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros(rng.u64(..5_000))).await;
        server.kill();
        for client in clients {
            client.await.unwrap();
        }
    }

    let server = Server::start(&store, budget);
    repeated += repeat(server.address(), &secrets).await;
    tombstones += check(server.address(), &secrets).await;
    let waiting = secrets.lock().unwrap().clone();
    println!(
        "{} answers, {repeated} claims repeated, {tombstones} secrets ended, {} wait; the slowest start took {slowest:?}",
        answers.load(Ordering::Relaxed),
        waiting.len()
    );
    assert!(
        tombstones > 0
            && repeated > kills as u64 / 4
            && answers.load(Ordering::Relaxed) > 10 * kills as u64
            && kept > kills,
        "too little was at stake"
    );
    let mut client = Client::connect(server.address()).await.unwrap();

    // The budget counts exactly what there is: so much fits, and no more.
    let used = RECORD_COST * tombstones + waiting.iter().map(|entry| RECORD_COST + entry.0.size()).sum::<u64>();
    let (large, large_cost) = fill(&mut client, 500_000).await;
    assert_eq!(large, (budget - used) / large_cost);
    let (small, small_cost) = fill(&mut client, 5_000).await;
    assert_eq!(small, (budget - used) % large_cost / small_cost);

    // And what waits still opens, as often as was said.
    for entry in waiting {
        let (secret, ledger, _) = &*entry;
        while !ledger.lock().unwrap().is_over() {
            let asked = ledger.lock().unwrap().claiming();
            match client.claim(secret, rng.u128(..).to_le_bytes()).await.unwrap() {
                Claimed::Granted { views_left } => ledger.lock().unwrap().granted(asked, views_left),
                other => panic!("{other:?}"),
            }
        }
    }
}
