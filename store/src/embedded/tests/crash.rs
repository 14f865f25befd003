//! Power is cut at random moments. Whatever was answered before must be there afterwards.

use super::drive::Drive;
use super::*;
use crate::address::Prefix;
use crate::testing::ledger::{Ledger, Seen};
use fastrand::Rng;
use std::sync::Mutex;

const CLIENTS: usize = 8;
/// What each client asks for at most before the power fails.
const REQUESTS: usize = 200;
/// Far more than is stored, so that nothing is refused.
const BUDGET: u64 = 1 << 40;

/// How often the power is cut.
fn cuts() -> usize {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    if large { 500 } else { 60 }
}

type Secrets = Arc<Mutex<Vec<Arc<(NewSecret, Mutex<Ledger>)>>>>;

fn never() -> Result<Database, UnusableFile> {
    Err(UnusableFile::Unsynced)
}

/// Opens the store on a drive, which may lose its power meanwhile.
fn open(drive: &Drive, clock: &Arc<ManualClock>) -> anyhow::Result<EmbeddedStore> {
    let database = file::builder().create_with_backend(drive.clone())?;
    layout::check(&database)?;
    // A way to open it again makes it a file, which is compacted; it is not gone.
    let reopen = Reopen { for_use: Box::new(never), to_look: Box::new(never) };
    EmbeddedStore::start(database, reopen, Volume::default(), BUDGET, Arc::clone(clock) as Arc<dyn Clock>)
}

/// Makes, claims and destroys until the power fails.
async fn work(store: Arc<EmbeddedStore>, clock: Arc<ManualClock>, secrets: Secrets, mut rng: Rng) {
    for _ in 0..REQUESTS {
        let one = {
            let secrets = secrets.lock().unwrap();
            rng.choice(&*secrets).map(Arc::clone)
        };
        let failed = match (rng.u8(..100), one) {
            (0..=39, _) | (_, None) => {
                let mut new = secret(rng.u64(1..=3));
                new.quota_address = Some(Prefix::V4([192, 0, 2, rng.u8(..4)]));
                new.envelope.resize(rng.usize(300..9000), rng.u8(..));
                let entry = Arc::new((new.clone(), Mutex::new(Ledger::new(new.max_views.get()))));
                secrets.lock().unwrap().push(Arc::clone(&entry));
                match store.create(new).await {
                    Ok(Create::Stored { .. }) => {
                        entry.1.lock().unwrap().stored();
                        false
                    }
                    Ok(other) => panic!("{other:?}"),
                    Err(_) => true,
                }
            }
            (40..=84, Some(entry)) => {
                let (secret, ledger) = &*entry;
                let asked = ledger.lock().unwrap().claiming();
                let claimed = store.claim(attempt(secret), None).await;
                let failed = claimed.is_err();
                let mut ledger = ledger.lock().unwrap();
                match claimed {
                    Ok(Claim::Granted { envelope, views_left }) => {
                        assert_eq!(envelope, secret.envelope);
                        ledger.granted(asked, views_left);
                    }
                    Ok(Claim::Gone(_)) => ledger.refused(),
                    Ok(Claim::Unknown) => ledger.not_claimed(),
                    Ok(Claim::WrongProof(_) | Claim::TooManyAttempts { .. }) => panic!("the proof is right"),
                    Ok(Claim::Acknowledged) => panic!("there was no lease"),
                    // An honest "nothing happened" is held against what is seen afterwards.
                    Err(StoreError::Unavailable) => ledger.not_claimed(),
                    Err(_) => {}
                }
                failed
            }
            (85..=92, Some(entry)) => {
                let (secret, ledger) = &*entry;
                ledger.lock().unwrap().destroying();
                let destroyed = store.destroy_as_sender(secret.id, secret.owner_verifier).await;
                if matches!(destroyed, Ok(Destroy::Destroyed | Destroy::Gone(_))) {
                    ledger.lock().unwrap().destroyed();
                }
                destroyed.is_err()
            }
            (93..=95, _) => {
                clock.advance(rng.u64(..30_000));
                store.sweep().await.is_err()
            }
            _ => {
                store.rest().await;
                store.ping().await.is_err()
            }
        };
        if failed {
            return;
        }
    }
}

/// Holds everything that was answered against what is there.
async fn check(store: &EmbeddedStore, secrets: &Secrets) {
    let all = secrets.lock().unwrap().clone();
    for entry in all {
        let (secret, ledger) = &*entry;
        let seen = store.lookup(secret.id).await.unwrap().map(|record| Seen {
            waiting: record.state == State::Waiting,
            expired: record.state == State::Expired,
            spent: record.opened_at.len() as u32,
            views_left: record.views_left,
        });
        let mut ledger = ledger.lock().unwrap();
        ledger.check(seen);
        if ledger.is_over() || !ledger.is_stored() {
            // Its tombstone, or its absence, was seen: what follows is about the others.
            secrets.lock().unwrap().retain(|other| !Arc::ptr_eq(other, &entry));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_loss_of_power() {
    let seed = std::env::var("ASHLINK_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("ASHLINK_TEST_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let clock = Arc::new(ManualClock::new());
    let secrets = Secrets::default();
    let mut drive = Drive::default();
    layout::create(&file::builder().create_with_backend(drive.clone()).unwrap()).unwrap();
    let mut kept = 0;
    for _ in 0..cuts() {
        drive.cut_after(rng.u64(1..600));
        // Opening writes too, and may be what is cut off.
        if let Ok(store) = open(&drive, &clock) {
            let store = Arc::new(store);
            let tasks: Vec<_> = (0..CLIENTS)
                .map(|_| tokio::spawn(work(Arc::clone(&store), Arc::clone(&clock), Arc::clone(&secrets), rng.fork())))
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
        drive.cut_after(0);
        drive = drive.restored(&mut rng);
        let store = open(&drive, &clock).expect("a file opens after a loss of power");
        check(&store, &secrets).await;
        kept += secrets.lock().unwrap().len();
        let used =
            store.submit(Kind::Own, |tables, _| Ok((tables.used().clone(), tables.take_stock()?.used))).await.unwrap();
        assert_eq!(used.0, used.1);
    }
    assert!(kept > cuts(), "too little was at stake: {kept}");
}
