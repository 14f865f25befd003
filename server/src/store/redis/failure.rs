//! What an error of the driver means for the request that met it.

use super::connect::NotConnected;
use crate::store::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// How far a request came that failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// There was no connection to send it on.
    #[error(transparent)]
    NotSent(#[from] NotConnected),
    /// It was sent. The error may still say that it did not run.
    #[error(transparent)]
    Sent(RedisError),
}

/// Why a change was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Redis said that it did not run it, or was never asked.
    Refused(Refusal),
    /// It may have run.
    Unknown,
}

/// Why nothing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No memory is left.
    Full,
    /// It cannot be reached, or is not in a state to write.
    Unavailable,
}

impl From<Change> for StoreError {
    fn from(change: Change) -> Self {
        match change {
            Change::Refused(_) => Self::Unavailable,
            Change::Unknown => Self::OutcomeUnknown,
        }
    }
}

/// Replies with which Redis says that a command did not run.
const DID_NOT_RUN: [&str; 6] = ["NOAUTH", "WRONGPASS", "NOPERM", "MISCONF", "BUSY", "NOREPLICAS"];

/// Judges why a request failed that changes something.
pub(super) fn of_change(trouble: &Trouble) -> Change {
    log(trouble);
    let error = match trouble {
        Trouble::NotSent(_) => return Change::Refused(Refusal::Unavailable),
        Trouble::Sent(error) => error,
    };
    if is_full(error) {
        return Change::Refused(Refusal::Full);
    }
    let refused = match error.kind() {
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::BusyLoading
                | ServerErrorKind::NoScript
                | ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly
                | ServerErrorKind::NoPerm
        ),
        _ => error.code().is_some_and(|code| DID_NOT_RUN.contains(&code)),
    };
    if refused { Change::Refused(Refusal::Unavailable) } else { Change::Unknown }
}

/// Redis 7 answers a script's refused write with `OOM …`, Redis 6 with `ERR … OOM …`.
fn is_full(error: &RedisError) -> bool {
    error.code() == Some("OOM") || error.detail().is_some_and(|detail| detail.contains("OOM command not allowed"))
}

/// Logs what went wrong: where, or its kind and code; never a command.
pub(super) fn log(trouble: &Trouble) {
    match trouble {
        Trouble::NotSent(failure) => tracing::warn!(%failure, "redis cannot be reached"),
        Trouble::Sent(error) => {
            tracing::warn!(kind = error.category(), code = error.code().unwrap_or("-"), "redis failed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redis::Value;
    use std::io;

    fn reply(text: &str) -> Change {
        let error = redis::parse_redis_value(text.as_bytes()).and_then(Value::extract_error).unwrap_err();
        of_change(&Trouble::Sent(error))
    }

    #[test]
    fn only_who_says_so_has_not_run_it() {
        assert_eq!(of_change(&NotConnected::new("gone").into()), Change::Refused(Refusal::Unavailable));
        for io in [io::ErrorKind::BrokenPipe, io::ErrorKind::TimedOut, io::ErrorKind::ConnectionRefused] {
            assert_eq!(of_change(&Trouble::Sent(io::Error::from(io).into())), Change::Unknown, "{io}");
        }
        for text in ["MOVED 1 a:1", "ASK 1 a:1", "TRYAGAIN x", "CLUSTERDOWN x", "LOADING x", "READONLY x", "MISCONF x"]
        {
            assert_eq!(reply(&format!("-{text}\r\n")), Change::Refused(Refusal::Unavailable), "{text}");
        }
        assert_eq!(reply("-OOM command not allowed\r\n"), Change::Refused(Refusal::Full));
        assert_eq!(reply("-ERR something else\r\n"), Change::Unknown);
    }
}
