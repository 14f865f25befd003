//! The words of the page that opens.

use super::{ClaimCertainty, Memory, Opening, Past, Rest, Shown, State, Waiting};
use crate::flow::words::{Clock, Notice, Offer, at_most, broken, no_key, rate_limited, unasked, wait};
use crate::text::{CommonText, OpenText, Texts};
use ashlink_core::api::{DestroyedBy, Outcome, State as SecretState, Timestamp};
use ashlink_core::link::LinkError;
use ashlink_core::message::{Attempts, Fault, Status};

/// What the page says where it only says something; `None` where the secret waits or is shown.
#[must_use]
pub fn notice(
    opening: &Opening,
    texts: Texts<OpenText>,
    common: Texts<CommonText>,
    clock: &dyn Clock,
) -> Option<Notice> {
    let say = |title, lines: &[OpenText], offer| {
        let lines: Vec<_> = lines.iter().map(|key| texts.get(*key)).collect();
        Notice::new(texts.get(title), &lines, offer)
    };
    let button = |key| Offer::Button(texts.get(key).to_owned());
    Some(match &opening.state {
        State::Starting | State::Looking => say(OpenText::Looking, &[], Offer::Wait),
        // The worker died with a claim on its way.
        State::Broken if opening.memory.claim == ClaimCertainty::InDoubt => {
            let reload = Offer::Button(common.get(CommonText::Reload).to_owned());
            say(OpenText::OutcomeTitle, &[OpenText::OutcomeText], reload)
        }
        State::Broken => broken(common),
        State::NoKey(error @ LinkError::TooNew) => no_key(*error, common),
        State::NoKey(error) => no_key(*error, common).with_reply(texts.get(OpenText::ReplyCutOff).to_owned()),
        State::Unasked(fault) => unasked(*fault, common),
        State::ReceiptLink => say(OpenText::ReceiptTitle, &[OpenText::ReceiptText], button(OpenText::ReceiptButton))
            .with_reply(texts.get(OpenText::ReplyReceipt).to_owned()),
        State::Cleared => say(OpenText::ClearedTitle, &[OpenText::ClearedText], Offer::New),
        State::Remembered(Past::Read) => say(OpenText::ReadTitle, &[OpenText::ReadText], Offer::New),
        State::Remembered(Past::ReadWithViewsLeft) => say(OpenText::ReadTitle, &[OpenText::ReadViewsLeft], Offer::New),
        State::Remembered(Past::Ended) => say(OpenText::EndedTitle, &[OpenText::EndedText], Offer::New),
        State::Gone(status) => gone(status, &opening.memory, texts, clock),
        State::Unknown => say(OpenText::UnknownTitle, &[OpenText::UnknownText], Offer::New)
            .with_reply(texts.get(OpenText::ReplyUnknown).to_owned()),
        State::Doubtful => say(OpenText::OutcomeTitle, &[OpenText::OutcomeText], button(OpenText::OutcomeButton)),
        State::Undecryptable => say(OpenText::UndecryptableTitle, &[OpenText::UndecryptableText], Offer::New)
            .with_reply(texts.get(OpenText::ReplyUndecryptable).to_owned()),
        State::Waiting(..) | State::Revealing(..) | State::Destroying(_) | State::Shown(_) => return None,
    })
}

fn gone(status: &Status, memory: &Memory, texts: Texts<OpenText>, clock: &dyn Clock) -> Notice {
    let at = |key, time: Timestamp| {
        texts.fill(key, &[("time", &clock.moment(time.unix_secs())), ("ago", &clock.ago(time.unix_secs()))])
    };
    let ended = status.ended_at.or(status.opened_at.last().copied());
    let mut lines = Vec::new();
    let (title, reply) = match status.state {
        SecretState::Waiting | SecretState::Opened => {
            lines.extend(ended.map(|time| at(OpenText::OpenedAt, time)));
            lines.push(texts.get(OpenText::OpenedWarning).to_owned());
            if memory.claim == ClaimCertainty::InDoubt {
                lines.push(texts.get(OpenText::OpenedByYou).to_owned());
            }
            (OpenText::OpenedTitle, OpenText::ReplyOpened)
        }
        SecretState::Destroyed if memory.has_destroyed => {
            lines.push(texts.get(OpenText::DestroyedByYou).to_owned());
            (OpenText::DestroyedByYouTitle, OpenText::ReplyDestroyedByMe)
        }
        SecretState::Destroyed => {
            let (by, reply) = match status.destroyed_by {
                Some(DestroyedBy::Recipient) => (OpenText::DestroyedByRecipient, OpenText::ReplyDestroyedByOther),
                Some(DestroyedBy::FailedAttempts) => (OpenText::DestroyedByAttempts, OpenText::ReplyAttempts),
                Some(DestroyedBy::Sender) | None => (OpenText::DestroyedBySender, OpenText::ReplyDestroyedByYou),
            };
            lines.push(texts.get(by).to_owned());
            lines.extend(ended.map(|time| at(OpenText::DestroyedAt, time)));
            (OpenText::DestroyedTitle, reply)
        }
        SecretState::Expired => {
            lines.push(at(OpenText::ExpiredAt, status.expires_at));
            lines.push(texts.get(OpenText::ExpiredText).to_owned());
            (OpenText::ExpiredTitle, OpenText::ReplyExpired)
        }
        SecretState::Lost => {
            lines.push(texts.get(OpenText::LostText).to_owned());
            (OpenText::LostTitle, OpenText::ReplyLost)
        }
    };
    // The sender may be in another time zone.
    let time = clock.moment_anywhere(ended.unwrap_or(status.expires_at).unix_secs());
    let notice = Notice { title: texts.get(title).to_owned(), lines, ..Notice::new("", &[], Offer::New) };
    notice.with_reply(texts.fill(reply, &[("time", &time)]))
}

