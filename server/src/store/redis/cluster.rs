//! The servers of a Cluster.
//!
//! Not the driver's client for it: there a request that is redirected during a move is two on
//! a shared connection, a server that hangs holds up the requests to all others while the
//! slots are asked for, and repeating is all or nothing.

use super::connect::{CONNECT_TIMEOUT, Connector, NotConnected};
use super::failure::Trouble;
use super::node::{Asking, Door, Node};
use super::slots::{SlotMap, slot};
use super::url::Address;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What is known of a Cluster, and the connections to its primaries.
pub(super) struct Cluster {
    connector: Connector,
    /// Where to ask when nobody else answers.
    seeds: Vec<Address>,
    nodes: Mutex<HashMap<Address, Arc<Node>>>,
    map: RwLock<Arc<SlotMap>>,
    /// When the slots were last asked for; held while they are.
    asked: tokio::sync::Mutex<Option<Instant>>,
}

impl Cluster {
    pub(super) fn new(seeds: Vec<Address>, connector: Connector) -> Self {
        Self { connector, seeds, nodes: Mutex::default(), map: RwLock::default(), asked: tokio::sync::Mutex::default() }
    }

    /// What is known of its slots.
    pub(super) fn map(&self) -> Arc<SlotMap> {
        Arc::clone(&self.map.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The server that has this key, as far as is known.
    pub(super) fn primary(&self, key: &[u8]) -> Option<Address> {
        self.map().primary(slot(key)).cloned()
    }

    /// The servers that have keys.
    pub(super) fn primaries(&self) -> Vec<Arc<Node>> {
        self.map().primaries().into_iter().map(|address| self.node(address)).collect()
    }

    /// The server at an address.
    pub(super) fn node(&self, address: &Address) -> Arc<Node> {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let node = nodes
            .entry(address.clone())
            .or_insert_with(|| Arc::new(Node::new(Door::At(address.clone()), self.connector.clone())));
        Arc::clone(node)
    }

    /// Asks who has which slots. All that are known are asked at once and the first answer
    /// counts: a dead server must not cost its time-out, and an answer from before a change
    /// is put right by the redirections that it leads to.
    pub(super) async fn refresh(&self) -> Result<(), NotConnected> {
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
        while let Some(answer) = answers.join_next().await {
            match answer {
                Ok(Ok(map)) => {
                    self.keep(map);
                    *asked = Some(Instant::now());
                    return Ok(());
                }
                Ok(Err(error)) => failure = error,
                Err(_) => {}
            }
        }
        Err(failure)
    }

    /// Takes a new map, and lets go of servers that it does not name.
    fn keep(&self, map: SlotMap) {
        let wanted = |address: &Address| map.primaries().contains(address) || self.seeds.contains(address);
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).retain(|address, _| wanted(address));
        *self.map.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(map);
    }
}

async fn ask(node: &Node, address: &Address) -> Result<SlotMap, NotConnected> {
    let mut command = redis::cmd("CLUSTER");
    command.arg("SLOTS");
    let answer = match node.send(&command, Asking::No, CONNECT_TIMEOUT).await {
        Ok(answer) => answer,
        Err(Trouble::NotSent(failure)) => return Err(failure),
        Err(Trouble::Sent(error)) => {
            return Err(NotConnected::new(format_args!("{address} does not say who has which slots: {error}")));
        }
    };
    SlotMap::read(answer, node.host())
        .ok_or_else(|| NotConnected::new(format_args!("{address} knows no server that has slots")))
}
