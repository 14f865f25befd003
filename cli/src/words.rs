//! What a fault means at a terminal: how the process ends, what happened, and what to do next.

use crate::exit::{Exit, Failure};
use crate::report::span;
use ashlink_core::api::ErrorCode;
use ashlink_core::link::LinkError;
use ashlink_core::message::{Attempts, Fault};

/// What was being done when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Storing a secret.
    Sending,
    /// Looking at a secret, opening or destroying it.
    Reading,
}

fn say(exit: Exit, what: impl Into<String>, next: impl Into<String>) -> Failure {
    Failure::new(exit, what, next)
}

/// In words. `why` is what the network said, where it said something.
pub(crate) fn failure(fault: Fault, doing: Doing, why: &str) -> Failure {
    match fault {
        Fault::Link(LinkError::Missing) => {
            say(Exit::Link, "the link has no key", "Give the whole link, with the part after #, in quotation marks.")
        }
        Fault::Link(LinkError::Damaged) => say(
            Exit::Link,
            "the link is damaged: something of it is missing or changed",
            "Copy the whole link again. The secret was not touched.",
        ),
        Fault::Link(LinkError::TooNew) => say(
            Exit::Link,
            "the link was created by a newer version of Ashlink",
            "Update ashlink, or open it in a browser.",
        ),
        Fault::ReceiptLink => say(
            Exit::Link,
            "this is the receipt link, which cannot open the secret",
            "Ask for the share link, which has /s#, or use `ashlink status` with this one.",
        ),
        Fault::ShareLink => {
            say(Exit::Link, "this is the share link, not the receipt link", "Give the receipt link, which has /m#.")
        }
        Fault::Server(code) => server(code, doing),
        Fault::Strange => {
            say(Exit::Unreachable, "this is not an Ashlink server", "Check the address, and any proxies on the way.")
        }
        Fault::WrongPassphrase(attempts) => say(Exit::Passphrase, "the passphrase is wrong", attempts_left(attempts)),
        Fault::TooManyAttempts(secs) => say(
            Exit::Wait,
            "there were too many failed attempts",
            format!("Try again in {}. The secret is unspent.", span(secs.into())),
        ),
        Fault::RateLimited(secs) => {
            say(Exit::Wait, "the server got too many requests", format!("Try again in {}.", span(secs.into())))
        }
        Fault::Unreachable => say(
            Exit::Unreachable,
            if why.is_empty() {
                "no answer from the server".to_owned()
            } else {
                format!("no answer from the server: {why}")
            },
            match doing {
                Doing::Sending => {
                    "Check the address and the network, and run it again. Nobody has the link of this run."
                }
                Doing::Reading => "Check the address and the network, and run it again.",
            },
        ),
        Fault::Unknown => say(
            Exit::Unknown,
            "the connection broke before an answer came, and the view may have been spent",
            "Run `ashlink lookup` with the link: if it says opened, ask the sender for a new one.",
        ),
        Fault::OutOfMemory => say(
            Exit::Other,
            "there is not enough memory for the passphrase",
            "64 MiB is needed; free some and run it again.",
        ),
        Fault::PassphraseTooLong => {
            say(Exit::Passphrase, "the passphrase is too long", "It can have at most 1,024 bytes.")
        }
        Fault::PassphraseMissing => say(
            Exit::Passphrase,
            "this link needs a passphrase",
            "Run it at a terminal, or give --passphrase-file. The secret is unspent.",
        ),
        Fault::TooLong => {
            say(Exit::Refused, "the secret is too large for this server", "Send less, or ask its operator.")
        }
        Fault::Undecryptable => say(
            Exit::Undecryptable,
            "what the server handed out does not decrypt: it was changed on the way or in the store",
            "Ask the sender for a new link, and tell the server's operator.",
        ),
        Fault::Broken => {
            say(Exit::Other, "this machine provides no random numbers, or too little memory", "Run it again.")
        }
    }
}

