//! What became of a secret, for people and for programs.

use ashlink_core::api::{DestroyedBy, State, Timestamp};
use ashlink_core::message::Status;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// As JSON, in the API's words.
pub(crate) fn json(passphrase: Option<bool>, status: &Status) -> serde_json::Value {
    let mut json = json!(Status { size: None, ..status.clone() });
    if let Some(asks) = passphrase {
        json["passphrase"] = asks.into();
    }
    json
}

/// A fact on each line, for people; `passphrase` is `None` where the link does not say.
pub(crate) fn sentences(passphrase: Option<bool>, status: &Status, now: i64) -> String {
    let mut text = match status.state {
        State::Waiting => "waiting to be opened".to_owned(),
        State::Opened => "opened".to_owned(),
        State::Destroyed => match status.destroyed_by {
            Some(DestroyedBy::Sender) => "destroyed by the sender".to_owned(),
            Some(DestroyedBy::Recipient) => "destroyed by the recipient".to_owned(),
            Some(DestroyedBy::FailedAttempts) => "destroyed after too many failed attempts".to_owned(),
            None => "destroyed".to_owned(),
        },
        State::Expired => "expired".to_owned(),
        State::Lost => "lost: the server lost it before it expired".to_owned(),
    };
    let mut line = |name: &str, what: String| text.push_str(&format!("\n{name:<8} {what}"));
    if let Some(created) = status.created_at {
        line("created", time(created.unix_secs(), now));
    }
    for opened in &status.opened_at {
        line("opened", time(opened.unix_secs(), now));
    }
    if status.state == State::Waiting {
        line("expires", time(status.expires_at.unix_secs(), now));
        line("views", format!("{} left", status.views_left));
    } else if let Some(ended) = status.ended_at {
        line("ended", time(ended.unix_secs(), now));
    }
    if let (State::Waiting, Some(asks)) = (status.state, passphrase) {
        line("opens", if asks { "with a passphrase" } else { "without a passphrase" }.to_owned());
    }
    if let (State::Waiting, Some(attempts)) = (status.state, status.attempts_left) {
        line("limit", format!("destroyed after {}", counted(attempts, "more failed attempt")));
    }
    if let (Some(attempts @ 1..), Some(at)) = (status.failed_attempts, status.last_failed_at) {
        line("failed", format!("{}, the last {}", counted(attempts, "attempt"), time(at.unix_secs(), now)));
    }
    if let Some(until) = status.attempts_paused_until {
        line("paused", format!("nobody can open it until {}", time(until.unix_secs(), now)));
    }
    text
}

/// A number of things, such as `1 view` and `2 views`.
pub(crate) fn counted(number: impl Into<u64>, name: &str) -> String {
    let number = number.into();
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

/// Unix seconds as the API writes them (RFC 3339, UTC); `None` beyond the year 9999.
pub(crate) fn rfc3339(secs: i64) -> Option<String> {
    serde_json::to_value(Timestamp::from_unix_secs(secs)).ok()?.as_str().map(str::to_owned)
}

/// A time, and how far it is.
pub(crate) fn time(secs: i64, now: i64) -> String {
    let text = rfc3339(secs).unwrap_or_else(|| "after the year 9999".to_owned());
    let distance = span(secs.abs_diff(now));
    if secs > now { format!("{text} (in {distance})") } else { format!("{text} ({distance} ago)") }
}

/// A span of seconds in its two largest units.
pub(crate) fn span(secs: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let mut rest = secs;
    let mut parts = Vec::new();
    for (len, name) in UNITS {
        let number = rest / len;
        rest %= len;
        if number > 0 {
            parts.push(counted(number, name));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

/// This device's clock, in Unix seconds.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units() {
        for (secs, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (61, "1 minute 1 second"),
            (3600, "1 hour"),
            (3661, "1 hour 1 minute"),
            (86_400 + 59, "1 day"),
            (604_799, "6 days 23 hours"),
        ] {
            assert_eq!(span(secs), text);
        }
    }

    #[test]
    fn times_are_told_with_their_distance() {
        assert_eq!(time(1_795_356_180, 1_795_356_000), "2026-11-22T14:03:00Z (in 3 minutes)");
        assert_eq!(time(1_795_356_180, 1_795_356_181), "2026-11-22T14:03:00Z (1 second ago)");
    }
}
