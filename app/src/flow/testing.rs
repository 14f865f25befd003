//! What the flows' tests share.

use super::words::Clock;
use ashlink_core::api::{ErrorCode, State, Timestamp};
use ashlink_core::link::LinkError;
use ashlink_core::message::{Attempts, Fault, Item, Reply, Revealed, Status};

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

/// Every fault there is.
pub(super) fn all_faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::Link(LinkError::Missing),
        Fault::Link(LinkError::Damaged),
        Fault::Link(LinkError::TooNew),
        Fault::ReceiptLink,
        Fault::ShareLink,
        Fault::Strange,
        Fault::Unreachable,
        Fault::Unknown,
        Fault::OutOfMemory,
        Fault::PassphraseTooLong,
        Fault::PassphraseMissing,
        Fault::TooLong,
        Fault::Undecryptable,
        Fault::Broken,
        Fault::WrongPassphrase(Attempts::Unknown),
        Fault::WrongPassphrase(Attempts::Left(2)),
        Fault::WrongPassphrase(Attempts::LeftUntilDestroyed(1)),
        Fault::WrongPassphrase(Attempts::Wait(600)),
        Fault::TooManyAttempts(61),
        Fault::RateLimited(1),
    ];
    faults.extend(ErrorCode::ALL.iter().map(|code| Fault::Server(*code)));
    faults
}

/// A secret in some state.
pub(super) fn status(state: State) -> Status {
    Status::new(state, Timestamp::from_unix_secs(1000), 1)
}

/// A time.
pub(super) fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(secs)
}

/// What a claim handed out, readable.
pub(super) fn revealed(items: Vec<Item>, views_left: u32) -> Reply {
    Reply::Revealed(Revealed { items, is_readable: true, views_left })
}