/// What was wrong at the last attempt; after each of these the secret is still there.
#[must_use]
pub fn trouble_words(fault: Fault, texts: Texts<OpenText>, common: Texts<CommonText>) -> String {
    let text = match fault {
        Fault::WrongPassphrase(attempts) => return wrong_passphrase(attempts, texts, common),
        Fault::TooManyAttempts(secs) => return texts.fill(OpenText::TooManyAttempts, &[("time", &wait(secs, common))]),
        Fault::RateLimited(secs) => return rate_limited(secs, common),
        Fault::PassphraseMissing => OpenText::PassphraseMissing,
        Fault::PassphraseTooLong => OpenText::PassphraseTooLong,
        Fault::OutOfMemory => OpenText::OutOfMemory,
        Fault::Server(code) => match code.outcome() {
            Outcome::Busy => OpenText::ClaimUnavailable,
            Outcome::Refused | Outcome::Unknown | Outcome::Ended => OpenText::NothingSpent,
        },
        Fault::Unknown => OpenText::DestroyUnknown,
        Fault::Link(_)
        | Fault::ReceiptLink
        | Fault::ShareLink
        | Fault::Strange
        | Fault::Unreachable
        | Fault::TooLong
        | Fault::Undecryptable
        | Fault::Broken => OpenText::NothingSpent,
    };
    texts.get(text).to_owned()
}

fn wrong_passphrase(attempts: Attempts, texts: Texts<OpenText>, common: Texts<CommonText>) -> String {
    let counted = |key, n: u32| texts.fill(key, &[("n", &n.to_string())]);
    match attempts {
        Attempts::Unknown => texts.get(OpenText::WrongPassphrase).to_owned(),
        Attempts::Left(1) => texts.get(OpenText::WrongLastLeft).to_owned(),
        Attempts::Left(n) => counted(OpenText::WrongLeft, n),
        Attempts::LeftUntilDestroyed(1) => texts.get(OpenText::WrongLastUntilDestroyed).to_owned(),
        Attempts::LeftUntilDestroyed(n) => counted(OpenText::WrongUntilDestroyed, n),
        Attempts::Wait(secs) => texts.fill(OpenText::WrongWait, &[("time", &wait(secs, common))]),
    }
}

/// What waits, in sentences.
#[must_use]
pub fn describe(waiting: &Waiting, lease: u32, texts: Texts<OpenText>, clock: &dyn Clock) -> Vec<String> {
    let status = &waiting.status;
    let once = match status.views_left {
        0 | 1 => texts.get(OpenText::WaitingOnce).to_owned(),
        n => texts.fill(OpenText::WaitingViews, &[("n", &n.to_string())]),
    };
    let until = texts.fill(OpenText::WaitingUntil, &[("time", &clock.moment(status.expires_at.unix_secs()))]);
    let before = status.opened_at.last().map(|last| {
        let (time, ago) = (clock.moment(last.unix_secs()), clock.ago(last.unix_secs()));
        texts.fill(OpenText::OpenedBefore, &[("time", &time), ("ago", &ago)])
    });
    let size = status.size.map(|size| texts.fill(OpenText::WaitingSize, &[("size", &at_most(size))]));
    let strict = (lease == 0).then(|| texts.get(OpenText::WaitingStrict).to_owned());
    let fragile = status.attempts_left.map(|left| match left {
        0 | 1 => texts.get(OpenText::LastAttempt).to_owned(),
        n => texts.fill(OpenText::AttemptsLeft, &[("n", &n.to_string())]),
    });
    [Some(once), strict, Some(until), size, before, fragile].into_iter().flatten().collect()
}

/// How long the next attempt has to wait, to the second while that is worth counting.
#[must_use]
pub fn countdown(opening: &Opening, texts: Texts<OpenText>, common: Texts<CommonText>) -> Option<String> {
    let Memory { now, paused_until, .. } = opening.memory;
    let left = u32::try_from(paused_until - now).ok().filter(|left| *left > 0)?;
    let time = match left {
        ..3600 => {
            let secs = left % 60;
            let colon = if secs < 10 { ":0" } else { ":" };
            [(left / 60).to_string().as_str(), colon, &secs.to_string()].concat()
        }
        3600.. => wait(left, common),
    };
    Some(texts.fill(OpenText::RevealIn, &[("time", &time)]))
}

/// What is left of a link that was just opened.
#[must_use]
pub fn left_words(shown: &Shown, texts: Texts<OpenText>) -> String {
    match shown.views_left {
        0 if shown.kept.iter().all(|kept| *kept) => texts.get(OpenText::LastViewKept).to_owned(),
        0 => texts.get(OpenText::LastView).to_owned(),
        _ if shown.rest == Rest::NotDestroyed => texts.get(OpenText::NotDestroyed).to_owned(),
        1 => texts.get(OpenText::ViewLeft).to_owned(),
        n => texts.fill(OpenText::ViewsLeft, &[("n", &n.to_string())]),
    }
}
