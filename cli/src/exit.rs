//! How a command ends.

use std::process::ExitCode;

/// Exit codes; scripts may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something else went wrong.
    Other,
    /// The secret is not there any more, or never was: opened, burned, expired.
    Gone,
    /// The passphrase is wrong or missing. Nothing was spent.
    Passphrase,
    /// The link cannot be read: damaged, cut off, of the wrong kind, or of a newer version.
    Link,
    /// The server cannot be reached, or cannot answer just now. Nothing happened.
    Unreachable,
    /// There was no answer, and nobody can say whether it happened.
    Unknown,
    /// Too many tries or requests. Nothing happened; there is a time after which it works.
    Wait,
    /// The server wants a token, or another one.
    Token,
    /// The server does not allow this: too large, too long, too many views, or full.
    Refused,
    /// It was handed out, and does not decrypt.
    Undecryptable,
    /// A file or terminal of this machine cannot be read or written.
    Local,
    /// The program after `--` was found, and cannot be run.
    NotRunnable,
    /// The program after `--` was not found.
    NotFound,
}

/// All of them, as the manual lists them. Clap itself ends with 2 where it cannot read the
/// command line.
pub(crate) const CODES: [(Exit, u8, &str, &str); 13] = [
    (Exit::Other, 1, "other", "something else went wrong"),
    (Exit::Gone, 3, "gone", "the secret is gone: opened, burned, expired or lost, or there never was one"),
    (Exit::Passphrase, 4, "passphrase", "the passphrase is wrong or missing; the secret is unspent"),
    (Exit::Link, 5, "link", "the link is damaged, of the wrong kind, or of a newer version"),
    (Exit::Unreachable, 6, "unreachable", "the server cannot be reached; nothing happened"),
    (Exit::Unknown, 7, "outcome_unknown", "no answer: it may have happened or not"),
    (Exit::Wait, 8, "wait", "too many tries or requests; nothing happened"),
    (Exit::Token, 9, "token", "the server wants a token, or another one"),
    (Exit::Refused, 10, "refused", "the server does not allow it: size, lifetime, views, or its store is full"),
    (Exit::Undecryptable, 11, "undecryptable", "handed out, and it does not decrypt: it was changed"),
    (Exit::Local, 12, "local", "a file or terminal of this machine cannot be read or written"),
    (Exit::NotRunnable, 126, "not_runnable", "the program of --exec cannot be run; the secret is unspent"),
    (Exit::NotFound, 127, "not_found", "the program of --exec is not there; the secret is unspent"),
];

impl Exit {
    fn row(self) -> &'static (Self, u8, &'static str, &'static str) {
        CODES.iter().find(|row| row.0 == self).expect("every way to end stands in the table")
    }

    /// The number that the process ends with.
    pub(crate) fn number(self) -> u8 {
        self.row().1
    }

    /// Its stable name, for `--json`.
    pub(crate) fn name(self) -> &'static str {
        self.row().2
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.number().into()
    }
}

/// Why a command did not do what it was told to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// How the process ends.
    pub(crate) exit: Exit,
    /// What happened, as a sentence without its full stop.
    pub(crate) what: String,
    /// What to do next, as a sentence.
    pub(crate) next: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { exit, what: what.into(), next: next.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_names_them() {
        let manual = include_str!("../../docs/COMMAND_LINE.md");
        for (_, number, name, meaning) in CODES {
            let line = format!("| {number} | `{name}` | {meaning} |");
            assert!(manual.contains(&line), "{line}");
        }
    }

    #[test]
    fn no_two_ends_look_the_same() {
        for (index, row) in CODES.iter().enumerate() {
            assert!(!(0..=2).contains(&row.1) || row.0 == Exit::Other, "{row:?}");
            for other in &CODES[index + 1..] {
                assert!(row.1 != other.1 && row.2 != other.2 && row.0 != other.0, "{row:?} {other:?}");
            }
        }
    }
}
