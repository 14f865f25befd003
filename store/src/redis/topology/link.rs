//! Having scripts run, however many servers there are: the one place that repeats anything.

use super::cluster::Cluster;
use super::connect::{Connector, NotConnected};
use super::failure::{self, Trouble};
use super::node::{Asking, Door, Node, RESPONSE_TIMEOUT};
use super::script::{Call, Script};
use super::sentinel::Sentinels;
use super::tls::Trust;
use super::url::{Address, RedisUrl, Topology};
use redis::{FromRedisValue, RedisError, Value};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Before each repetition of a request that has not run. A slot on its way to another server,
/// and most failovers of a Cluster, need about that long.
const PAUSES: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(900)];
/// For how long a server may take to show that it serves: less than health checks wait.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// The way to the servers that hold the secrets.
pub(in crate::redis) struct Link {
    servers: Servers,
    tls: Option<Arc<Trust>>,
    probe: Script,
    rehearsal: Script,
    /// Removes what a rehearsal has made.
    tidying: Script,
}

enum Servers {
    One(Arc<Node>),
    Cluster(Box<Cluster>),
}

/// What a reply that says "it has not run" asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Advice {
    /// This server has the key.
    Moved(Address),
    /// This server has the key, or is just getting it.
    Ask(Address),
    /// The same server after a pause: it said TRYAGAIN, CLUSTERDOWN or LOADING.
    Later,
    /// Not there: it is a replica.
    Elsewhere,
}

impl Link {
    /// Prepares for these servers, without connecting.
    pub(in crate::redis) fn new(url: &RedisUrl, ca: Option<&Path>) -> anyhow::Result<Self> {
        let tls = if url.tls { Some(Arc::new(Trust::new(ca)?)) } else { None };
        let connector = Connector::new(&url.login, url.database, tls.clone());
        let one = |door| Servers::One(Arc::new(Node::new(door, connector.clone())));
        let servers = match &url.topology {
            Topology::Standalone => one(Door::At(url.hosts[0].clone())),
            Topology::Socket(socket) => one(Door::Socket(socket.path.clone())),
            Topology::Sentinel(master) => one(Door::Master(Sentinels {
                addresses: url.hosts.clone(),
                master: master.clone(),
                connector: Connector::new(&url.sentinel_login, 0, tls.clone()),
            })),
            Topology::Cluster => Servers::Cluster(Box::new(Cluster::new(url.hosts.clone(), connector))),
        };
        // A write that writes nothing. Whoever runs it would run a claim.
        let probe = Script::new("redis.call('GETDEL', KEYS[1])");
        let tidying = Script::new("redis.call('DEL', unpack(KEYS))");
        let rehearsal = Script::new(concat!(include_str!("../clock.lua"), include_str!("../rehearsal.lua")));
        Ok(Self { servers, tls, probe, rehearsal, tidying })
    }

    /// Whom connections from now on trust; `None` without TLS.
    pub(in crate::redis) fn trust(&self) -> Option<&Trust> {
        self.tls.as_deref()
    }

    /// Connects to all servers that hold keys.
    pub(in crate::redis) async fn connect(&self) -> Result<(), NotConnected> {
        if let Servers::Cluster(cluster) = &self.servers {
            cluster.refresh().await?;
        }
        for node in self.primaries() {
            node.ready().await?;
        }
        Ok(())
    }

    /// The servers that hold keys, as far as is known.
    pub(in crate::redis) fn primaries(&self) -> Vec<Arc<Node>> {
        match &self.servers {
            Servers::One(node) => vec![Arc::clone(node)],
            Servers::Cluster(cluster) => cluster.primaries(),
        }
    }

    /// Has a script run, once.
    pub(in crate::redis) async fn run<T: FromRedisValue>(&self, call: &Call<'_>) -> Result<T, Trouble> {
        let value = self.repeat(call, RESPONSE_TIMEOUT).await?;
        T::from_redis_value(value).map_err(|error| Trouble::Sent(RedisError::from(error)))
    }

    /// Whether every server would take a claim now.
    pub(in crate::redis) async fn probe(&self) -> Result<(), Trouble> {
        let tags = self.tags().await?;
        let all = async {
            for tag in tags {
                self.repeat(&self.probe.keys(&[format!("x:{{{tag}}}").as_bytes()]), PROBE_TIMEOUT).await?;
            }
            Ok(())
        };
        let late = || Err(NotConnected::new("Redis does not answer").into());
        tokio::time::timeout(PROBE_TIMEOUT, all).await.unwrap_or_else(|_| late())
    }

    /// Whether every server would run all that claims and the rest are made of.
    pub(in crate::redis) async fn rehearse(&self) -> Result<(), Trouble> {
        for tag in self.tags().await? {
            let call = rehearsal_call(&self.rehearsal, &tag);
            if let Err(trouble) = self.repeat(&call, RESPONSE_TIMEOUT).await {
                // Where it stopped half-way, what it had made would stay for a minute.
                let _ = self.repeat(&rehearsal_call(&self.tidying, &tag), RESPONSE_TIMEOUT).await;
                return Err(trouble);
            }
        }
        Ok(())
    }

