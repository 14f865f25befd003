//! A disk that keeps a sync for as long as it likes, or takes nothing for a while.

use crate::client::{Claimed, Client, Secret};
use crate::server::{SMALL, Server};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The library that lets a disk fail, compiled once.
fn preload() -> &'static Path {
    static LIBRARY: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("failing.so");
        let compiled = Command::new("cc")
            .args(["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/file_store/failing.c"))
            .status()
            .expect("these tests need a C compiler, as Rust itself does");
        assert!(compiled.success());
        (folder, library)
    });
    &LIBRARY.1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_disk_hangs_says_so_and_ends_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let (store, switch) = (folder.path().join("store"), folder.path().join("hang"));
    let server = Server::start_with(&store, SMALL, &[("LD_PRELOAD", preload()), ("TEST_HANG", &switch)]);
    let secret = Secret::new("the door code".to_owned(), 1);
    let other = Secret::new("the other one".to_owned(), 1);
    let mut client = Client::connect(server.address()).await.unwrap();
    assert_eq!(client.ready().await.unwrap(), 200);
    assert!(client.create(&secret).await.unwrap() && client.create(&other).await.unwrap());

    std::fs::write(&switch, "").unwrap();
    // One is under way, one waits for its turn.
    let mut at_work = Client::connect(server.address()).await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(500), at_work.claim(&secret, [0; 16])).await;
    assert!(waited.is_err(), "the disk hangs");
    let begin = Instant::now();
    let mut waits = Client::connect(server.address()).await.unwrap();
    let refused = tokio::spawn(async move { (waits.try_claim(&other, [1; 16]).await.unwrap(), other) });
    assert_eq!(client.ready().await.unwrap(), 503);
    assert!(begin.elapsed() < Duration::from_secs(4), "a health check has gone by then");
    assert!(client.lookup(&secret).await.unwrap().unwrap().waiting, "looking needs no sync");
    let (refused, other) = refused.await.unwrap();
    assert_eq!(refused, (503, "store_unavailable".to_owned()));

    let begin = Instant::now();
    assert!(server.stop().success());
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    std::fs::remove_file(&switch).unwrap();
    // What was refused has not happened; what was under way may have, for the same nonce.
    let server = Server::start(&store, SMALL);
    let mut client = Client::connect(server.address()).await.unwrap();
    assert!(matches!(client.claim(&other, [2; 16]).await.unwrap(), Claimed::Granted { .. }));
    assert!(matches!(client.claim(&secret, [0; 16]).await.unwrap(), Claimed::Granted { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_whose_caller_has_gone_spends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, switch) = (folder.path().join("store"), folder.path().join("hang"));
    let server = Server::start_with(&store, SMALL, &[("LD_PRELOAD", preload()), ("TEST_HANG", &switch)]);
    let (secret, other) = (Secret::new("the door code".to_owned(), 1), Secret::new("the other one".to_owned(), 1));
    let mut client = Client::connect(server.address()).await.unwrap();
    assert!(client.create(&secret).await.unwrap() && client.create(&other).await.unwrap());
    std::fs::write(&switch, "").unwrap();
    let mut at_work = Client::connect(server.address()).await.unwrap();
    let at_work = tokio::spawn(async move { at_work.claim(&secret, [0; 16]).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut goes = Client::connect(server.address()).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(300), goes.claim(&other, [1; 16])).await.is_err());
    goes.leave();
    tokio::time::sleep(Duration::from_millis(300)).await;
    std::fs::remove_file(&switch).unwrap();
    assert!(matches!(at_work.await.unwrap(), Claimed::Granted { .. }));
    let seen = client.lookup(&other).await.unwrap().unwrap();
    assert!(seen.waiting && seen.spent == 0, "{seen:?}");
    assert!(matches!(client.claim(&other, [2; 16]).await.unwrap(), Claimed::Granted { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_takes_nothing_is_looked_into_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (store, switch) = (folder.path().join("store"), folder.path().join("fail"));
    let server = Server::start_with(&store, SMALL, &[("LD_PRELOAD", preload()), ("TEST_FAIL", &switch)]);
    let (secret, other) = (Secret::new("the door code".to_owned(), 1), Secret::new("the other one".to_owned(), 1));
    let mut client = Client::connect(server.address()).await.unwrap();
    assert!(client.create(&secret).await.unwrap() && client.create(&other).await.unwrap());
    std::fs::write(&switch, "").unwrap();
    let (status, code) = client.try_claim(&secret, [0; 16]).await.unwrap();
    assert!(matches!(status, 503 | 504), "{status} {code}");
    assert_eq!(client.ready().await.unwrap(), 503);
    let refused = client.try_claim(&other, [1; 16]).await.unwrap();
    assert_eq!(refused, (503, "store_unavailable".to_owned()));
    for secret in [&secret, &other] {
        assert!(client.lookup(secret).await.unwrap().unwrap().waiting);
    }
    // Also after it was tried once more in vain.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(client.ready().await.unwrap(), 503);
    assert!(client.lookup(&other).await.unwrap().unwrap().waiting);
    std::fs::remove_file(&switch).unwrap();
    let begin = Instant::now();
    while client.ready().await.unwrap() != 200 {
        assert!(begin.elapsed() < Duration::from_secs(30), "it does not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (secret, nonce) in [(&secret, [0; 16]), (&other, [2; 16])] {
        assert!(matches!(client.claim(secret, nonce).await.unwrap(), Claimed::Granted { .. }));
    }
}
