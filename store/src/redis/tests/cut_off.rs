//! A primary of a Cluster that its callers reach, and the others of the Cluster do not.

use super::cluster::{form, member};
use super::*;
use crate::redis::topology::slots::slot;
use crate::testing::proxy::{Fault, Proxy};
use crate::testing::redis_server::{Clock, until};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// Where the connections come from that the first server makes.
const OUTSIDER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// How much further away the others are.
const FURTHER: Duration = Duration::from_millis(30);
/// After which the servers act, in milliseconds.
const NODE_TIMEOUT: &str = "2000";

/// A server whose callers and neighbours reach it through what a test can cut.
struct Member {
    server: RedisServer,
    door: Proxy,
    bus: Proxy,
}

/// Three primaries, and a replica of the first.
async fn start() -> Vec<Member> {
    let clock = Clock::new();
    let mut members = Vec::new();
    for source in [OUTSIDER, Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST] {
        let source = source.to_string();
        let settings = ["--bind-source-addr", &source, "--cluster-announce-ip", "127.0.0.1"];
        let (server, bus) = member(&clock, NODE_TIMEOUT, &settings).await;
        let (door, bus) = (Proxy::before(server.port()).await, Proxy::before(bus).await);
        for (name, port) in [("cluster-announce-port", door.port), ("cluster-announce-bus-port", bus.port)] {
            let _: String = server.command(&["CONFIG", "SET", name, &port.to_string()]).await;
        }
        members.push(Member { server, door, bus });
    }
    let doors: Vec<_> = members.iter().map(|member| (member.door.port, member.bus.port)).collect();
    form(&members.iter().map(|member| &member.server).collect::<Vec<_>>(), &doors).await;
    members
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_that_is_cut_off_is_left_although_it_is_the_nearest() {
    let members = start().await;
    let [first, second, _, replica] = members.as_slice() else { unreachable!("there are four") };
    let store = connect(&format!("redis+cluster://127.0.0.1:{}", first.door.port)).await.unwrap();
    let mut secrets = Vec::new();
    while secrets.len() < 5 {
        let secret = secret(1);
        if slot(record_key(secret.id).as_bytes()) <= 5460 {
            assert!(matches!(store.create(secret.clone()).await, Ok(Create::Stored { .. })));
            secrets.push(secret);
        }
    }
    until("a replica that has everything", 10, async || {
        replica.server.command::<usize>(&["DBSIZE"]).await == 2 * secrets.len()
    })
    .await;

    for member in &members[1..] {
        member.door.set(Fault::Delay(FURTHER));
        member.bus.set(Fault::RefuseFrom(IpAddr::V4(OUTSIDER)));
    }
    first.bus.set(Fault::Refuse);
    let says = async |member: &Member, words: &str| {
        member.server.command::<String>(&["CLUSTER", "INFO"]).await.contains(words)
    };
    until("a primary that is cut off", 30, async || says(first, "cluster_state:fail").await).await;
    until("a Cluster without it", 30, async || {
        let info: String = replica.server.command(&["INFO", "replication"]).await;
        info.contains("role:master")
            && says(second, "cluster_state:ok").await
            && says(replica, "cluster_state:ok").await
    })
    .await;

    let left = until("a store that leaves it", 10, async || store.ping().await.is_ok()).await;
    println!("left after {left:?}");
    for secret in &secrets {
        let granted = Claim::Granted { envelope: secret.envelope.clone(), views_left: 0 };
        assert_eq!(store.claim(attempt(secret), None).await, Ok(granted));
    }
    assert!(says(first, "cluster_state:fail").await, "it is still cut off, and still the nearest");
    // Whoever comes now is told the same.
    let later = connect(&format!("redis+cluster://127.0.0.1:{}", first.door.port)).await.unwrap();
    assert!(matches!(later.create(secret(1)).await, Ok(Create::Stored { .. })));
}
