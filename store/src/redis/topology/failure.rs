//! What an error of the driver means for the request that met it.

use super::connect::NotConnected;
use crate::StoreError;
use redis::RedisError;

/// How far a request came that failed.
#[derive(Debug, thiserror::Error)]
pub(in crate::redis) enum Trouble {
    /// There was no connection to send it on.
    #[error(transparent)]
    NotSent(#[from] NotConnected),
    /// It was sent. The error may still say that it did not run.
    #[error(transparent)]
    Sent(RedisError),
}

/// Why a change was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redis) enum Change {
    /// Redis said that it did not run it, or was never asked.
    Refused(Refusal),
    /// It may have run.
    Unknown,
}

/// Why nothing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redis) enum Refusal {
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

/// Codes of replies that come in place of a script: nothing has run.
const NOT_BEGUN: [&str; 11] = [
    "ASK",
    "BUSY",
    "CLUSTERDOWN",
    "LOADING",
    "MASTERDOWN",
    "MOVED",
    "NOAUTH",
    "NOPERM",
    "NOSCRIPT",
    "TRYAGAIN",
    "WRONGPASS",
];

/// Codes of replies that say why nothing can be written now, and so nothing was.
///
/// Redis asks for them at each write of a script, but what they depend on (the role, the disk, the
/// replicas) only changes between two commands of its callers, and a script is one: nothing comes
/// between its writes. Where it may do the first one, it may do all. Memory is asked for at the first
/// write alone. It is otherwise with rights, which a user has for one command and not for another:
/// a script that lacks one (`NOPERM`) may have written before.
const NOT_WRITTEN: [&str; 4] = ["MISCONF", "NOREPLICAS", FULL, "READONLY"];

/// The code of "no memory is left".
const FULL: &str = "OOM";

/// Judges why a request failed that changes something.
pub(in crate::redis) fn of_change(trouble: &Trouble) -> Change {
    log(trouble);
    judge(trouble)
}

/// Whether a script failed at the keys that it was about, and would do its work at others: the server has
/// answered, with none of the refusals that hold for all of them.
pub(in crate::redis) fn is_of_keys(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Sent(error) if error.code().is_some()) && judge(trouble) == Change::Unknown
}

fn judge(trouble: &Trouble) -> Change {
    let error = match trouble {
        Trouble::NotSent(_) => return Change::Refused(Refusal::Unavailable),
        Trouble::Sent(error) => error,
    };
    match code(error) {
        Some(FULL) => Change::Refused(Refusal::Full),
        Some(code) if NOT_WRITTEN.contains(&code) => Change::Refused(Refusal::Unavailable),
        Some(code) if NOT_BEGUN.contains(&code) && !is_of_script(error) => Change::Refused(Refusal::Unavailable),
        _ => Change::Unknown,
    }
}

/// The code of a server's error. Redis 6.2 hides the one that a script's command met behind its own.
pub(in crate::redis) fn code(error: &RedisError) -> Option<&str> {
    let code = error.code()?;
    let hidden = if code == "ERR" { error.detail().and_then(hidden_code) } else { None };
    Some(hidden.unwrap_or(code))
}

/// `READONLY`, in `Error running script (call to f_…): @user_script:7: @user_script: 7: -READONLY You can't …`.
fn hidden_code(detail: &str) -> Option<&str> {
    let (place, refusal) = detail.strip_prefix("Error running script (call to f_")?.split_once(": -")?;
    let (_, line) = place.rsplit_once(": @user_script: ")?;
    line.parse::<u32>().ok()?;
    refusal.split(' ').next()
}

/// Whether the error was met within a script. Redis 7 and Valkey name its line after the words.
pub(in crate::redis) fn is_of_script(error: &RedisError) -> bool {
    error.detail().is_some_and(|detail| detail.contains(" on @user_script:"))
}

