//! A Cluster of three primaries.

use super::shared::Shared;
use super::*;
use crate::testing::redis_server::{Clock, until};
use tokio::sync::MutexGuard;

pub(super) struct Servers {
    pub(super) servers: Vec<RedisServer>,
    clock: Arc<Clock>,
}

impl Servers {
    /// Starts three primaries with a third of the slots each, and as many replicas, of the
    /// first ones.
    pub(super) async fn start(replicas: usize, node_timeout: &str) -> Self {
        let clock = Clock::new();
        let (mut servers, mut doors) = (Vec::new(), Vec::new());
        for _ in 0..3 + replicas {
            let (server, bus) = member(&clock, node_timeout, &[]).await;
            doors.push((server.port(), bus));
            servers.push(server);
        }
        form(&servers.iter().collect::<Vec<_>>(), &doors).await;
        Self { servers, clock }
    }

    pub(super) fn url(&self) -> String {
        let hosts: Vec<_> = self.servers[..2].iter().map(|server| format!("127.0.0.1:{}", server.port())).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }
}

/// Starts a server that belongs to no Cluster yet; gives the port of its bus too.
pub(super) async fn member(clock: &Arc<Clock>, node_timeout: &str, more: &[&str]) -> (RedisServer, u16) {
    let bus = server::free_port();
    let bus_text = bus.to_string();
    let settings = [
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        &bus_text,
        "--cluster-node-timeout",
        node_timeout,
        "--repl-diskless-sync-delay",
        "0",
    ];
    (RedisServer::start_with(Arc::clone(clock), &[&settings, more].concat()).await, bus)
}

/// Makes a Cluster of servers whose ports, and those of their buses, are these: three primaries with a
/// third of the slots each, and their replicas.
pub(super) async fn form(servers: &[&RedisServer], doors: &[(u16, u16)]) {
    let slots = [("0", "5460"), ("5461", "10922"), ("10923", "16383")];
    for (n, server) in servers.iter().enumerate() {
        let _: String = server.command(&["CLUSTER", "SET-CONFIG-EPOCH", &(n + 1).to_string()]).await;
        if let Some((first, last)) = slots.get(n) {
            let _: String = server.command(&["CLUSTER", "ADDSLOTSRANGE", first, last]).await;
        }
    }
    for (port, bus) in &doors[1..] {
        let _: String =
            servers[0].command(&["CLUSTER", "MEET", "127.0.0.1", &port.to_string(), &bus.to_string()]).await;
    }
    for server in servers {
        until("a server that knows all others", 30, async || {
            let info: String = server.command(&["CLUSTER", "INFO"]).await;
            info.contains(&format!("cluster_known_nodes:{}\r", servers.len()))
        })
        .await;
    }
    for (n, replica) in servers[3..].iter().enumerate() {
        let id: String = servers[n].command(&["CLUSTER", "MYID"]).await;
        let _: String = replica.command(&["CLUSTER", "REPLICATE", &id]).await;
        until("a replica that follows", 30, async || {
            let info: String = replica.command(&["INFO", "replication"]).await;
            info.contains("master_link_status:up")
        })
        .await;
    }
    for server in servers {
        until("a whole Cluster", 30, async || {
            let info: String = server.command(&["CLUSTER", "INFO"]).await;
            info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384")
        })
        .await;
    }
}

struct Turn {
    cluster: Arc<Servers>,
    store: Arc<RedisStore>,
    _alone: MutexGuard<'static, ()>,
}

impl Turn {
    async fn take() -> Self {
        static SHARED: Shared<Servers> = Shared::new();
        // Its clock leaps by days, after which servers would give each other up.
        let (cluster, alone) = SHARED.turn(Servers::start(0, "100000000000")).await;
        let store = Arc::new(connect(&cluster.url()).await.unwrap());
        Self { cluster, store, _alone: alone }
    }
}

#[async_trait]
impl Harness for Turn {
    fn store(&self) -> Arc<dyn SecretStore> {
        Arc::clone(&self.store) as Arc<dyn SecretStore>
    }

    async fn pass(&self, millis: u64) {
        self.cluster.clock.pass(millis);
    }

    async fn lose(&self, id: SecretId) {
        for server in &self.cluster.servers {
            lose(server, id).await;
        }
    }
}

conformance!(Turn::take());

#[tokio::test]
async fn the_keys_of_a_secret_are_on_one_server_and_all_servers_are_swept() {
    let h = Turn::take().await;
    let mut secrets = Vec::new();
    for _ in 0..60 {
        secrets.push(stored(&h, 1).await);
    }
    let mut homes = std::collections::BTreeSet::new();
    for secret in &secrets {
        let mut found = Vec::new();
        for (n, server) in h.cluster.servers.iter().enumerate() {
            let keys: Vec<Vec<u8>> = server.command(&["KEYS", &format!("*{{{}}}*", secret.id.to_text())]).await;
            if !keys.is_empty() {
                found.push((n, keys.len()));
            }
        }
        assert_eq!((found.len(), found[0].1), (1, 2), "record and ciphertext are together");
        homes.insert(found[0].0);
    }
    assert_eq!(homes.len(), 3, "all servers are used");
    let of_one: String = h.cluster.servers[0].command(&["INFO", "memory"]).await;
    let of_one = of_one.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap().parse::<u64>().unwrap();
    assert!(h.store.usage().await.unwrap().used > 2 * of_one, "all of them count");

    h.pass(secrets[0].ttl.as_millis() + 1).await;
    sweep_all(&h.store).await;
    for secret in &secrets {
        let mut fields = Vec::new();
        for server in &h.cluster.servers {
            let keys: Vec<String> = server.command(&["KEYS", &record_key(secret.id)]).await;
            if !keys.is_empty() {
                fields = server.command::<Vec<String>>(&["HKEYS", &record_key(secret.id)]).await;
            }
        }
        assert!(fields.contains(&"s".to_owned()) && !fields.contains(&"a".to_owned()), "{fields:?}");
    }
}

#[tokio::test]
async fn one_of_its_servers_is_not_the_whole() {
    let h = Turn::take().await;
    let error = connect(&format!("redis://127.0.0.1:{}", h.cluster.servers[0].port())).await.err().unwrap();
    assert!(error.is::<Unsuitable>() && error.to_string().contains("redis+cluster://"), "{error:#}");
}

#[tokio::test]
async fn each_primary_is_checked_at_the_start() {
    let h = Turn::take().await;
    let last = &h.cluster.servers[2];
    let _: String = last.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]).await;
    let outcome = connect(&h.cluster.url()).await;
    let _: String = last.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]).await;
    let unsuitable: Unsuitable = outcome.err().unwrap().downcast().unwrap();
    assert_eq!(unsuitable, Unsuitable::Eviction("allkeys-lru".into()));
}
