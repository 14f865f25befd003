//! A server that is there and may not write: nothing happens, and that is said, in every version.

use super::*;
use crate::testing::redis_server::until;
use std::time::Duration;

/// What a server was told, so that it refuses to write and takes it up again.
struct Refusing {
    name: &'static str,
    begin: &'static [&'static str],
    end: &'static [&'static str],
}

const REFUSING: [Refusing; 3] = [
    Refusing {
        name: "NOREPLICAS",
        begin: &["CONFIG", "SET", "min-replicas-to-write", "1"],
        end: &["CONFIG", "SET", "min-replicas-to-write", "0"],
    },
    // Of nobody, so that what it holds stays.
    Refusing { name: "READONLY", begin: &["REPLICAOF", "127.0.0.1", "1"], end: &["REPLICAOF", "NO", "ONE"] },
    // After a snapshot that failed.
    Refusing { name: "MISCONF", begin: &["CONFIG", "SET", "save", "3600 1"], end: &["CONFIG", "SET", "save", ""] },
];

#[tokio::test]
async fn what_may_not_be_written_has_not_happened() {
    let h = Redis::start(&[]).await;
    h.server.lose_folder();
    let _: String = h.server.command(&["BGSAVE"]).await;
    until("a snapshot that failed", 20, async || {
        h.server.command::<String>(&["INFO", "persistence"]).await.contains("rdb_last_bgsave_status:err")
    })
    .await;
    for Refusing { name, begin, end } in REFUSING {
        let (waiting, leased) = (stored(&h, 2).await, stored(&h, 2).await);
        let lease_name = LeaseName::of(&leased.access_verifier, &ClaimNonce::new([1; 16]));
        let lease = Some(Lease { name: lease_name, millis: 60_000 });
        let granted = h.store.claim(attempt(&leased), lease).await.unwrap();
        let _: String = h.server.command(begin).await;
        assert_eq!(h.store.create(secret(1)).await, Err(StoreError::Unavailable), "{name}");
        assert_eq!(h.store.claim(attempt(&waiting), None).await, Err(StoreError::Unavailable), "{name}");
        assert_eq!(h.store.ack(leased.id, lease_name).await, Err(StoreError::Unavailable), "{name}");
        let destroyed = h.store.destroy_as_sender(waiting.id, waiting.owner_verifier).await;
        assert_eq!(destroyed, Err(StoreError::Unavailable), "{name}");
        let _: String = h.server.command(end).await;
        assert_eq!(h.store.claim(attempt(&leased), lease).await.unwrap(), granted, "{name}");
        for views_left in [1, 0] {
            let claimed = h.store.claim(attempt(&waiting), None).await;
            assert_eq!(claimed, Ok(Claim::Granted { envelope: waiting.envelope.clone(), views_left }), "{name}");
        }
    }
}

#[tokio::test]
async fn a_claim_at_a_replica_is_repeated_until_there_is_a_primary() {
    let h = Redis::start(&[]).await;
    let secret = stored(&h, 1).await;
    let _: String = h.server.command(&["REPLICAOF", "127.0.0.1", "1"]).await;
    let (claimed, ()) = tokio::join!(h.store.claim(attempt(&secret), None), async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let _: String = h.server.command(&["REPLICAOF", "NO", "ONE"]).await;
    });
    assert_eq!(claimed, Ok(Claim::Granted { envelope: secret.envelope.clone(), views_left: 0 }));
}
