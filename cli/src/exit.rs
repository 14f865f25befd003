//! How a command ends.

use std::process::ExitCode;

macro_rules! exits {
    ($($name:ident = $number:literal, $text:literal, $meaning:literal;)*) => {
        /// Exit codes; scripts may rely on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Exit {
            $(#[doc = $meaning] $name,)*
        }

        /// All of them, with number, name and meaning, as the manual lists them. Clap itself ends with
        /// 2 where it cannot read the command line.
        pub(crate) const CODES: &[(Exit, u8, &str, &str)] = &[$((Exit::$name, $number, $text, $meaning),)*];

        impl Exit {
            /// The number that the process ends with.
            pub(crate) const fn number(self) -> u8 {
                match self { $(Self::$name => $number,)* }
            }

            /// Its stable name, for `--json`.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

exits! {
    Other = 1, "other", "something else went wrong";
    Gone = 3, "gone", "there is no secret to open: opened, destroyed, expired or lost, or there never was one";
    Passphrase = 4, "passphrase", "the passphrase is wrong or missing; the secret is unspent";
    Link = 5, "link", "the link is damaged, of the wrong kind, or of a newer version";
    Unreachable = 6, "unreachable", "the server cannot be reached; nothing happened";
    Unknown = 7, "outcome_unknown", "no answer: it may or may not have happened";
    Wait = 8, "wait", "too many failed attempts or requests; nothing happened";
    Token = 9, "token", "the server demands a token, or another one";
    Refused = 10, "refused", "the server does not allow the size, the lifetime or the views, or its store is full";
    Undecryptable = 11, "undecryptable", "the server handed it out, but it does not decrypt: it was changed";
    Local = 12, "local", "a file or terminal of this machine cannot be read or written";
    Different = 13, "different", "the server does not serve the page of its release";
    NotRunnable = 126, "not_runnable", "the program of --exec cannot be run; the secret is unspent";
    NotFound = 127, "not_found", "the program of --exec does not exist; the secret is unspent";
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
