//! A server of this machine, at a unix socket.

use super::*;
use crate::testing::redis_server::until;

#[tokio::test]
async fn a_server_is_reached_at_its_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b.sock");
    let mut server = RedisServer::start(&["--unixsocket", path.to_str().unwrap()]).await;
    let url = |login: &str| {
        let folder = folder.path().display();
        format!("redis+unix://{login}{folder}/a%20b.sock?db=3")
    };
    let _: String = server.command(&["ACL", "SETUSER", "ashlink", "on", ">p@ss word", "~*", "+@all"]).await;
    let store = connect(&url("ashlink:p%40ss%20word@")).await.unwrap();
    let secret = secret(2);
    assert!(matches!(store.create(secret.clone()).await, Ok(Create::Stored { .. })));
    assert!(matches!(store.claim(attempt(&secret), None).await, Ok(Claim::Granted { views_left: 1, .. })));
    let keyspace: String = server.command(&["INFO", "keyspace"]).await;
    assert!(keyspace.contains("db3:keys=2") && !keyspace.contains("db0"), "{keyspace}");

    let refused = connect(&url("ashlink:hunter2@")).await.err().unwrap();
    let words = format!("{refused:#}");
    assert!(refused.is::<Unsuitable>() && words.contains("a b.sock") && !words.contains("hunter2"), "{words}");

    server.stop();
    until("a store that notices", 5, async || store.ping().await == Err(StoreError::Unavailable)).await;
    let gone = connect(&url("")).await.err().unwrap();
    assert!(!gone.is::<Unsuitable>() && gone.to_string().contains("a b.sock"), "it may come: {gone:#}");
    server.restart().await;
    let store = connect(&url("")).await.unwrap();
    store.ping().await.unwrap();
}
