//! The words of the sender's page.

use super::{State, Step, Trouble, Watching};
use crate::flow::words::{Clock, Notice, Offer, broken, no_key, unasked};
use crate::text::{CommonText, ReceiptText, Texts};
use ashlink_core::api::{DestroyedBy, State as SecretState};
use ashlink_core::message::Status;

/// What the page says where it only says something; `None` where it shows a status.
#[must_use]
pub fn notice(watching: &Watching, texts: Texts<ReceiptText>, common: Texts<CommonText>) -> Option<Notice> {
    let say = |title, text, offer| Notice::new(texts.get(title), &[texts.get(text)], offer);
    Some(match &watching.state {
        State::Starting | State::Looking => Notice::new(texts.get(ReceiptText::Looking), &[], Offer::Wait),
        State::Broken => broken(common),
        State::NoKey(error) => no_key(*error, common),
        State::Unasked(fault) => unasked(*fault, common),
        State::ShareLink => {
            let offer = Offer::Button(texts.get(ReceiptText::ShareButton).to_owned());
            say(ReceiptText::ShareTitle, ReceiptText::ShareText, offer)
        }
        State::Unknown => say(ReceiptText::UnknownTitle, ReceiptText::UnknownText, Offer::New),
        State::Known { .. } => return None,
    })
}

/// Heading and sentence for a status.
#[must_use]
pub const fn words(status: &Status) -> (ReceiptText, ReceiptText) {
    match status.state {
        SecretState::Waiting if status.opened_at.is_empty() => (ReceiptText::WaitingTitle, ReceiptText::WaitingText),
        SecretState::Waiting => (ReceiptText::PartlyTitle, ReceiptText::PartlyText),
        SecretState::Opened => (ReceiptText::OpenedTitle, ReceiptText::OpenedText),
        SecretState::Destroyed => match status.destroyed_by {
            Some(DestroyedBy::Recipient) => (ReceiptText::DestroyedTitle, ReceiptText::DestroyedByRecipient),
            Some(DestroyedBy::FailedAttempts) => (ReceiptText::DestroyedTitle, ReceiptText::DestroyedByAttempts),
            Some(DestroyedBy::Sender) | None => (ReceiptText::DestroyedTitle, ReceiptText::DestroyedBySender),
        },
        SecretState::Expired => (ReceiptText::ExpiredTitle, ReceiptText::ExpiredText),
        SecretState::Lost => (ReceiptText::LostTitle, ReceiptText::LostText),
    }
}

/// Heading and sentence of what has happened to a secret between two answers, which is worth a notification:
/// it was opened, or has ended. What the sender did on this page is no news.
#[must_use]
pub fn news(before: &State, after: &State) -> Option<(ReceiptText, ReceiptText)> {
    let (State::Known { status: before, step, .. }, State::Known { status: after, .. }) = (before, after) else {
        return None;
    };
    let has_changed = before.state != after.state || before.opened_at.len() < after.opened_at.len();
    (has_changed && *step != Step::Destroying).then(|| words(after))
}

/// The wrong passphrases that were tried, if there were any.
#[must_use]
pub fn attempts(status: &Status, texts: Texts<ReceiptText>, clock: &dyn Clock) -> Option<String> {
    let time = clock.moment(status.last_failed_at?.unix_secs());
    match status.failed_attempts.unwrap_or_default() {
        0 => None,
        1 => Some(texts.fill(ReceiptText::FailedAttempt, &[("time", &time)])),
        n => Some(texts.fill(ReceiptText::FailedAttempts, &[("n", &n.to_string()), ("time", &time)])),
    }
}

/// A warning, where so many were tried that it looks like guessing: as many as one caller has in a
/// row.
#[must_use]
pub fn guessing(status: &Status, texts: Texts<ReceiptText>, clock: &dyn Clock) -> Option<String> {
    let n = status.failed_attempts.filter(|n| *n >= 5 && status.state == SecretState::Waiting)?.to_string();
    Some(match status.attempts_paused_until {
        None => texts.get(ReceiptText::Guessing).to_owned(),
        Some(until) if until >= status.expires_at => texts.fill(ReceiptText::PausedToEnd, &[("n", &n)]),
        Some(until) => texts.fill(ReceiptText::Paused, &[("n", &n), ("time", &clock.moment(until.unix_secs()))]),
    })
}

impl Trouble {
    /// The words for it.
    #[must_use]
    pub const fn words(self) -> ReceiptText {
        match self {
            Self::Stale => ReceiptText::Stale,
            Self::NotDestroyed => ReceiptText::DestroyFailed,
            Self::DestroyUnknown => ReceiptText::DestroyUnknown,
        }
    }
}