/// How many attempts are left after a failed one, and what comes then.
pub(crate) fn attempts_left(attempts: Attempts) -> String {
    match attempts {
        Attempts::Unknown => "Try another. The secret is unspent.".to_owned(),
        Attempts::Left(1) => "One attempt left, then you have to wait. The secret is unspent.".to_owned(),
        Attempts::Left(n) => format!("{n} attempts left, then you have to wait. The secret is unspent."),
        Attempts::LeftUntilDestroyed(1) => "One attempt left, then the secret is destroyed.".to_owned(),
        Attempts::LeftUntilDestroyed(n) => format!("{n} attempts left, then the secret is destroyed."),
        Attempts::Wait(secs) => {
            format!("The next attempt is possible in {}. The secret is unspent.", span(secs.into()))
        }
    }
}

fn server(code: ErrorCode, doing: Doing) -> Failure {
    match code {
        ErrorCode::Unknown => say(
            Exit::Gone,
            "there is no such secret on this server",
            "It ended some time ago, or the address is not that of its server. Ask the sender for a new link.",
        ),
        ErrorCode::Opened => say(Exit::Gone, "it was opened already", "If that was not you, tell the sender at once."),
        ErrorCode::Destroyed => say(Exit::Gone, "it was destroyed", "Ask the sender for a new link."),
        ErrorCode::Expired => say(Exit::Gone, "it has expired", "Ask the sender for a new link."),
        ErrorCode::Lost => say(Exit::Gone, "the server lost it before it expired", "Ask the sender for a new link."),
        ErrorCode::StoreUnavailable | ErrorCode::Overloaded => {
            say(Exit::Unreachable, "the server is unavailable; nothing happened", "Run it again in a minute.")
        }
        ErrorCode::RequestTimeout => say(
            Exit::Unreachable,
            "the connection is too slow: what was sent did not arrive in time; nothing happened",
            "Send less at once, or use a faster connection.",
        ),
        ErrorCode::StoreFull => say(
            Exit::Refused,
            "the server's store is full; nothing was stored",
            "Run it again later, or tell the server's operator.",
        ),
        ErrorCode::QuotaExceeded => say(
            Exit::Refused,
            "your address has used up its share of this server's storage; nothing was stored",
            "Run it again when some secrets have been opened or have expired, or ask the server's operator.",
        ),
        ErrorCode::TooLarge => {
            say(Exit::Refused, "the secret is too large for this server", "Send less, or ask its operator.")
        }
        ErrorCode::InvalidField | ErrorCode::PassphraseRequired => {
            say(Exit::Refused, "the server does not allow this", "Its rules may have changed meanwhile: run it again.")
        }
        ErrorCode::OutcomeUnknown | ErrorCode::Internal if doing == Doing::Sending => say(
            Exit::Unknown,
            "the server could not say whether the secret was stored",
            "Run it again; the first link was shown to nobody.",
        ),
        ErrorCode::OutcomeUnknown | ErrorCode::Internal => say(
            Exit::Unknown,
            "the server could not say whether it was done",
            "Run `ashlink lookup` or `ashlink status` to see.",
        ),
        ErrorCode::TokenRequired => token_missing(),
        ErrorCode::TokenInvalid => say(
            Exit::Token,
            "the server does not know this token",
            "Check that all of it was copied, or ask the server's operator for a new one. Nothing was sent.",
        ),
        ErrorCode::TooManyAttempts | ErrorCode::RateLimited => {
            say(Exit::Wait, "the server got too many requests", "Try again in a minute.")
        }
        ErrorCode::Malformed
        | ErrorCode::WrongProof
        | ErrorCode::CrossSite
        | ErrorCode::MethodNotAllowed
        | ErrorCode::IdTaken
        | ErrorCode::UnsupportedMediaType => say(
            Exit::Other,
            format!("the server refused it ({})", code.as_str()),
            "Server and ashlink may be of different versions: update the older one.",
        ),
    }
}

/// What a token is needed for, and where to put it.
pub(crate) fn token_missing() -> Failure {
    Failure::new(
        Exit::Token,
        "this server requires a token to create links",
        "Ask its operator for one, and give it with --token-file or ASHLINK_TOKEN.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_slow_a_line_is_told_as_that() {
        let Failure { what, next, .. } = server(ErrorCode::RequestTimeout, Doing::Sending);
        assert!(what.contains("too slow") && next.contains("Send less"), "{what}: {next}");
    }
}
