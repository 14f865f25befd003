//! What the flows' tests share.

use super::words::Clock;
use ashlink_core::api::{State, Timestamp};
use ashlink_core::message::{Item, Reply, Revealed, Status};

/// A clock that writes numbers.
pub(super) struct Numbers;

impl Clock for Numbers {
    fn moment(&self, unix_secs: i64) -> String {
        format!("at {unix_secs}")
    }

    fn moment_anywhere(&self, unix_secs: i64) -> String {
        format!("anywhere {unix_secs}")
    }

    fn ago(&self, unix_secs: i64) -> String {
        format!("ago {unix_secs}")
    }
}

/// A secret in some state.
pub(super) fn status(state: State) -> Status {
    Status::new(state, Timestamp::from_unix_secs(1000), 1)
}

pub(super) fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(secs)
}

/// What a claim handed out, readable.
pub(super) fn revealed(items: Vec<Item>, views_left: u32) -> Reply {
    Reply::Revealed(Revealed { items, is_readable: true, views_left })
}
