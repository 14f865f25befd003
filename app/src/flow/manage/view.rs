//! The words of the sender's page.

use super::{Managing, State, Trouble};
use crate::flow::words::{Clock, Notice, Offer, broken, no_key, unasked};
use crate::text::{CommonText, ManageText, Texts};
use ashlink_core::api::{BurnedBy, State as SecretState};
use ashlink_core::message::Status;

/// What the page says where it only says something; `None` where it shows a status.
#[must_use]
pub fn notice(managing: &Managing, texts: Texts<ManageText>, common: Texts<CommonText>) -> Option<Notice> {
    let say = |title, text, offer| Notice::new(texts.get(title), &[texts.get(text)], offer);
    Some(match &managing.state {
        State::Starting | State::Looking => Notice::new(texts.get(ManageText::Looking), &[], Offer::Wait),
        State::Broken => broken(common),
        State::NoKey(error) => no_key(*error, common),
        State::Unasked(fault) => unasked(*fault, common),
        State::ShareLink => {
            let offer = Offer::Button(texts.get(ManageText::ShareButton).to_owned());
            say(ManageText::ShareTitle, ManageText::ShareText, offer)
        }
        State::Unknown => say(ManageText::UnknownTitle, ManageText::UnknownText, Offer::New),
        State::Known { .. } => return None,
    })
}

/// Heading and sentence for a status.
#[must_use]
pub const fn words(status: &Status) -> (ManageText, ManageText) {
    match status.state {
        SecretState::Waiting if status.opened_at.is_empty() => (ManageText::WaitingTitle, ManageText::WaitingText),
        SecretState::Waiting => (ManageText::PartlyTitle, ManageText::PartlyText),
        SecretState::Opened => (ManageText::OpenedTitle, ManageText::OpenedText),
        SecretState::Burned => match status.burned_by {
            Some(BurnedBy::Recipient) => (ManageText::BurnedTitle, ManageText::BurnedByRecipient),
            Some(BurnedBy::WrongTries) => (ManageText::BurnedTitle, ManageText::BurnedByTries),
            Some(BurnedBy::Sender) | None => (ManageText::BurnedTitle, ManageText::BurnedBySender),
        },
        SecretState::Expired => (ManageText::ExpiredTitle, ManageText::ExpiredText),
        SecretState::Lost => (ManageText::LostTitle, ManageText::LostText),
    }
}

/// The wrong passphrases that were tried, if there were any.
#[must_use]
pub fn tries(status: &Status, texts: Texts<ManageText>, clock: &dyn Clock) -> Option<String> {
    let time = clock.moment(status.wrong_at?.unix_secs());
    match status.wrong_tries.unwrap_or_default() {
        0 => None,
        1 => Some(texts.fill(ManageText::WrongTry, &[("time", &time)])),
        n => Some(texts.fill(ManageText::WrongTries, &[("n", &n.to_string()), ("time", &time)])),
    }
}

/// A warning, where so many were tried that it looks like guessing: as many as one caller has in a
/// row.
#[must_use]
pub fn guessing(status: &Status, texts: Texts<ManageText>, clock: &dyn Clock) -> Option<String> {
    let n = status.wrong_tries.filter(|n| *n >= 5 && status.state == SecretState::Waiting)?.to_string();
    Some(match status.attempts_paused_until {
        None => texts.get(ManageText::Guessing).to_owned(),
        Some(until) if until >= status.expires_at => texts.fill(ManageText::PausedToEnd, &[("n", &n)]),
        Some(until) => texts.fill(ManageText::Paused, &[("n", &n), ("time", &clock.moment(until.unix_secs()))]),
    })
}

impl Trouble {
    /// The words for it.
    #[must_use]
    pub const fn words(self) -> ManageText {
        match self {
            Self::Stale => ManageText::Stale,
            Self::NotBurned => ManageText::BurnFailed,
            Self::BurnUnknown => ManageText::BurnUnknown,
        }
    }
}
