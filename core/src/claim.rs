//! When a claim is repeated, and what its answers say: for the page and for the command line.
//!
//! A claim is never repeated blindly: only with its nonce, and only while its lease is sure to run. So
//! it spends one view, however often it is sent; and what one answer says of its own repetition is not
//! always true of those before it. After the lease the same claim would spend a further view.

use crate::api::{ErrorCode, Outcome};
use crate::message::Fault;

/// The longest lease that a server can have, in seconds.
pub const LONGEST_LEASE: u32 = 600;

/// A claim that is on its way. Times are seconds of the caller's wall clock, which also runs while
/// the device sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentClaim {
    /// Until when its lease is sure to run: the store begins it later than the claim was sent.
    until: i64,
    /// How often it was repeated.
    repetitions: u32,
    /// Whether it was sent before by an earlier click, and nobody knows what became of that.
    is_in_doubt: bool,
}

/// What follows from an answer that does not hand out the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Send it again, with its nonce, after so many seconds, if it [may still be](SentClaim::may_repeat).
    Repeat(u32),
    /// It spent nothing, nor did those before it; except with [`Fault::Undecryptable`], which says
    /// that the view is spent.
    Certain(Fault),
    /// The secret has ended, as this code says. If the claim was [sent before](SentClaim::was_sent_before),
    /// that may have spent a view.
    Ended(ErrorCode),
    /// Nobody can say whether it spent a view.
    Doubt,
}

impl SentClaim {
    /// A claim that is sent at the time `now`; the server's lease is `lease` seconds, 0 for none. A server that says
    /// more than [`LONGEST_LEASE`] is not believed: it could have the claim repeated for ever.
    #[must_use]
    pub const fn new(lease: u32, now: i64) -> Self {
        let lease = if lease < LONGEST_LEASE { lease } else { LONGEST_LEASE };
        Self { until: now.saturating_add(lease as i64), repetitions: 0, is_in_doubt: false }
    }

    /// The same, where an earlier click sent this claim, and nobody knows what became of it.
    #[must_use]
    pub const fn in_doubt(self) -> Self {
        Self { is_in_doubt: true, ..self }
    }

    /// Whether it is being repeated.
    #[must_use]
    pub const fn is_repeated(self) -> bool {
        self.repetitions > 0
    }

    /// Whether an answer may be one to an earlier sending, too.
    #[must_use]
    pub const fn was_sent_before(self) -> bool {
        self.is_in_doubt || self.is_repeated()
    }

    /// Whether it can be sent at this time without spending a further view.
    #[must_use]
    pub const fn may_repeat(self, now: i64) -> bool {
        now < self.until
    }

    /// What follows from an answer that came at this time.
    #[must_use]
    pub const fn after(&mut self, fault: Fault, now: i64) -> Next {
        match fault {
            Fault::Unknown => self.repeat(now),
            // The store looks for the lease of a claim first, and only then at its proof and at what
            // is left: so these speak for all repetitions.
            Fault::WrongPassphrase(_) | Fault::TooManyAttempts(_) | Fault::Undecryptable => Next::Certain(fault),
            // What was to answer died, and what it had sent nobody knows.
            Fault::Broken => Next::Doubt,
            Fault::Server(code) => self.after_code(code, now),
            Fault::Link(_)
            | Fault::ReceiptLink
            | Fault::ShareLink
            | Fault::Strange
            | Fault::RateLimited(_)
            | Fault::Unreachable
            | Fault::OutOfMemory
            | Fault::PassphraseTooLong
            | Fault::PassphraseMissing
            | Fault::TooLong => self.certain_of_one(fault, now),
        }
    }

    const fn after_code(&mut self, code: ErrorCode, now: i64) -> Next {
        match code.outcome() {
            Outcome::Ended => Next::Ended(code),
            Outcome::Unknown => self.repeat(now),
            // A store that has forgotten it will not come to know it again.
            Outcome::Refused if matches!(code, ErrorCode::Unknown) && self.was_sent_before() => Next::Doubt,
            Outcome::Refused | Outcome::Busy => self.certain_of_one(Fault::Server(code), now),
        }
    }

