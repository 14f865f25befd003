//! Why a request failed, as the page is told.

use super::UnknownMessage;
use super::wire::{Out, Wire, byte, wire};
use crate::api::{ErrorCode, Outcome};
use crate::link::LinkError;

/// Why a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The link has no readable key.
    Link(LinkError),
    /// A receipt link where a share link belongs.
    ReceiptLink,
    /// A share link where a receipt link belongs.
    ShareLink,
    /// The server answered with an error.
    Server(ErrorCode),
    /// The server answered with something this page does not know.
    Strange,
    /// The passphrase is wrong, which costs an attempt and nothing else.
    WrongPassphrase(Attempts),
    /// Too many wrong passphrases were tried: in so many seconds one is looked at again.
    TooManyAttempts(u32),
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
    /// What it says about what was asked for.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Server(code) => code.outcome(),
            Self::RateLimited(_) => Outcome::Busy,
            Self::Unknown | Self::Unreachable | Self::Strange | Self::Broken => Outcome::Unknown,
            Self::Link(_)
            | Self::ReceiptLink
            | Self::ShareLink
            | Self::WrongPassphrase(_)
            | Self::TooManyAttempts(_)
            | Self::OutOfMemory
            | Self::PassphraseTooLong
            | Self::PassphraseMissing
            | Self::TooLong
            | Self::Undecryptable => Outcome::Refused,
        }
    }
}

wire! {
    enum Fault {
        Link(error), ReceiptLink, ShareLink, Server(code), Strange, WrongPassphrase(attempts),
        TooManyAttempts(secs), RateLimited(secs), Unreachable, Unknown, OutOfMemory, PassphraseTooLong,
        PassphraseMissing, TooLong, Undecryptable, Broken,
    }
}
wire! { enum LinkError { Missing, Damaged, TooNew } }
wire! { enum Attempts { Unknown, Left(n), LeftUntilDestroyed(n), Wait(secs) } }

impl Wire for ErrorCode {
    fn write(&self, out: Out<'_>) {
        // In the order of `ALL`.
        out(&[*self as u8]);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        Self::ALL.get(usize::from(byte(bytes)?)).copied().ok_or(UnknownMessage)
    }
}

/// All of them, with some number where there is one.
#[cfg(any(test, feature = "vectors"))]
#[must_use]
pub fn every_fault() -> Vec<Fault> {
    let attempts = [Attempts::Unknown, Attempts::Left(4), Attempts::LeftUntilDestroyed(1), Attempts::Wait(600)];
    let links = [LinkError::Missing, LinkError::Damaged, LinkError::TooNew];
    let mut faults = vec![
        Fault::ReceiptLink,
        Fault::ShareLink,
        Fault::Strange,
        Fault::TooManyAttempts(600),
        Fault::RateLimited(0),
        Fault::Unreachable,
        Fault::Unknown,
        Fault::OutOfMemory,
        Fault::PassphraseTooLong,
        Fault::PassphraseMissing,
        Fault::TooLong,
        Fault::Undecryptable,
        Fault::Broken,
    ];
    faults.extend(attempts.map(Fault::WrongPassphrase));
    faults.extend(links.map(Fault::Link));
    faults.extend(ErrorCode::ALL.iter().map(|code| Fault::Server(*code)));
    faults
}
