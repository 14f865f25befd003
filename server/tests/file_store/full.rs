//! A disk that is full, over HTTP.

use crate::client::{Claimed, Client, Secret};
use crate::server::Server;
use ashlink_store::testing::small_disk::SmallDisk;
use std::time::{Duration, Instant};

const BUDGET: u64 = 256 * 1024 * 1024;

/// Stores secrets until there is no room.
async fn fill(client: &mut Client) -> Vec<Secret> {
    let mut all = Vec::new();
    loop {
        let secret = Secret::new("x".repeat(200_000), 1);
        if !client.create(&secret).await.unwrap() {
            return all;
        }
        all.push(secret);
    }
}

#[tokio::test]
async fn a_full_disk_refuses_new_secrets_and_hands_out_old_ones() {
    let Some(disk) = SmallDisk::of(8 * 1024 * 1024) else { return };
    let server = Server::start(&disk.store(), BUDGET);
    let mut client = Client::connect(server.address()).await.unwrap();
    let mut all = fill(&mut client).await;
    println!("{} secrets", all.len());
    assert!(all.len() > 8, "{}", all.len());
    disk.fill_up();
    for round in 0..3 {
        assert!(!client.create(&Secret::new("x".to_owned(), 1)).await.unwrap(), "507");
        assert_eq!(client.ready().await.unwrap(), 200);
        let secret = all.pop().unwrap();
        assert!(client.lookup(&secret).await.unwrap().unwrap().waiting);
        let claimed = client.claim(&secret, [round; 16]).await.unwrap();
        assert!(matches!(claimed, Claimed::Granted { .. }), "{claimed:?}");
        client.ack(&secret, [round; 16]).await.unwrap();
    }
    // Killed and started on the full disk.
    server.kill();
    disk.fill_up();
    let server = Server::start(&disk.store(), BUDGET);
    let mut client = Client::connect(server.address()).await.unwrap();
    assert_eq!(client.ready().await.unwrap(), 200);
    let destroyed = all.pop().unwrap();
    assert!(client.destroy_as_sender(&destroyed).await.unwrap());
    for secret in all {
        assert!(client.lookup(&secret).await.unwrap().unwrap().waiting);
        let claimed = client.claim(&secret, [9; 16]).await.unwrap();
        assert!(matches!(claimed, Claimed::Granted { .. }), "{claimed:?}");
        client.ack(&secret, [9; 16]).await.unwrap();
    }
    // The other program keeps what it has; what was stored has gone.
    let begin = Instant::now();
    while !client.create(&Secret::new("x".repeat(200_000), 1)).await.unwrap() {
        assert!(begin.elapsed() < Duration::from_secs(60), "it does not recover");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
