//! What a sender can paste into mail or chat.

use super::Made;
use crate::flow::words::Clock;
use crate::text::{CreateText, Texts};

/// The link with what its recipient has to know. Never the passphrase: that goes another way.
#[must_use]
pub fn message(made: &Made, link: &str, texts: Texts<CreateText>, clock: &dyn Clock) -> String {
    let views = match made.views {
        1 => texts.get(CreateText::MessageOnce).to_owned(),
        n => texts.fill(CreateText::MessageViews, &[("n", &n.to_string())]),
    };
    let until = texts.fill(CreateText::MessageUntil, &[("time", &clock.moment_anywhere(made.expires_at))]);
    let mut lines =
        vec![texts.get(CreateText::MessageHello), "", link, "", texts.get(CreateText::MessageSteps), &views];
    if !made.passphrase.is_empty() {
        lines.push(texts.get(CreateText::MessagePassphrase));
    }
    lines.push(&until);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::testing::Numbers;
    use crate::text::{Language, fill};

    fn written(views: u32, passphrase: &str) -> String {
        let made = Made { share: "S".into(), owner: "M".into(), expires_at: 9, views, passphrase: passphrase.into() };
        // As the island gets them.
        let texts = fill(Language::english().create.joined(), &[("product", "Site {n}")]);
        message(&made, "https://host/s#S", Texts::keep(texts), &Numbers)
    }

    #[test]
    fn it_says_what_a_recipient_has_to_know() {
        let text = written(1, "");
        assert!(text.contains("\nhttps://host/s#S\n"), "the link stands alone on its line: {text}");
        assert!(text.contains("once") && text.contains("anywhere 9"), "{text}");
        assert!(text.contains("with Site {n}."), "a name is a name: {text}");
        assert!(!text.contains("passphrase") && text.matches('{').count() == 1, "{text}");
        assert!(written(3, "").contains("3 times"));
    }

    #[test]
    fn it_mentions_the_passphrase_and_does_not_tell_it() {
        let text = written(1, "open sesame");
        assert!(text.contains("passphrase") && !text.contains("sesame"), "{text}");
    }
}
