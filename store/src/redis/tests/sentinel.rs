//! A master and a replica, and Sentinels that know which is which.

use super::shared::Shared;
use super::*;
use crate::testing::redis_server::{Clock, Sentinel, until};
use tokio::sync::MutexGuard;

pub(super) struct Watched {
    pub(super) master: RedisServer,
    pub(super) replica: RedisServer,
    sentinels: Vec<Sentinel>,
    clock: Arc<Clock>,
}

impl Watched {
    /// Starts them, with these settings for both servers.
    pub(super) async fn start(sentinels: usize, settings: &[&str]) -> Self {
        let clock = Clock::new();
        let settings = [&["--repl-diskless-sync-delay", "0"], settings].concat();
        let master = RedisServer::start_with(Arc::clone(&clock), &settings).await;
        let port = master.port().to_string();
        let of_replica = [&settings[..], &["--replicaof", "127.0.0.1", &port]].concat();
        let replica = RedisServer::start_with(Arc::clone(&clock), &of_replica).await;
        until("a replica that follows", 30, async || {
            let info: String = replica.command(&["INFO", "replication"]).await;
            info.contains("master_link_status:up")
        })
        .await;
        let mut watched = Self { master, replica, sentinels: Vec::new(), clock };
        for _ in 0..sentinels {
            let sentinel = Sentinel::start(watched.master.port(), sentinels / 2 + 1).await;
            watched.sentinels.push(sentinel);
        }
        for sentinel in &watched.sentinels {
            until("a Sentinel that knows all others", 30, async || {
                let info: String = server::command(sentinel.port, &["INFO", "sentinel"]).await.unwrap();
                info.contains(&format!("slaves=1,sentinels={sentinels}"))
            })
            .await;
        }
        watched
    }

    pub(super) fn url(&self) -> String {
        let hosts: Vec<_> = self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port)).collect();
        format!("redis+sentinel://{}/m", hosts.join(","))
    }

    /// Who is the master, as a Sentinel says.
    pub(super) async fn named(&self) -> u16 {
        let command = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m"];
        let (_, port): (String, u16) = server::command(self.sentinels[0].port, &command).await.unwrap();
        port
    }
}

struct Turn {
    watched: Arc<Watched>,
    store: Arc<RedisStore>,
    _alone: MutexGuard<'static, ()>,
}

impl Turn {
    async fn take() -> Self {
        static SHARED: Shared<Watched> = Shared::new();
        let (watched, alone) = SHARED.turn(Watched::start(1, &[])).await;
        let store = Arc::new(connect(&watched.url()).await.unwrap());
        Self { watched, store, _alone: alone }
    }
}

#[async_trait]
impl Harness for Turn {
    fn store(&self) -> Arc<dyn SecretStore> {
        Arc::clone(&self.store) as Arc<dyn SecretStore>
    }

    async fn pass(&self, millis: u64) {
        self.watched.clock.pass(millis);
    }

    async fn lose(&self, id: SecretId) {
        // On a busy machine the Sentinel may have made the other one the master meanwhile.
        let named = self.watched.named().await;
        let both = [&self.watched.master, &self.watched.replica];
        lose(both.into_iter().find(|server| server.port() == named).unwrap(), id).await;
    }
}

conformance!(Turn::take());

#[tokio::test]
async fn a_name_that_no_sentinel_knows_is_said() {
    let Turn { watched, .. } = &Turn::take().await;
    let error = connect(&watched.url().replace("/m", "/other")).await.err().unwrap();
    assert!(format!("{error:#}").contains("knows no master `other`"), "{error:#}");
}

#[tokio::test]
async fn sentinels_that_are_gone_do_not_hide_the_others() {
    let Turn { watched, .. } = &Turn::take().await;
    let gone = server::free_port();
    let url = watched.url().replace("://", &format!("://127.0.0.1:{gone},"));
    connect(&url).await.unwrap().ping().await.unwrap();
}
