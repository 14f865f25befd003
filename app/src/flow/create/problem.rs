//! Why a secret was not stored, and the words for it.

use super::generator::Kind;
use super::limits::{Limits, MAX_FILES};
use crate::flow::words::{bytes, duration, rate_limited};
use crate::text::{CommonText, CreateText, Texts};
use ashlink_core::api::{AttemptLimit, ErrorCode};
use ashlink_core::message::Fault;
use ashlink_core::payload::longest_text;

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The text area; also where text and files together are too large.
    Text,
    /// The button that chooses files.
    Files,
    /// The number of the lifetime.
    Lifetime,
    /// How often the secret can be opened: from 1 to what the server allows.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no secret.
    Empty,
    /// There is no file where files were to be sent, nor a text.
    NoFiles,
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
    /// The files of these names were left out: with them it would be too large.
    NotAttached(Vec<String>),
    /// The file of this name could not be read, as a folder cannot.
    Unreadable(String),
    /// No whole number, or out of bounds.
    Count(Kind),
    /// No password was generated: what makes it did not load, or no characters were chosen.
    Ungenerated,
    /// No passphrase was generated: what makes it did not load.
    NoWords,
    /// The person cancelled it.
    Cancelled,
    /// It failed later.
    Fault(Fault),
}

impl Problem {
    /// What has to be changed, if anything.
    #[must_use]
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::Empty => Some(Field::Text),
            Self::NoFiles => Some(Field::Files),
            Self::Lifetime => Some(Field::Lifetime),
            Self::Views => Some(Field::Views),
            Self::AttemptLimit => Some(Field::AttemptLimit),
            Self::NoPassphrase | Self::NoWords => Some(Field::Passphrase),
            Self::Count(_) => Some(Field::Count),
            Self::Fault(fault) => explain(*fault).1,
            Self::TooManyFiles | Self::NotAttached(_) | Self::Unreadable(_) | Self::Ungenerated | Self::Cancelled => {
                None
            }
        }
    }

    /// The words for it.
    #[must_use]
    pub fn words(&self, limits: &Limits, texts: Texts<CreateText>, common: Texts<CommonText>) -> String {
        match self {
            Self::Empty => texts.get(CreateText::EmptySecret).to_owned(),
            Self::NoFiles => texts.get(CreateText::NoFiles).to_owned(),
            Self::NoWords => texts.get(CreateText::NoWords).to_owned(),
            Self::Cancelled => texts.get(CreateText::Cancelled).to_owned(),
            Self::Lifetime => texts.fill(
                CreateText::BadLifetime,
                &[("min", &duration(limits.min_ttl, common)), ("max", &duration(limits.max_ttl, common))],
            ),
            Self::NoPassphrase => texts.get(CreateText::NoPassphrase).to_owned(),
            Self::Views => texts.fill(CreateText::BadViews, &[("max", &limits.max_views.to_string())]),
            Self::AttemptLimit => texts.fill(
                CreateText::BadAttemptLimit,
                &[("min", &AttemptLimit::MIN.get().to_string()), ("max", &AttemptLimit::MAX.get().to_string())],
            ),
            Self::TooManyFiles => texts.fill(CreateText::TooManyFiles, &[("max", &MAX_FILES.to_string())]),
            Self::NotAttached(names) => {
                let names = names.iter().map(|name| isolated(name)).collect::<Vec<_>>().join(", ");
                texts.fill(CreateText::NotAttached, &[("names", &names), ("size", &room(limits.max_envelope))])
            }
            Self::Unreadable(name) => texts.fill(CreateText::Unreadable, &[("name", &isolated(name))]),
            Self::Ungenerated => texts.get(CreateText::Ungenerated).to_owned(),
            Self::Count(kind) => {
                let bounds = kind.bounds();
                texts.fill(
                    CreateText::BadCount,
                    &[("min", &bounds.start().to_string()), ("max", &bounds.end().to_string())],
                )
            }
            Self::Fault(Fault::RateLimited(secs)) => rate_limited(*secs, common),
            Self::Fault(fault) => texts.fill(explain(*fault).0, &[("size", &room(limits.max_envelope))]),
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
            ErrorCode::RequestTimeout => (CreateText::TooSlow, None),
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

/// A file's name within a sentence, whose order it does not change, whatever is in it.
fn isolated(name: &str) -> String {
    ["\u{2068}", name, "\u{2069}"].concat()
}

/// How much text fits into an envelope, in words and rounded down; a little less in files, because of their names.
#[must_use]
pub fn room(max_envelope: u64) -> String {
    bytes(longest_text(usize::try_from(max_envelope).unwrap_or(usize::MAX)))
}