    /// The answer is certain of its own repetition and says nothing of those before it.
    const fn certain_of_one(&mut self, fault: Fault, now: i64) -> Next {
        if self.was_sent_before() { self.repeat(now) } else { Next::Certain(fault) }
    }

    /// Again after 1, 2, 4 and then 8 seconds, unless the lease may have ended by then.
    const fn repeat(&mut self, now: i64) -> Next {
        let secs = 1 << if self.repetitions < 3 { self.repetitions } else { 3 };
        if !self.may_repeat(now.saturating_add(secs as i64)) {
            return Next::Doubt;
        }
        self.repetitions += 1;
        Next::Repeat(secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Attempts, every_fault};

    const NOW: i64 = 1_800_000_000;

    /// What follows at the first answer, and what at one after an answer that did not come.
    fn expected(fault: Fault) -> (Next, Next) {
        let certain = Next::Certain(fault);
        match fault {
            Fault::Unknown | Fault::Server(ErrorCode::OutcomeUnknown | ErrorCode::Internal) => {
                (Next::Repeat(1), Next::Repeat(2))
            }
            Fault::Broken => (Next::Doubt, Next::Doubt),
            Fault::WrongPassphrase(_) | Fault::TooManyAttempts(_) | Fault::Undecryptable => (certain, certain),
            Fault::Server(code @ (ErrorCode::Opened | ErrorCode::Destroyed | ErrorCode::Expired | ErrorCode::Lost)) => {
                (Next::Ended(code), Next::Ended(code))
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
            let mut claim = SentClaim::new(60, NOW);
            assert_eq!(claim.after(fault, NOW), first, "{fault:?}");
            let mut claim = SentClaim::new(60, NOW);
            assert_eq!(claim.after(Fault::Unknown, NOW), Next::Repeat(1));
            assert!(claim.is_repeated() && claim.was_sent_before());
            assert_eq!(claim.after(fault, NOW + 1), second, "{fault:?}");
            // An earlier click that nobody answered is like a repetition.
            let mut claim = SentClaim::new(60, NOW).in_doubt();
            assert!(!claim.is_repeated() && claim.was_sent_before());
            let of_a_second = if second == Next::Repeat(2) { Next::Repeat(1) } else { second };
            assert_eq!(claim.after(fault, NOW), of_a_second, "{fault:?}");
        }
    }

    #[test]
    fn it_is_repeated_while_its_lease_is_sure_to_run_and_no_longer() {
        // However long each answer takes, which is none at all here, or thirty seconds.
        for (lease, took) in [(0, 0), (1, 0), (2, 0), (60, 0), (600, 0), (60, 30), (60, 61), (600, 30)] {
            let mut claim = SentClaim::new(lease, NOW);
            let mut now = NOW + took;
            let mut sent = Vec::new();
            while let Next::Repeat(secs) = claim.after(Fault::Unknown, now) {
                assert!((1..=8).contains(&secs));
                sent.push(now + i64::from(secs));
                assert!(claim.may_repeat(now + i64::from(secs)));
                now += i64::from(secs) + took;
            }
            let until = NOW + i64::from(lease);
            assert!(sent.iter().all(|at| *at < until), "{sent:?}");
            // And for nearly as long as that.
            assert!(now + 8 >= until, "{lease} s, {took} s: {sent:?}");
            // What is certain of the last is not of those before it.
            let late = claim.after(Fault::RateLimited(1), now);
            assert_eq!(late, if sent.is_empty() { Next::Certain(Fault::RateLimited(1)) } else { Next::Doubt });
            let wrong = Fault::WrongPassphrase(Attempts::Left(1));
            assert_eq!(claim.after(wrong, now), Next::Certain(wrong));
        }
    }

    #[test]
    fn a_lease_that_no_server_can_have_is_not_believed() {
        let claim = SentClaim::new(u32::MAX, NOW);
        assert!(claim.may_repeat(NOW + 599) && !claim.may_repeat(NOW + 600));
    }

    #[test]
    fn a_device_that_slept_repeats_nothing() {
        let mut claim = SentClaim::new(60, NOW);
        assert_eq!(claim.after(Fault::Unknown, NOW + 1), Next::Repeat(1));
        assert!(!claim.may_repeat(NOW + 3600));
    }
}
