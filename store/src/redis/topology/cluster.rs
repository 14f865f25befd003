//! The servers of a Cluster.
//!
//! Not the driver's client for it: there a request that is redirected during a move is two on
//! a shared connection, a server that hangs holds up the requests to all others while the
//! slots are asked for, and repeating is all or nothing.

use super::connect::{CONNECT_TIMEOUT, Connector, NotConnected};
use super::failure::{self, Trouble};
use super::node::{Asking, Door, Node};
use super::slots::{SlotMap, slot};
use super::url::Address;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// For how long a server that is not cut off may take to contradict one that is.
const SECOND_OPINION: Duration = Duration::from_millis(500);

/// What is known of a Cluster, and the connections to its primaries.
pub(in crate::redis) struct Cluster {
    connector: Connector,
    /// Where to ask when nobody else answers.
    seeds: Vec<Address>,
    nodes: Mutex<HashMap<Address, Arc<Node>>>,
    map: RwLock<Arc<SlotMap>>,
    /// When the slots were last asked for; held while they are.
    asked: tokio::sync::Mutex<Option<Instant>>,
}

impl Cluster {
    pub(in crate::redis) fn new(seeds: Vec<Address>, connector: Connector) -> Self {
        Self { connector, seeds, nodes: Mutex::default(), map: RwLock::default(), asked: tokio::sync::Mutex::default() }
    }

    /// What is known of its slots.
    pub(in crate::redis) fn map(&self) -> Arc<SlotMap> {
        Arc::clone(&self.map.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The server that has this key, as far as is known.
    pub(in crate::redis) fn primary(&self, key: &[u8]) -> Option<Address> {
        self.map().primary(slot(key)).cloned()
    }

    /// The servers that have keys.
    pub(in crate::redis) fn primaries(&self) -> Vec<Arc<Node>> {
        self.map().primaries().into_iter().map(|address| self.node(address)).collect()
    }

    /// The server at an address.
    pub(in crate::redis) fn node(&self, address: &Address) -> Arc<Node> {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let node = nodes
            .entry(address.clone())
            .or_insert_with(|| Arc::new(Node::new(Door::At(address.clone()), self.connector.clone())));
        Arc::clone(node)
    }

    /// Asks who has which slots. All that are known are asked at once and the first answer
    /// counts: a dead server must not cost its time-out, and an answer from before a change
    /// is put right by the redirections that it leads to. A server that is cut off from the
    /// others redirects nobody, so what it says counts only where nobody contradicts it.
    pub(in crate::redis) async fn refresh(&self) -> Result<(), NotConnected> {
        let since = Instant::now();
        let mut asked = self.asked.lock().await;
        if asked.is_some_and(|at| at > since) {
            return Ok(());
        }
        let mut candidates: Vec<Address> = self.map().primaries().into_iter().cloned().collect();
        candidates.extend(self.seeds.iter().filter(|seed| !candidates.contains(seed)).cloned().collect::<Vec<_>>());
        let mut answers = JoinSet::new();
        for address in candidates {
            let node = self.node(&address);
            answers.spawn(async move { ask(&node, &address).await });
        }
        let mut failure = NotConnected::new("no server of the Cluster answers");
        let mut doubtful: Option<(SlotMap, Instant)> = None;
        let map = loop {
            let next = match &doubtful {
                None => answers.join_next().await,
                Some((_, patience)) => timeout_at(*patience, answers.join_next()).await.unwrap_or(None),
            };
            match next {
                Some(Ok(Ok(View { map, is_cut_off: false }))) => break map,
                Some(Ok(Ok(view))) if doubtful.is_none() => {
                    doubtful = Some((view.map, Instant::now() + SECOND_OPINION));
                }
                Some(Ok(Err(error))) => failure = error,
                Some(_) => {}
                None => break doubtful.ok_or(failure)?.0,
            }
        };
        self.keep(map);
        *asked = Some(Instant::now());
        Ok(())
    }

    /// Takes a new map, and lets go of servers that it does not name.
    fn keep(&self, map: SlotMap) {
        let wanted = |address: &Address| map.primaries().contains(address) || self.seeds.contains(address);
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).retain(|address, _| wanted(address));
        *self.map.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(map);
    }
}

/// What one server says of the Cluster.
struct View {
    map: SlotMap,
    /// Whether it takes no writes because it does not see enough of the others.
    is_cut_off: bool,
}

async fn ask(node: &Node, address: &Address) -> Result<View, NotConnected> {
    let mut slots = redis::cmd("CLUSTER");
    slots.arg("SLOTS");
    // A write that writes nothing, to whichever server has the key: one that is cut off says so before
    // it redirects. `CLUSTER INFO` would say it too, and be a right that users do not have yet.
    let mut write = redis::cmd("GETDEL");
    write.arg("x:{ready}");
    let (slots, write) =
        tokio::join!(node.send(&slots, Asking::No, CONNECT_TIMEOUT), node.send(&write, Asking::No, CONNECT_TIMEOUT),);
    let answer = slots.map_err(|trouble| match trouble {
        Trouble::NotSent(failure) => failure,
        Trouble::Sent(error) => {
            let words = format_args!("{address} does not say who has which slots: {error}");
            match failure::code(&error) {
                // It is no server of a Cluster, or the user has no right to ask.
                Some("ERR" | "NOPERM") => NotConnected::lasting(words),
                _ => NotConnected::new(words),
            }
        }
    })?;
    let map = SlotMap::read(answer, node.host())
        .ok_or_else(|| NotConnected::new(format_args!("{address} knows no server that has slots")))?;
    let is_cut_off = matches!(&write, Err(Trouble::Sent(error)) if failure::code(error) == Some("CLUSTERDOWN"));
    Ok(View { map, is_cut_off })
}
