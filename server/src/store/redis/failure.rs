//! What an error of the driver means for the request that met it.

use crate::store::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

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

/// Judges an error of a request that changes something.
pub(super) fn of_change(error: &RedisError) -> Change {
    log(error);
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
        ErrorKind::AuthenticationFailed | ErrorKind::InvalidClientConfig => true,
        // A refused connection never carried the request, nor did one to a name that leads nowhere.
        ErrorKind::Io => error.is_connection_refusal() || is_lookup(error),
        _ => error.code().is_some_and(|code| DID_NOT_RUN.contains(&code)),
    };
    if refused { Change::Refused(Refusal::Unavailable) } else { Change::Unknown }
}

/// Redis 7 answers a script's refused write with `OOM …`, Redis 6 with `ERR … OOM …`.
fn is_full(error: &RedisError) -> bool {
    error.code() == Some("OOM") || error.detail().is_some_and(|detail| detail.contains("OOM command not allowed"))
}

/// Logs what went wrong: its kind and code, never a command.
pub(super) fn log(error: &RedisError) {
    tracing::warn!(kind = error.category(), code = error.code().unwrap_or("-"), "redis failed");
}
/// Whether the server's name was not found, as it is while a container of that name is stopped.
/// The standard library has no kind for it, only these words.
fn is_lookup(error: &RedisError) -> bool {
    error.to_string().contains("failed to lookup address information")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_leads_nowhere_was_never_asked() {
        let error = tokio::net::lookup_host("nowhere.invalid:6379").await.map(Iterator::count).unwrap_err();
        assert_eq!(of_change(&RedisError::from(error)), Change::Refused(Refusal::Unavailable));
        let broken = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        assert_eq!(of_change(&RedisError::from(broken)), Change::Unknown);
    }
}
