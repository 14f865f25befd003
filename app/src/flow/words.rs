//! Words that several pages need, and the shape in which a page that only says something
//! is described.

use crate::text::{CommonText, Texts, fill};
use ashlink_core::api::{ErrorCode, Outcome};
use ashlink_core::link::LinkError;
use ashlink_core::message::Fault;

/// How points in time are written; a trait because only the browser knows.
pub trait Clock {
    /// Date and time: "29 Nov, 14:03".
    fn moment(&self, unix_secs: i64) -> String;

    /// The same with year and time zone, for people elsewhere: "29 Nov 2026, 14:03 CET".
    fn moment_anywhere(&self, unix_secs: i64) -> String;

    /// From now: "3 minutes ago".
    fn ago(&self, unix_secs: i64) -> String;
}

/// A page that only says something, and what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notice {
    /// The heading, which gets the focus when the notice takes another screen's place.
    pub title: String,
    /// One paragraph each, as plain text.
    pub lines: Vec<String>,
    /// What is offered.
    pub offer: Offer,
    /// What a recipient can send to the sender.
    pub reply: Option<String>,
}

/// What a [`Notice`] offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Offer {
    /// Nothing: it will pass.
    #[default]
    Wait,
    /// A way to a new secret.
    New,
    /// A button that does the obvious thing.
    Button(String),
    /// A box to paste the whole link into.
    Paste,
}

impl Notice {
    /// A heading, paragraphs and an offer.
    #[must_use]
    pub fn new(title: &str, lines: &[&str], offer: Offer) -> Self {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        Self { title: title.to_owned(), lines, offer, reply: None }
    }

    /// The same with something to send to the sender.
    #[must_use]
    pub fn with_reply(self, reply: String) -> Self {
        Self { reply: Some(reply), ..self }
    }
}

/// A length of time in its largest whole unit.
#[must_use]
pub fn duration(secs: u64, texts: Texts<CommonText>) -> String {
    let (n, one, many) = match secs {
        _ if secs.is_multiple_of(86_400) => (secs / 86_400, CommonText::Day, CommonText::Days),
        _ if secs.is_multiple_of(3600) => (secs / 3600, CommonText::Hour, CommonText::Hours),
        _ => (secs / 60, CommonText::Minute, CommonText::Minutes),
    };
    match n {
        1 => texts.get(one).to_owned(),
        _ => texts.fill(many, &[("n", &n.to_string())]),
    }
}

/// A time to wait, as exact as anybody needs it; never less than it is.
#[must_use]
pub fn wait(secs: u32, texts: Texts<CommonText>) -> String {
    let unit = match secs {
        ..5400 => 60,
        5400..172_800 => 3600,
        172_800.. => 86_400,
    };
    duration(u64::from(secs).div_ceil(unit).max(1) * unit, texts)
}

/// This client asked too often.
#[must_use]
pub fn rate_limited(secs: u32, texts: Texts<CommonText>) -> String {
    texts.fill(CommonText::RateLimited, &[("time", &wait(secs, texts))])
}

/// A number of bytes, rounded down.
#[must_use]
pub fn bytes(count: usize) -> String {
    let (n, unit) = match count {
        0..10_000 => (count, " bytes"),
        10_000..10_000_000 => (count / 1000, " KB"),
        _ => (count / 1_000_000, " MB"),
    };
    [&n.to_string(), unit].concat()
}

/// How far a transfer is, from its share of one and the seconds since it began: the share alone, or with the seconds
/// or minutes that are left, as soon as the speed so far says something about the rest. The texts are in this order.
#[must_use]
pub fn progress(share: f64, elapsed_secs: f64, [alone, seconds, minutes]: [&str; 3]) -> String {
    let percent = ((share * 100.0) as u32).to_string();
    let left = (elapsed_secs / share - elapsed_secs) as u32;
    let (text, time) = match left {
        _ if share < 0.02 || elapsed_secs < 2.0 => (alone, 0),
        // In steps, or it would change with every piece that is sent.
        ..90 => (seconds, left.div_ceil(5).max(1) * 5),
        90.. => (minutes, left.div_ceil(60)),
    };
    fill(text, &[("share", &percent), ("time", &time.to_string())])
}

/// A number of bytes that something has at most, roughly.
#[must_use]
pub fn at_most(count: u64) -> String {
    let (unit, name) = if count <= 1_000_000 { (1000, " KB") } else { (1_000_000, " MB") };
    [&count.div_ceil(unit).to_string(), name].concat()
}

/// The worker did not start.
#[must_use]
pub fn broken(texts: Texts<CommonText>) -> Notice {
    Notice::new(
        texts.get(CommonText::BrokenTitle),
        &[texts.get(CommonText::BrokenText)],
        Offer::Button(texts.get(CommonText::Reload).to_owned()),
    )
}

/// A link without a readable key.
#[must_use]
pub fn no_key(error: LinkError, texts: Texts<CommonText>) -> Notice {
    let (title, text) = match error {
        LinkError::Missing => (CommonText::MissingTitle, CommonText::MissingText),
        LinkError::Damaged => (CommonText::DamagedTitle, CommonText::DamagedText),
        LinkError::TooNew => (CommonText::TooNewTitle, CommonText::TooNewText),
    };
    Notice::new(texts.get(title), &[texts.get(text)], Offer::Paste)
}

/// The server could not be asked.
#[must_use]
pub fn unasked(fault: Fault, texts: Texts<CommonText>) -> Notice {
    let text = match fault {
        Fault::RateLimited(secs) => {
            let (title, retry) = (texts.get(CommonText::UnreachableTitle), texts.get(CommonText::Retry));
            return Notice::new(title, &[&rate_limited(secs, texts)], Offer::Button(retry.to_owned()));
        }
        Fault::Unreachable => CommonText::Unreachable,
        Fault::Server(ErrorCode::RequestTimeout) => CommonText::TooSlow,
        Fault::Server(code) => match code.outcome() {
            Outcome::Busy | Outcome::Unknown => CommonText::Unavailable,
            Outcome::Refused | Outcome::Ended => CommonText::Strange,
        },
        Fault::Link(_)
        | Fault::ReceiptLink
        | Fault::ShareLink
        | Fault::Strange
        | Fault::WrongPassphrase(_)
        | Fault::TooManyAttempts(_)
        | Fault::Unknown
        | Fault::OutOfMemory
        | Fault::PassphraseTooLong
        | Fault::PassphraseMissing
        | Fault::TooLong
        | Fault::Undecryptable
        | Fault::Broken => CommonText::Strange,
    };
    Notice::new(
        texts.get(CommonText::UnreachableTitle),
        &[texts.get(text)],
        Offer::Button(texts.get(CommonText::Retry).to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_said_once_it_is_known() {
        let of =
            |share, elapsed| progress(share, elapsed, ["{share} %", "{share} %, {time} s", "{share} %, {time} min"]);
        assert_eq!(of(0.0, 30.0), "0 %");
        assert_eq!(of(0.5, 1.0), "50 %", "too early");
        assert_eq!(of(0.01, 10.0), "1 %", "too little");
        assert_eq!(of(0.5, 12.0), "50 %, 15 s", "never less than it is");
        assert_eq!(of(0.999, 30.0), "99 %, 5 s");
        assert_eq!(of(0.1, 10.0), "10 %, 2 min");
        assert_eq!(of(0.02, 60.0), "2 %, 49 min");
    }
}
