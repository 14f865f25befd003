//! When a claim is repeated, and what its answers say: for the page and for the command line.
//!
//! A claim is never repeated blindly: only with its nonce, and only while its lease may run. So it
//! spends one view, however often it is sent; and what one answer says of its own repetition is not
//! always true of those before it.

use crate::api::{ErrorCode, Outcome};
use crate::message::Fault;

/// Seconds before each repetition; the last holds for all that follow.
const PAUSES: [u32; 4] = [1, 2, 4, 8];

/// A claim that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentClaim {
    /// For how many seconds it can be repeated, from its first answer on; 0 for not at all.
    lease: u32,
    /// How often it was sent without an answer.
    unanswered: u32,
}

/// What follows from an answer that does not hand out the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Send it again, with its nonce, after so many seconds.
    Repeat(u32),
    /// It spent nothing, nor did those before it; except with [`Fault::Undecryptable`], which says
    /// that the view is spent.
    Certain(Fault),
    /// All views are spent.
    Opened {
        /// Whether one of its own repetitions may have spent the last one.
        perhaps_by_this: bool,
    },
    /// Nobody can say whether it spent a view.
    Doubt,
}

impl SentClaim {
    /// A claim that is sent for the first time; the server's lease is `lease` seconds.
    #[must_use]
    pub const fn new(lease: u32) -> Self {
        Self { lease, unanswered: 0 }
    }

    /// Whether it was sent more than once.
    #[must_use]
    pub const fn is_repeated(self) -> bool {
        self.unanswered > 0
    }

    /// What follows from an answer.
    #[must_use]
    pub fn after(&mut self, fault: Fault) -> Next {
        match fault {
            Fault::Unknown => self.repeat(),
            // The store looks for the lease of a claim first, and only then at its proof and at what
            // is left: so these speak for all repetitions.
            Fault::WrongPassphrase(_) | Fault::TooManyAttempts(_) | Fault::Undecryptable => Next::Certain(fault),
            // What was to answer died, and what it had sent nobody knows.
            Fault::Broken => Next::Doubt,
            Fault::Server(code) => self.after_code(code),
            Fault::Link(_)
            | Fault::ReceiptLink
            | Fault::ShareLink
            | Fault::Strange
            | Fault::RateLimited(_)
            | Fault::Unreachable
            | Fault::OutOfMemory
            | Fault::PassphraseTooLong
            | Fault::PassphraseMissing
            | Fault::TooLong => self.certain_of_one(fault),
        }
    }

    fn after_code(&mut self, code: ErrorCode) -> Next {
        match code.outcome() {
            Outcome::Ended if code == ErrorCode::Opened => Next::Opened { perhaps_by_this: self.is_repeated() },
            Outcome::Ended => Next::Certain(Fault::Server(code)),
            Outcome::Unknown => self.repeat(),
            // A store that has forgotten it will not come to know it again.
            Outcome::Refused if code == ErrorCode::Unknown && self.is_repeated() => Next::Doubt,
            Outcome::Refused | Outcome::Busy => self.certain_of_one(Fault::Server(code)),
        }
    }

    /// The answer is certain of its own repetition and says nothing of those before it.
    fn certain_of_one(&mut self, fault: Fault) -> Next {
        if self.is_repeated() { self.repeat() } else { Next::Certain(fault) }
    }

    /// Again, unless the lease may have ended.
    fn repeat(&mut self) -> Next {
        let pause = |n: u32| PAUSES.get(n as usize).or(PAUSES.last()).copied().unwrap_or_default();
        let waited: u32 = (0..self.unanswered).map(pause).sum();
        if waited >= self.lease {
            return Next::Doubt;
        }
        let secs = pause(self.unanswered);
        self.unanswered += 1;
        Next::Repeat(secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Attempts, every_fault};

    /// What follows at the first answer, and what at one after an answer that did not come.
    fn expected(fault: Fault) -> (Next, Next) {
        let certain = Next::Certain(fault);
        match fault {
            Fault::Unknown | Fault::Server(ErrorCode::OutcomeUnknown | ErrorCode::Internal) => {
                (Next::Repeat(1), Next::Repeat(2))
            }
            Fault::Broken => (Next::Doubt, Next::Doubt),
            Fault::WrongPassphrase(_)
            | Fault::TooManyAttempts(_)
            | Fault::Undecryptable
            | Fault::Server(ErrorCode::Destroyed | ErrorCode::Expired | ErrorCode::Lost) => (certain, certain),
            Fault::Server(ErrorCode::Opened) => {
                (Next::Opened { perhaps_by_this: false }, Next::Opened { perhaps_by_this: true })
            }
            Fault::Server(ErrorCode::Unknown) => (certain, Next::Doubt),
            Fault::Server(
                ErrorCode::Malformed
                | ErrorCode::TokenRequired
                | ErrorCode::TokenInvalid
                | ErrorCode::WrongProof
                | ErrorCode::CrossSite
                | ErrorCode::MethodNotAllowed
                | ErrorCode::RequestTimeout
                | ErrorCode::IdTaken
                | ErrorCode::TooLarge
                | ErrorCode::UnsupportedMediaType
                | ErrorCode::InvalidField
                | ErrorCode::PassphraseRequired
                | ErrorCode::TooManyAttempts
                | ErrorCode::RateLimited
                | ErrorCode::QuotaExceeded
                | ErrorCode::StoreUnavailable
                | ErrorCode::Overloaded
                | ErrorCode::StoreFull,
            )
            | Fault::Link(_)
            | Fault::ReceiptLink
            | Fault::ShareLink
            | Fault::Strange
            | Fault::RateLimited(_)
            | Fault::Unreachable
            | Fault::OutOfMemory
            | Fault::PassphraseTooLong
            | Fault::PassphraseMissing
            | Fault::TooLong => (certain, Next::Repeat(2)),
        }
    }

    #[test]
    fn every_fault_says_what_follows() {
        for fault in every_fault() {
            let (first, second) = expected(fault);
            let mut claim = SentClaim::new(60);
            assert_eq!(claim.after(fault), first, "{fault:?}");
            let mut claim = SentClaim::new(60);
            assert_eq!(claim.after(Fault::Unknown), Next::Repeat(1));
            assert!(claim.is_repeated());
            assert_eq!(claim.after(fault), second, "{fault:?}");
        }
    }

    #[test]
    fn it_is_repeated_for_as_long_as_the_lease_and_no_longer() {
        for lease in [0, 1, 2, 60, 3600] {
            let mut claim = SentClaim::new(lease);
            let mut waited = 0;
            while let Next::Repeat(secs) = claim.after(Fault::Unknown) {
                assert!(waited < lease && (1..=8).contains(&secs));
                waited += secs;
            }
            assert!((lease..lease + 8).contains(&waited), "{waited} of {lease} seconds");
            // What is certain of the last is not of those before it.
            let late = claim.after(Fault::RateLimited(1));
            assert_eq!(late, if lease == 0 { Next::Certain(Fault::RateLimited(1)) } else { Next::Doubt });
            let wrong = Fault::WrongPassphrase(Attempts::Left(1));
            assert_eq!(claim.after(wrong), Next::Certain(wrong));
        }
    }
}
