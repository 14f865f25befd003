//! The counts of one window of time: a caller's, its network's, and where there is no more room,
//! those of whole regions.

use crate::web::caller::Caller;
use ashlink_store::address::Prefix;
use ashlink_store::counters::{Class, Counted, Whose};
use std::collections::HashMap;

/// How many callers and networks are counted one by one. Bounds the memory that a flood from many
/// addresses takes to some megabytes.
pub(super) const MOST_COUNTS: usize = 65_536;
/// How many times a caller's limit all newcomers of a region have, once there is no room to count
/// them one by one.
pub(super) const REGION_TIMES: u64 = 64;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// Not yet told to the other processes.
    pub(super) own: u64,
    /// What all processes had when they were last asked.
    pub(super) joined: u64,
}

impl Count {
    fn total(self) -> u64 {
        self.own.saturating_add(self.joined)
    }
}

/// The counts of one window.
#[derive(Default)]
pub(super) struct Window {
    /// Windows since the Unix epoch.
    pub(super) number: u64,
    pub(super) counts: HashMap<Counted, Count>,
}

/// How many times a caller's limit its network has: in a /24 there are many customers, and many of
/// them behind each address; a /48 can be one customer with 65,536 networks.
const fn network_times(prefix: Prefix) -> u64 {
    match prefix {
        Prefix::V4(_) | Prefix::V4Network(_) => 16,
        Prefix::V6(_) | Prefix::V6Network(_) => 4,
    }
}

impl Window {
    /// Counts so much for a caller who has so much at most; says whether it was not too much, and
    /// counts nothing otherwise. A network that has too much gets no counts for further callers,
    /// so that it cannot fill the table.
    pub(super) fn add(&mut self, class: Class, caller: &Caller, by: u64, most: u64) -> bool {
        let counted = |whose| Counted { class, whose };
        let full = self.counts.len() + 2 > MOST_COUNTS;
        let region = (counted(Whose::Region(caller.region)), most.saturating_mul(REGION_TIMES));
        let charges = [
            (counted(Whose::Caller(caller.tag)), most),
            (counted(Whose::Network(caller.network)), most.saturating_mul(network_times(caller.prefix))),
        ]
        .map(|charge| if full && !self.counts.contains_key(&charge.0) { region } else { charge });
        let [own, network] = charges;
        let charges = if own == network { &charges[..1] } else { &charges[..] };
        let fits = |&(counted, most): &(Counted, u64)| {
            let total = self.counts.get(&counted).copied().unwrap_or_default().total();
            total.saturating_add(by) <= most
        };
        if !charges.iter().all(fits) {
            return false;
        }
        for (counted, _) in charges {
            self.counts.entry(*counted).or_default().own += by;
        }
        true
    }
}