/// Logs what went wrong: where, or its kind and code; never a command.
pub(in crate::redis) fn log(trouble: &Trouble) {
    match trouble {
        Trouble::NotSent(failure) => tracing::warn!(%failure, "redis cannot be reached"),
        Trouble::Sent(error) => {
            tracing::warn!(kind = error.category(), code = code(error).unwrap_or("-"), "redis failed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redis::Value;
    use std::io;

    fn error(text: &str) -> RedisError {
        redis::parse_redis_value(format!("-{text}\r\n").as_bytes()).and_then(Value::extract_error).unwrap_err()
    }

    fn reply(text: &str) -> Change {
        of_change(&Trouble::Sent(error(text)))
    }

    #[test]
    fn only_who_says_so_has_not_run_it() {
        assert_eq!(of_change(&NotConnected::new("gone").into()), Change::Refused(Refusal::Unavailable));
        for io in [io::ErrorKind::BrokenPipe, io::ErrorKind::TimedOut, io::ErrorKind::ConnectionRefused] {
            assert_eq!(of_change(&Trouble::Sent(io::Error::from(io).into())), Change::Unknown, "{io}");
        }
        for text in ["MOVED 1 a:1", "ASK 1 a:1", "TRYAGAIN x", "CLUSTERDOWN x", "LOADING x", "READONLY x", "MISCONF x"]
        {
            assert_eq!(reply(text), Change::Refused(Refusal::Unavailable), "{text}");
        }
        assert_eq!(reply("OOM command not allowed"), Change::Refused(Refusal::Full));
        assert_eq!(reply("ERR something else"), Change::Unknown);
    }

    /// As 6.2.14 says it.
    const IN_6_2: &str =
        "ERR Error running script (call to f_b8b080afbae281441c73f71c60c402276643c7c1): @user_script:1: ";
    /// As 7.0.15 says it, and Valkey 9.1.2.
    const IN_7_0: &str = " script: b8b080afbae281441c73f71c60c402276643c7c1, on @user_script:1.";
    const IN_VALKEY: &str = " script: on @user_script:1.";

    #[test]
    fn a_write_that_a_script_was_refused_is_read_in_every_version() {
        for (words, expected) in [
            ("NOREPLICAS Not enough good replicas to write.", Refusal::Unavailable),
            ("READONLY You can't write against a read only replica.", Refusal::Unavailable),
            ("MISCONF Redis is configured to save RDB snapshots, but: it - cannot", Refusal::Unavailable),
            ("OOM command not allowed when used memory > 'maxmemory'.", Refusal::Full),
        ] {
            let first = words.split(' ').next();
            let in_6_2 = format!("{IN_6_2}@user_script: 1: -{words}");
            for text in [in_6_2, format!("{words}{IN_7_0}"), format!("{words}{IN_VALKEY}")] {
                assert_eq!(reply(&text), Change::Refused(expected), "{text}");
                assert_eq!(code(&error(&text)), first, "{text}");
            }
        }
    }

    #[test]
    fn a_script_that_failed_at_its_keys_would_not_fail_at_others() {
        let is_of_keys = |text: &str| is_of_keys(&Trouble::Sent(error(text)));
        for words in ["WRONGTYPE Operation against a key", "ERR value is not an integer or out of range"] {
            for text in [format!("{IN_6_2}{words}"), format!("{words}{IN_7_0}"), format!("{words}{IN_VALKEY}")] {
                assert!(is_of_keys(&text), "{text}");
            }
        }
        for text in ["LOADING x", "NOAUTH x", "READONLY x", "MOVED 1 a:1", "OOM x", "NOPERM no 'evalsha'"] {
            assert!(!is_of_keys(text), "{text}");
        }
        let io = io::Error::from(io::ErrorKind::TimedOut);
        assert!(!super::is_of_keys(&Trouble::Sent(io.into())));
        assert!(!super::is_of_keys(&NotConnected::new("gone").into()));
    }

    #[test]
    fn what_can_stop_a_script_in_the_middle_is_unknown() {
        for text in [
            format!("{IN_6_2}WRONGTYPE Operation against a key holding the wrong kind of value"),
            format!("{IN_6_2}@user_script: 1: The user executing the script can't run this command or subcommand"),
            format!("{IN_6_2}user_script:1: READONLY as an error of the script's own"),
            format!("{IN_6_2}user_script:1: at 5: -READONLY as well"),
            format!("ERR The user executing the script can't run this command or subcommand{IN_7_0}"),
            format!("NOPERM The user executing the script can't run this command or subcommand{IN_7_0}"),
            format!("NOPERM ACL failure in script: no permissions{IN_VALKEY}"),
            format!("ERR ACL failure in script: User default has no permissions to run the 'hget' command{IN_VALKEY}"),
            format!("WRONGTYPE Operation against a key holding the wrong kind of value{IN_7_0}"),
        ] {
            assert_eq!(reply(&text), Change::Unknown, "{text}");
        }
        let evalsha = "NOPERM this user has no permissions to run the 'evalsha' command or its subcommand";
        assert_eq!(reply(evalsha), Change::Refused(Refusal::Unavailable), "it has not begun");
    }
}
