//! What was typed, and whether it can be sent.

use super::files::{MAX_FILES, total};
use super::generator::Kind;
use crate::flow::words::bytes;
use crate::text::{CommonText, CreateText, Texts};
use ashlink_core::api::{AttemptLimit, ErrorCode};
use ashlink_core::message::{Compose, Fault, File, Item, Request};
use ashlink_core::payload::longest_text;

/// What the server allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The shortest lifetime, in seconds.
    pub min_ttl: u64,
    /// The longest lifetime, in seconds.
    pub max_ttl: u64,
    /// The lifetime to propose, in seconds.
    pub default_ttl: u64,
    /// The most views.
    pub max_views: u64,
    /// The longest envelope, in bytes.
    pub max_envelope: u64,
    /// Whether there must be a passphrase.
    pub passphrase_required: bool,
}

impl Limits {
    /// Numbers between spaces: a parser for it costs the browser next to nothing.
    #[must_use]
    pub fn to_text(self) -> String {
        let Self { min_ttl, max_ttl, default_ttl, max_views, max_envelope, passphrase_required } = self;
        let numbers = [min_ttl, max_ttl, default_ttl, max_views, max_envelope, passphrase_required.into()];
        numbers.map(|number| number.to_string()).join(" ")
    }

    /// Reads what [`Limits::to_text`] wrote; a number that is missing is 0, and allows nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        Self {
            min_ttl: next(),
            max_ttl: next(),
            default_ttl: next(),
            max_views: next(),
            max_envelope: next(),
            passphrase_required: next() > 0,
        }
    }
}

/// A form as it was filled in.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    /// The text.
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
    /// As typed.
    Custom(String, Unit),
}

/// Units of a lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 60 seconds.
    Minutes,
    /// 60 minutes.
    Hours,
    /// 24 hours.
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

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The secret.
    Text,
    /// The number of the lifetime.
    Lifetime,
    /// The views.
    Views,
    /// The passphrase.
    Passphrase,
    /// The wrong passphrases that destroy it.
    AttemptLimit,
    /// The length of a password to be generated.
    Count,
    /// The server's token.
    Token,
}

/// Why it was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// There is no secret.
    Empty,
    /// No whole number, or out of bounds.
    Lifetime,
    /// No whole number, or out of bounds.
    Views,
    /// There is none, and there must be.
    NoPassphrase,
    /// No whole number, or out of bounds.
    AttemptLimit,
    /// More files than a secret can have.
    TooManyFiles,
    /// A file could not be read, as a folder cannot.
    Unreadable,
    /// No whole number, or out of bounds.
    Count(Kind),
    /// No password was generated: what makes it did not load, or no characters were chosen.
    Ungenerated,
    /// It failed later.
    Fault(Fault),
}

impl Form {
    /// What to ask the worker for.
    pub(super) fn check(self, limits: &Limits) -> Result<(Request, u32, String), Problem> {
        let blank = self.text.trim().is_empty();
        if blank && self.files.is_empty() {
            return Err(Problem::Empty);
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
        let passphrase = self.passphrase.trim().to_owned();
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
    fn secs(&self) -> Option<u64> {
        match self {
            Self::Preset(secs) => Some(*secs),
            Self::Custom(number, unit) => number.trim().parse::<u64>().ok()?.checked_mul(unit.secs()),
        }
    }
}

impl Problem {
    /// What has to be changed, if anything.
    #[must_use]
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::Empty => Some(Field::Text),
            Self::Lifetime => Some(Field::Lifetime),
            Self::Views => Some(Field::Views),
            Self::AttemptLimit => Some(Field::AttemptLimit),
            Self::NoPassphrase => Some(Field::Passphrase),
            Self::Count(_) => Some(Field::Count),
            Self::Fault(fault) => explain(fault).1,
            Self::TooManyFiles | Self::Unreadable | Self::Ungenerated => None,
        }
    }