    /// A hash tag for each server.
    async fn tags(&self) -> Result<Vec<String>, NotConnected> {
        let Servers::Cluster(cluster) = &self.servers else {
            return Ok(vec!["ready".to_owned()]);
        };
        if !cluster.map().is_whole() {
            cluster.refresh().await?;
        }
        let map = cluster.map();
        if !map.is_whole() {
            return Err(NotConnected::new("some of the Cluster's slots have no server"));
        }
        Ok(map.tags())
    }

    /// Sends a call until a server has run it, it is unknown whether one has, or patience ends.
    async fn repeat(&self, call: &Call<'_>, limit: Duration) -> Result<Value, Trouble> {
        let mut aim = None;
        let mut pauses = PAUSES.into_iter();
        loop {
            let (node, asking) = match self.aim(call, aim.take()).await {
                Ok(found) => found,
                Err(failure) => return Err(failure.into()),
            };
            let trouble = match node.call(call, asking, limit).await {
                Ok(value) => return Ok(value),
                Err(trouble) => trouble,
            };
            let advice = match &trouble {
                // Never sent, so it may be repeated; but that helps only if another server has the key.
                Trouble::NotSent(_) => self.elsewhere(call).await,
                Trouble::Sent(error) => advice(error, node.host()),
            };
            let (Some(advice), Some(pause)) = (advice, pauses.next()) else {
                return Err(trouble);
            };
            failure::log(&trouble);
            match (&self.servers, advice) {
                (Servers::Cluster(cluster), Advice::Moved(address)) => {
                    let _ = cluster.refresh().await;
                    aim = Some((address, Asking::No));
                }
                (Servers::Cluster(_), Advice::Ask(address)) => aim = Some((address, Asking::Yes)),
                (Servers::Cluster(cluster), Advice::Later | Advice::Elsewhere) => {
                    tokio::time::sleep(pause).await;
                    let _ = cluster.refresh().await;
                }
                (Servers::One(_), Advice::Later) => tokio::time::sleep(pause).await,
                (Servers::One(node), Advice::Elsewhere) => {
                    node.forget().await;
                    tokio::time::sleep(pause).await;
                }
                // A Cluster behind a URL for one server: it does not have all the keys.
                (Servers::One(_), Advice::Moved(_) | Advice::Ask(_)) => return Err(trouble),
            }
        }
    }

    /// Where to send a call.
    async fn aim(
        &self,
        call: &Call<'_>,
        redirected: Option<(Address, Asking)>,
    ) -> Result<(Arc<Node>, Asking), NotConnected> {
        match (&self.servers, redirected) {
            (Servers::One(node), _) => Ok((Arc::clone(node), Asking::No)),
            (Servers::Cluster(cluster), Some((address, asking))) => Ok((cluster.node(&address), asking)),
            (Servers::Cluster(cluster), None) => {
                if cluster.primary(call.any_key()).is_none() {
                    cluster.refresh().await?;
                }
                match cluster.primary(call.any_key()) {
                    Some(address) => Ok((cluster.node(&address), Asking::No)),
                    None => Err(NotConnected::new("this part of the Cluster has no server")),
                }
            }
        }
    }

    /// Whether another server than before has the keys now.
    async fn elsewhere(&self, call: &Call<'_>) -> Option<Advice> {
        let Servers::Cluster(cluster) = &self.servers else {
            return None;
        };
        let before = cluster.primary(call.any_key());
        cluster.refresh().await.ok()?;
        let now = cluster.primary(call.any_key())?;
        (before.as_ref() != Some(&now)).then_some(Advice::Moved(now))
    }
}

/// A call of the rehearsal, or of what tidies up after it, at the server that has this hash tag.
fn rehearsal_call<'a>(script: &'a Script, tag: &str) -> Call<'a> {
    let keys = ["s", "r", "l", "w", "x"].map(|kind| format!("{kind}:{{{tag}}}"));
    script.keys(&keys.each_ref().map(String::as_bytes))
}

/// What an error means for a repetition; nothing, unless it says that the request did not run.
fn advice(error: &RedisError, host: &str) -> Option<Advice> {
    let target = || {
        let (text, _) = error.redirect_node()?;
        let mut address = Address::of_redis(text)?;
        if address.host.is_empty() {
            host.clone_into(&mut address.host);
        }
        Some(address)
    };
    // What a script met may come after some of its writes; but for READONLY, which holds for all of them.
    let has_begun = failure::is_of_script(error);
    match failure::code(error)? {
        "READONLY" => Some(Advice::Elsewhere),
        _ if has_begun => None,
        "MOVED" => target().map(Advice::Moved),
        "ASK" => target().map(Advice::Ask),
        "TRYAGAIN" | "CLUSTERDOWN" | "LOADING" => Some(Advice::Later),
        _ => None,
    }
}
