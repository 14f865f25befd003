//! The settings of a secret in one line.

use super::form::Lifetime;
use super::limits::Limits;
use crate::flow::words::duration;
use crate::text::{CommonText, CreateText, Texts};

/// The settings as they stand in the form.
#[derive(Debug)]
pub struct Settings {
    /// How long it lives.
    pub lifetime: Lifetime,
    /// How often it can be read, as typed.
    pub views: String,
    /// Whether there is a passphrase.
    pub has_passphrase: bool,
    /// After how many wrong passphrases it is destroyed, as typed; `None` for never.
    pub attempt_limit: Option<String>,
}

impl Settings {
    /// All of them, for people. What no server would take is a question mark: the form says why once it is sent off.
    #[must_use]
    pub fn summary(&self, limits: &Limits, texts: Texts<CreateText>, common: Texts<CommonText>) -> String {
        let unclear = || texts.get(CreateText::Unclear).to_owned();
        let secs = self.lifetime.secs().filter(|secs| (limits.min_ttl..=limits.max_ttl).contains(secs));
        let time = secs.map_or_else(unclear, |secs| duration(secs, common));
        let views = match self.views.trim().parse() {
            Ok(1) => texts.get(CreateText::OneView).to_owned(),
            Ok(n) if (1..=limits.max_views).contains(&n) => texts.fill(CreateText::ManyViews, &[("n", &n.to_string())]),
            _ => texts.fill(CreateText::ManyViews, &[("n", &unclear())]),
        };
        let passphrase = match &self.attempt_limit {
            _ if !self.has_passphrase && limits.passphrase_required => {
                texts.get(CreateText::PassphraseWanted).to_owned()
            }
            _ if !self.has_passphrase => texts.get(CreateText::WithoutPassphrase).to_owned(),
            None => texts.get(CreateText::WithPassphrase).to_owned(),
            Some(number) => texts.fill(CreateText::WithAttemptLimit, &[("n", number.trim())]),
        };
        texts.fill(CreateText::Summary, &[("time", &time), ("views", &views), ("passphrase", &passphrase)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::create::Unit;
    use crate::text::Language;

    const LIMITS: Limits = Limits {
        min_ttl: 60,
        max_ttl: 604_800,
        default_ttl: 86_400,
        max_views: 10,
        max_envelope: 1024,
        passphrase_required: false,
    };

    fn plain() -> Settings {
        Settings { lifetime: Lifetime::Preset(604_800), views: "1".into(), has_passphrase: false, attempt_limit: None }
    }

    fn said(settings: &Settings, limits: &Limits) -> String {
        let language = Language::english();
        settings.summary(limits, language.create, language.common)
    }

    #[test]
    fn the_line_says_what_is_set() {
        assert_eq!(said(&plain(), &LIMITS), "Expires in 7 days · 1 view · no passphrase");
        let hours = Lifetime::Custom(" 36 ".into(), Unit::Hours);
        let full = Settings { lifetime: hours, views: " 3 ".into(), has_passphrase: true, attempt_limit: None };
        assert_eq!(said(&full, &LIMITS), "Expires in 36 hours · 3 views · with passphrase");
        let fragile = Settings { attempt_limit: Some("10".into()), ..full };
        assert!(said(&fragile, &LIMITS).ends_with("with passphrase, 10 failed attempts"));
        // Without a passphrase there is none to be guessed.
        let open = Settings { has_passphrase: false, ..fragile };
        assert!(said(&open, &LIMITS).ends_with("· no passphrase"));
        let strict = Limits { passphrase_required: true, ..LIMITS };
        assert!(said(&plain(), &strict).ends_with("· passphrase required"));
    }

    #[test]
    fn what_cannot_be_sent_is_not_said_as_if_it_could() {
        for (number, unit) in [("8", Unit::Days), ("", Unit::Hours), ("1.5", Unit::Hours), ("0", Unit::Minutes)] {
            let settings = Settings { lifetime: Lifetime::Custom(number.into(), unit), ..plain() };
            assert!(said(&settings, &LIMITS).starts_with("Expires in ? ·"), "{number}");
        }
        for views in ["", "0", "11", "x"] {
            let settings = Settings { views: views.into(), ..plain() };
            assert!(said(&settings, &LIMITS).contains("· ? views ·"), "{views}");
        }
    }
}
