//! Why a request failed, as the page is told.

use crate::api::ErrorCode;
use crate::link::LinkError;

const TRIES: &str = "wait.tries";
const RATE: &str = "wait.rate";
const LEFT: &str = "wrong.left";
const LAST: &str = "wrong.last";
const WAIT: &str = "wrong.wait";

/// Why a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The link has no readable key.
    Link(LinkError),
    /// An owner link where a share link belongs.
    OwnerLink,
    /// A share link where an owner link belongs.
    ShareLink,
    /// The server answered with an error.
    Server(ErrorCode),
    /// The server answered with something this page does not know.
    Strange,
    /// The passphrase is wrong, which costs an attempt and nothing else.
    WrongPassphrase(Attempts),
    /// Too many wrong passphrases were tried: in so many seconds one is looked at again.
    TooManyTries(u32),
    /// This client asks too often, and is answered again in so many seconds.
    RateLimited(u32),
    /// No answer, and the request can be repeated without harm.
    Unreachable,
    /// No answer to a claim: it may have been spent.
    Unknown,
    /// Argon2's memory is not to be had.
    OutOfMemory,
    /// The passphrase is too long.
    PassphraseTooLong,
    /// The link wants a passphrase, and none was given.
    PassphraseMissing,
    /// The secret is too long for this server.
    TooLong,
    /// Claimed, and the envelope does not open: it was changed on the way or in the store.
    Undecryptable,
    /// The worker cannot do what it must: no WebAssembly, no random numbers.
    Broken,
}

/// What a failed attempt leaves to the one who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempts {
    /// The server did not say.
    Unknown,
    /// So many more; if the last one fails as well, one has to wait.
    Left(u32),
    /// So many more; if the last one fails as well, the secret is destroyed.
    LeftUntilDestroyed(u32),
    /// None for so many seconds.
    Wait(u32),
}

impl Fault {
    pub(super) const LOCAL: [(Self, &str); 14] = [
        (Self::WrongPassphrase(Attempts::Unknown), "wrong"),
        (Self::Link(LinkError::Missing), "link.missing"),
        (Self::Link(LinkError::Damaged), "link.damaged"),
        (Self::Link(LinkError::TooNew), "link.too_new"),
        (Self::OwnerLink, "link.owner"),
        (Self::ShareLink, "link.share"),
        (Self::Strange, "strange"),
        (Self::Unreachable, "unreachable"),
        (Self::Unknown, "unknown_outcome"),
        (Self::OutOfMemory, "out_of_memory"),
        (Self::PassphraseTooLong, "passphrase.too_long"),
        (Self::PassphraseMissing, "passphrase.missing"),
        (Self::TooLong, "too_long"),
        (Self::Undecryptable, "undecryptable"),
    ];

    /// Its name and its number, where it has one.
    const fn counted(self) -> Option<(&'static str, u32)> {
        Some(match self {
            Self::TooManyTries(secs) => (TRIES, secs),
            Self::RateLimited(secs) => (RATE, secs),
            Self::WrongPassphrase(Attempts::Left(left)) => (LEFT, left),
            Self::WrongPassphrase(Attempts::LeftUntilDestroyed(left)) => (LAST, left),
            Self::WrongPassphrase(Attempts::Wait(secs)) => (WAIT, secs),
            _ => return None,
        })
    }

    /// Seconds to wait, or attempts that are left.
    pub(super) fn number(self) -> Option<u32> {
        self.counted().map(|(_, number)| number)
    }

    pub(super) fn name(self) -> String {
        if let Some((name, _)) = self.counted() {
            return name.to_owned();
        }
        if let Self::Server(code) = self {
            return ["server.", code.as_str()].concat();
        }
        let known = Self::LOCAL.iter().find(|(fault, _)| *fault == self);
        known.map_or("broken", |(_, name)| name).to_owned()
    }

    pub(super) fn named(name: &str, number: Option<u32>) -> Option<Self> {
        if let Some(number) = number {
            return Some(match name {
                TRIES => Self::TooManyTries(number),
                RATE => Self::RateLimited(number),
                LEFT => Self::WrongPassphrase(Attempts::Left(number)),
                LAST => Self::WrongPassphrase(Attempts::LeftUntilDestroyed(number)),
                WAIT => Self::WrongPassphrase(Attempts::Wait(number)),
                _ => return None,
            });
        }
        if let Some(code) = name.strip_prefix("server.") {
            return ErrorCode::parse(code).map(Self::Server);
        }
        if name == "broken" {
            return Some(Self::Broken);
        }
        Self::LOCAL.iter().find(|(_, known)| *known == name).map(|(fault, _)| *fault)
    }
}

/// All of them, with some number where there is one.
#[cfg(test)]
pub(crate) fn every_fault() -> Vec<Fault> {
    let counted = [
        Fault::WrongPassphrase(Attempts::Left(4)),
        Fault::WrongPassphrase(Attempts::LeftUntilDestroyed(1)),
        Fault::WrongPassphrase(Attempts::Wait(600)),
        Fault::TooManyTries(600),
        Fault::RateLimited(0),
        Fault::Broken,
    ];
    let server = ErrorCode::ALL.iter().map(|code| Fault::Server(*code));
    Fault::LOCAL.iter().map(|(fault, _)| *fault).chain(counted).chain(server).collect()
}
