//! One address does its worst, and the others do not notice: in 256 MiB the server outlives thousands
//! of connections of each hostile kind, others create and claim meanwhile, and the memory comes back.
//!
//! The server is the release binary in `ASHLINK_TEST_SERVER`, or else this test program started again.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

#[path = "hostile/attack.rs"]
mod attack;
#[path = "hostile/memory.rs"]
mod memory;
#[path = "hostile/server.rs"]
mod server;
#[path = "hostile/visitor.rs"]
mod visitor;

use attack::{Attack, Kind};
use memory::LIMIT;
use server::Server;
use std::time::{Duration, Instant};
use visitor::Visits;

/// The allocator of the server that this program can be.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The slowest that one in a hundred visitors may find it: to create a secret and to claim it.
const SLOWEST: Duration = Duration::from_secs(1);
/// How much more memory than before may stay, and how long it may take to come back while others go on.
const KEPT: u64 = 32 << 20;
const COMES_BACK: Duration = Duration::from_secs(30);

/// How many connections at once, and for how long.
struct Scale {
    connections: usize,
    time: Duration,
}

fn scale() -> Scale {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    if large {
        Scale { connections: 12_000, time: Duration::from_secs(30) }
    } else {
        Scale { connections: 600, time: Duration::from_secs(3) }
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Attacks a new server, visits it meanwhile, and says what was seen in a row of a table. Gives what
/// must not be.
fn play(name: &str, kinds: &[Kind], scale: &Scale) -> Vec<String> {
    let server = Server::start(None);
    // What a first request sets up is no trace of an attack.
    Visits::begin(server.address()).end_after(Duration::from_millis(500));
    let before = server.memory().resident();
    let attack = Attack::begin(server.address(), kinds, scale.connections);
    let visits = Visits::begin(server.address()).end_after(scale.time);
    let made = attack.end();
    let highest = server.memory().highest();
    let end = Instant::now() + COMES_BACK;
    let mut after = server.memory().resident();
    while after > before + KEPT / 2 && Instant::now() < end {
        Visits::begin(server.address()).end_after(scale.time / 10);
        after = server.memory().resident().min(after);
    }
    let (middle, slowest) = (visits.quantile(0.5), visits.quantile(0.99));
    println!(
        "| {name} | {} ({made} made) | {:.0} | {:.0} | {:.0} | {} | {} |",
        scale.connections,
        mebibytes(before),
        mebibytes(highest),
        mebibytes(after),
        middle.as_millis(),
        slowest.as_millis(),
    );
    [
        (made < scale.connections, format!("{name}: {made} connections are no attack")),
        (highest >= LIMIT, format!("{name}: {highest} bytes")),
        (after > before + KEPT, format!("{name}: {before} bytes before, {after} after")),
        (slowest >= SLOWEST, format!("{name}: {slowest:?}")),
    ]
    .into_iter()
    .filter_map(|(is_wrong, what)| is_wrong.then_some(what))
    .collect()
}

#[test]
fn one_address_takes_nothing_from_the_others() {
    attack::raise_open_files();
    let scale = scale();
    println!("| kind | connections | MiB before | highest | after | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|");
    let mut wrong: Vec<_> = Kind::ALL.into_iter().flat_map(|kind| play(kind.name(), &[kind], &scale)).collect();
    wrong.extend(play("all at once", &Kind::ALL, &scale));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn few_descriptors_are_shared_too() {
    let server = Server::start(Some(200));
    let attack = Attack::begin(server.address(), &[Kind::Idle], 300);
    Visits::begin(server.address()).end_after(Duration::from_secs(1));
    attack.end();
    let log = server.log();
    assert!(log.contains("files=200") && log.contains("connections=100"), "{log}");
    assert!(!log.contains("could not be accepted"), "{log}");
}
