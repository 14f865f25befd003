//! What was typed, and whether it can be sent.

use super::content::Content;
use super::files::total;
use super::limits::Limits;
use super::problem::Problem;
use ashlink_core::api::{AttemptLimit, ErrorCode};
use ashlink_core::message::{Compose, Fault, File, Item, Request};
use ashlink_core::passphrase::leaves_nothing;

/// A form as it was filled in.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    /// What is to be sent.
    pub content: Content,
    /// The text as typed; left out where it is only white space.
    pub text: String,
    /// What is attached.
    pub files: Vec<File>,
    /// The passphrase, empty for none.
    pub passphrase: String,
    /// How long it lives.
    pub lifetime: Lifetime,
    /// How often it can be read, as typed.
    pub views: String,
    /// After how many wrong passphrases it is destroyed, as typed; `None` for never.
    pub attempt_limit: Option<String>,
    /// The server's token, empty for none.
    pub token: String,
    /// Whether the form asks for it.
    pub asks_token: bool,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form(…)")
    }
}

/// How long a secret lives, as chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifetime {
    /// One of those proposed, in seconds.
    Preset(u64),
    /// A number as typed, not checked yet, and its unit.
    Custom(String, Unit),
}

/// Units of a lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 60 seconds; no server allows a shorter lifetime.
    Minutes,
    /// 60 minutes.
    Hours,
    /// Always 24 hours, also where clocks change.
    Days,
}

impl Unit {
    /// One of it, in seconds.
    #[must_use]
    pub const fn secs(self) -> u64 {
        match self {
            Self::Minutes => 60,
            Self::Hours => 60 * 60,
            Self::Days => 24 * 60 * 60,
        }
    }
}

impl Form {
    /// What to ask the worker for.
    pub(super) fn check(self, limits: &Limits) -> Result<(Request, u32, String), Problem> {
        let blank = self.text.trim().is_empty();
        if blank && self.files.is_empty() {
            return Err(self.content.missing());
        }
        let ttl = self.lifetime.secs().ok_or(Problem::Lifetime)?;
        if !(limits.min_ttl..=limits.max_ttl).contains(&ttl) {
            return Err(Problem::Lifetime);
        }
        let views: u32 = self.views.trim().parse().map_err(|_| Problem::Views)?;
        if !(1..=limits.max_views).contains(&u64::from(views)) {
            return Err(Problem::Views);
        }
        // What is far too long never leaves the page; the worker knows the exact limit.
        if self.text.len() as u64 + total(&self.files) > limits.max_envelope {
            return Err(Problem::Fault(Fault::TooLong));
        }
        let passphrase = if leaves_nothing(&self.passphrase) { "" } else { self.passphrase.trim() }.to_owned();
        if limits.passphrase_required && passphrase.is_empty() {
            return Err(Problem::NoPassphrase);
        }
        // Without a passphrase there is none to be guessed.
        let attempt_limit = match self.attempt_limit.filter(|_| !passphrase.is_empty()) {
            None => None,
            Some(number) => {
                let number = number.trim().parse().map_err(|_| Problem::AttemptLimit)?;
                Some(AttemptLimit::new(number).map_err(|_| Problem::AttemptLimit)?.get())
            }
        };
        let token = self.token.trim().to_owned();
        // As the server would say, after all of it was sent.
        if self.asks_token && token.is_empty() {
            return Err(Problem::Fault(Fault::Server(ErrorCode::TokenRequired)));
        }
        let text = (!blank).then_some(Item::Text(self.text));
        let request = Request::Create(Compose {
            items: text.into_iter().chain(self.files.into_iter().map(Item::File)).collect(),
            passphrase: passphrase.clone(),
            ttl,
            views,
            attempt_limit,
            max_envelope: limits.max_envelope,
            token,
        });
        Ok((request, views, passphrase))
    }
}

impl Lifetime {
    pub(super) fn secs(&self) -> Option<u64> {
        match self {
            Self::Preset(secs) => Some(*secs),
            Self::Custom(number, unit) => number.trim().parse::<u64>().ok()?.checked_mul(unit.secs()),
        }
    }
}