    /// The words for it.
    #[must_use]
    pub fn words(self, limits: &Limits, texts: Texts<CreateText>, common: Texts<CommonText>) -> String {
        match self {
            Self::Empty => texts.get(CreateText::EmptySecret).to_owned(),
            Self::Lifetime => texts.fill(
                CreateText::BadLifetime,
                &[
                    ("min", &crate::flow::words::duration(limits.min_ttl, common)),
                    ("max", &crate::flow::words::duration(limits.max_ttl, common)),
                ],
            ),
            Self::NoPassphrase => texts.get(CreateText::NoPassphrase).to_owned(),
            Self::Views => texts.fill(CreateText::BadViews, &[("max", &limits.max_views.to_string())]),
            Self::AttemptLimit => texts.fill(
                CreateText::BadAttemptLimit,
                &[("min", &AttemptLimit::MIN.get().to_string()), ("max", &AttemptLimit::MAX.get().to_string())],
            ),
            Self::TooManyFiles => texts.fill(CreateText::TooManyFiles, &[("max", &MAX_FILES.to_string())]),
            Self::Unreadable => texts.get(CreateText::Unreadable).to_owned(),
            Self::Ungenerated => texts.get(CreateText::Ungenerated).to_owned(),
            Self::Count(kind) => {
                let bounds = kind.bounds();
                texts.fill(
                    CreateText::BadCount,
                    &[("min", &bounds.start().to_string()), ("max", &bounds.end().to_string())],
                )
            }
            Self::Fault(Fault::RateLimited(secs)) => crate::flow::words::rate_limited(secs, common),
            Self::Fault(fault) => texts.fill(explain(fault).0, &[("size", &size(limits.max_envelope))]),
        }
    }
}

/// Which words a fault gets here, and which part of the form has to be changed.
#[must_use]
pub const fn explain(fault: Fault) -> (CreateText, Option<Field>) {
    match fault {
        Fault::TooLong => (CreateText::TooLong, Some(Field::Text)),
        Fault::PassphraseTooLong => (CreateText::PassphraseTooLong, Some(Field::Passphrase)),
        Fault::OutOfMemory => (CreateText::OutOfMemory, Some(Field::Passphrase)),
        Fault::Unreachable | Fault::Unknown => (CreateText::Unreachable, None),
        Fault::RateLimited(_) => (CreateText::Unavailable, None),
        Fault::Strange => (CreateText::Strange, None),
        Fault::Server(code) => match code {
            ErrorCode::TooLarge => (CreateText::TooLong, Some(Field::Text)),
            ErrorCode::TokenRequired => (CreateText::TokenRequired, Some(Field::Token)),
            ErrorCode::TokenInvalid => (CreateText::TokenInvalid, Some(Field::Token)),
            ErrorCode::RequestTimeout => (CreateText::Unreachable, None),
            ErrorCode::StoreFull => (CreateText::StoreFull, None),
            ErrorCode::QuotaExceeded => (CreateText::QuotaExceeded, None),
            // The page sends nothing that the rules do not allow which it was opened under.
            ErrorCode::InvalidField | ErrorCode::PassphraseRequired => (CreateText::RulesChanged, None),
            ErrorCode::StoreUnavailable | ErrorCode::Overloaded | ErrorCode::OutcomeUnknown | ErrorCode::Internal => {
                (CreateText::Unavailable, None)
            }
            ErrorCode::Malformed
            | ErrorCode::WrongProof
            | ErrorCode::CrossSite
            | ErrorCode::Unknown
            | ErrorCode::MethodNotAllowed
            | ErrorCode::IdTaken
            | ErrorCode::Opened
            | ErrorCode::Destroyed
            | ErrorCode::Expired
            | ErrorCode::Lost
            | ErrorCode::UnsupportedMediaType
            | ErrorCode::TooManyAttempts
            | ErrorCode::RateLimited => (CreateText::Strange, None),
        },
        // None of these comes back from storing; if one does, this page is at fault.
        Fault::Broken
        | Fault::Link(_)
        | Fault::ReceiptLink
        | Fault::ShareLink
        | Fault::PassphraseMissing
        | Fault::WrongPassphrase(_)
        | Fault::TooManyAttempts(_)
        | Fault::Undecryptable => (CreateText::Broken, None),
    }
}

/// How much text fits into an envelope, rounded down.
fn size(max_envelope: u64) -> String {
    bytes(longest_text(usize::try_from(max_envelope).unwrap_or(usize::MAX)))
}
