//! Why a request failed, as the page is told.

use crate::api::ErrorCode;
use crate::link::LinkError;

const TRIES: &str = "wait.tries";
const RATE: &str = "wait.rate";

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

impl Fault {
    pub(super) const LOCAL: [(Self, &str); 13] = [
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

    /// How many seconds are to be waited, where that is known.
    pub(super) const fn wait(self) -> Option<u32> {
        match self {
            Self::TooManyTries(secs) | Self::RateLimited(secs) => Some(secs),
            _ => None,
        }
    }

    pub(super) fn name(self) -> String {
        if let Self::TooManyTries(_) = self {
            return TRIES.to_owned();
        }
        if let Self::RateLimited(_) = self {
            return RATE.to_owned();
        }
        if let Self::Server(code) = self {
            return ["server.", code.as_str()].concat();
        }
        let known = Self::LOCAL.iter().find(|(fault, _)| *fault == self);
        known.map_or("broken", |(_, name)| name).to_owned()
    }

    pub(super) fn named(name: &str, wait: Option<u32>) -> Option<Self> {
        match (name, wait) {
            (TRIES, Some(secs)) => return Some(Self::TooManyTries(secs)),
            (RATE, Some(secs)) => return Some(Self::RateLimited(secs)),
            (_, Some(_)) => return None,
            (_, None) => {}
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
