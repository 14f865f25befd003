//! What differs from server to server on a page: what its operator says and allows. In a template each of
//! these has a marked place ([`ashlink_core::template`]); designers see a server's defaults instead.

use crate::flow::create::{Limits, Unit, room};
use crate::flow::words::duration;
use crate::text::{CommonText, Texts};
use ashlink_core::api::Config;
use ashlink_core::template::{self, Values};
use leptos::prelude::*;
use std::sync::Arc;

/// Lifetimes to choose from, in seconds.
pub(super) const PRESETS: [u64; 4] = [3600, 86_400, 604_800, 2_592_000];

/// Defines an enum of names.
macro_rules! names {
    ($(#[$about:meta])* $type:ident { $($name:ident = $text:literal, $doc:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $type {
            $(#[doc = $doc] $name),*
        }

        impl $type {
            const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

names! {
    /// A text that differs.
    Text {
        Product = "product", "The site's name.";
        Base = "base", "What stands before every path: nothing, or `/prefix`.";
        Api = "api", "What stands before every path of the API: as [`Base`](Self::Base), or the address of another host.";
        LinkBase = "link_base", "What links begin with: the public address, or as [`Base`](Self::Base).";
        Notice = "notice", "What the operator tells senders.";
        Imprint = "imprint", "The address of the imprint.";
        Privacy = "privacy", "The address of the privacy policy.";
        Logo = "logo", "Where the logo is.";
        BrandSheet = "brand_sheet", "Where the style sheet with the site's own colour is.";
        Limits = "limits", "What the server allows, as the island reads it.";
        Lease = "lease", "For how many seconds a claim can be repeated.";
        Longest = "longest", "The longest lifetime, in words.";
        LongestSecs = "longest_secs", "The longest lifetime, in seconds.";
        ShortestSecs = "shortest_secs", "The shortest lifetime, in seconds.";
        MaxViews = "max_views", "The most views.";
        MaxSize = "max_size", "The longest envelope, in bytes.";
        Room = "room", "How much a secret can hold, in words.";
        OwnSecs = "own_secs", "The proposed lifetime where it is none of [`PRESETS`], in seconds.";
        OwnLabel = "own_label", "The proposed lifetime in words.";
        CustomNumber = "custom_number", "What stands at first in the field for a lifetime of one's own.";
        Address = "address", "Where the API's examples send their requests.";
        AddressInShell = "address_in_shell", "The same within single quotes of a shell.";
    }
}

names! {
    /// A condition on which a part depends.
    Condition {
        HasNotice = "has_notice", "There is a notice.";
        HasLegal = "has_legal", "There is an imprint or a privacy policy.";
        HasImprint = "has_imprint", "There is an imprint.";
        HasPrivacy = "has_privacy", "There is a privacy policy.";
        HasLogo = "has_logo", "There is a logo.";
        HasBrandSheet = "has_brand_sheet", "The site has a colour of its own.";
        WantsToken = "wants_token", "Creating takes a token.";
        WantsPassphrase = "wants_passphrase", "Creating takes a passphrase.";
        OffersViews = "offers_views", "There can be more views than one.";
        OffersCustom = "offers_custom", "A lifetime of one's own can be chosen.";
        ProposesMinutes = "proposes_minutes", "The field for it stands at minutes.";
        ProposesHours = "proposes_hours", "The field for it stands at hours.";
        ProposesDays = "proposes_days", "The field for it stands at days.";
    }
}

/// What a page is rendered with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Operator(Option<Arc<Values>>);

impl Operator {
    /// Marks, for a template.
    #[must_use]
    pub const fn marked() -> Self {
        Self(None)
    }

    /// What a server would fill in.
    #[must_use]
    pub fn of(values: Values) -> Self {
        Self(Some(Arc::new(values)))
    }

    pub(super) fn text(&self, text: Text) -> String {
        self.named(text.name())
    }

    /// The address of the create page.
    pub(super) fn home(&self) -> String {
        self.text(Text::Base) + "/"
    }

    /// A part that is there on a condition.
    pub(super) fn when<V: IntoView + 'static>(&self, condition: Condition, part: impl FnOnce() -> V) -> AnyView {
        self.when_named(condition.name(), part)
    }

    /// A part that is there where a condition does not hold.
    pub(super) fn unless<V: IntoView + 'static>(&self, condition: Condition, part: impl FnOnce() -> V) -> AnyView {
        self.when_named(&negated(condition.name()), part)
    }

    /// One part or the other.
    pub(super) fn either<V: IntoView + 'static, W: IntoView + 'static>(
        &self,
        condition: Condition,
        part: impl FnOnce() -> V,
        other: impl FnOnce() -> W,
    ) -> AnyView {
        let no = negated(condition.name());
        (self.when_named(condition.name(), part), self.when_named(&no, other)).into_any()
    }

    /// The choices of proposed lifetimes: each as what is sent, its words, and whether it is chosen at first.
    pub(super) fn lifetimes<V: IntoView + 'static>(
        &self,
        common: Texts<CommonText>,
        choice: impl Fn(String, String, bool) -> V,
    ) -> Vec<AnyView> {
        let mut all = Vec::new();
        for place in 0..=PRESETS.len() {
            let own = || choice(self.named("own_secs"), self.named("own_label"), true);
            all.push(self.when_named(&own_at(place), own));
            if let Some(secs) = PRESETS.get(place) {
                for is_chosen in [false, true] {
                    let preset = || choice(secs.to_string(), duration(*secs, common), is_chosen);
                    all.push(self.when_named(&preset_at(*secs, is_chosen), preset));
                }
            }
        }
        all
    }

    fn named(&self, name: &str) -> String {
        match &self.0 {
            None => template::place(name),
            Some(values) => values.texts.get(name).cloned().unwrap_or_default(),
        }
    }

    fn when_named<V: IntoView + 'static>(&self, condition: &str, part: impl FnOnce() -> V) -> AnyView {
        match &self.0 {
            None => (template::part(condition), part(), template::end()).into_any(),
            Some(values) if values.conditions.contains(condition) => part().into_any(),
            Some(_) => ().into_any(),
        }
    }
}

/// Marks where the API's examples send their requests, within single quotes of a shell.
#[must_use]
pub fn address_in_shell() -> String {
    template::place(Text::AddressInShell.name())
}

fn negated(condition: &str) -> String {
    format!("not_{condition}")
}

fn own_at(place: usize) -> String {
    format!("own_{place}")
}

fn preset_at(secs: u64, is_chosen: bool) -> String {
    format!("{}_{secs}", if is_chosen { "chosen" } else { "offered" })
}

/// Where the API's examples send their requests as long as the operator has not said where the server is.
const SOMEWHERE: &str = "https://ashlink.example";

/// What a server with these settings fills in. `base` stands before every path, `api` before those of the API;
/// `brand_sheet` is where the style sheet with the site's own colour is.
#[must_use]
pub fn values(config: &Config, base: &str, api: &str, brand_sheet: Option<&str>, common: Texts<CommonText>) -> Values {
    let mut values = Values::default();
    let (min, max, default) = (config.min_ttl.as_secs(), config.max_ttl.as_secs(), config.default_ttl.as_secs());
    let address = config.public_url.as_deref().unwrap_or(SOMEWHERE);
    let (number, unit) = proposal(min, max, default);
    let views = u64::from(config.max_views.get());
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    for (text, value) in [
        (Text::Product, config.product_name.clone()),
        (Text::Base, base.to_owned()),
        (Text::Api, api.to_owned()),
        (Text::LinkBase, config.links_begin().unwrap_or(base).to_owned()),
        (Text::Notice, optional(&config.notice)),
        (Text::Imprint, optional(&config.imprint_url)),
        (Text::Privacy, optional(&config.privacy_url)),
        (Text::Logo, optional(&config.logo)),
        (Text::BrandSheet, brand_sheet.unwrap_or_default().to_owned()),
        (Text::Limits, limits(config).to_text()),
        (Text::Lease, config.lease.to_string()),
        (Text::Longest, duration(max, common)),
        (Text::LongestSecs, max.to_string()),
        (Text::ShortestSecs, min.to_string()),
        (Text::MaxViews, views.to_string()),
        (Text::MaxSize, config.max_envelope.to_string()),
        (Text::Room, room(config.max_envelope)),
        (Text::OwnSecs, default.to_string()),
        (Text::OwnLabel, duration(default, common)),
        (Text::CustomNumber, number.to_string()),
        (Text::Address, address.to_owned()),
        (Text::AddressInShell, address.replace('\'', r"'\''")),
    ] {
        values.texts.insert(text.name().to_owned(), value);
    }
    let has_legal = config.imprint_url.is_some() || config.privacy_url.is_some();
    for (condition, holds) in [
        (Condition::HasNotice, config.notice.is_some()),
        (Condition::HasLegal, has_legal),
        (Condition::HasImprint, config.imprint_url.is_some()),
        (Condition::HasPrivacy, config.privacy_url.is_some()),
        (Condition::HasLogo, config.logo.is_some()),
        (Condition::HasBrandSheet, brand_sheet.is_some()),
        (Condition::WantsToken, config.token_required),
        (Condition::WantsPassphrase, config.passphrase_required),
        (Condition::OffersViews, views > 1),
        // Where there is only one lifetime, there is no other.
        (Condition::OffersCustom, min < max),
        (Condition::ProposesMinutes, unit == Unit::Minutes),
        (Condition::ProposesHours, unit == Unit::Hours),
        (Condition::ProposesDays, unit == Unit::Days),
    ] {
        let name = condition.name();
        values.conditions.insert(if holds { name.to_owned() } else { negated(name) });
    }
    for secs in PRESETS.into_iter().filter(|secs| (min..=max).contains(secs)) {
        values.conditions.insert(preset_at(secs, secs == default));
    }
    if !PRESETS.contains(&default) {
        values.conditions.insert(own_at(PRESETS.into_iter().filter(|secs| *secs < default).count()));
    }
    values
}

/// What the island has to know of the settings.
fn limits(config: &Config) -> Limits {
    Limits {
        min_ttl: config.min_ttl.as_secs(),
        max_ttl: config.max_ttl.as_secs(),
        default_ttl: config.default_ttl.as_secs(),
        max_views: u64::from(config.max_views.get()),
        max_envelope: config.max_envelope,
        passphrase_required: config.passphrase_required,
    }
}

/// What stands in the field for a lifetime of one's own at first: 12 hours, or where that is not
/// allowed the one that is proposed.
fn proposal(min: u64, max: u64, default: u64) -> (u64, Unit) {
    const SECS: u64 = 12 * Unit::Hours.secs();
    let secs = if (min..=max).contains(&SECS) { SECS } else { default };
    let unit = [Unit::Days, Unit::Hours].into_iter().find(|unit| secs.is_multiple_of(unit.secs()));
    let unit = unit.unwrap_or(Unit::Minutes);
    (secs / unit.secs(), unit)
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Page, default_config, testing::filled};
    use ashlink_core::api::{MaxViews, Ttl};

    fn set(change: impl FnOnce(&mut Config)) -> Config {
        let mut config = default_config();
        change(&mut config);
        config
    }

    fn ttl(secs: u64) -> Ttl {
        Ttl::from_secs(secs).unwrap()
    }

    /// The values of the proposed lifetimes, the one that is chosen at first in brackets.
    fn lifetimes(page: &str) -> Vec<String> {
        let inputs = page.split("<input ").filter(|tag| tag.contains("name=\"lifetime\""));
        let value = |tag: &str| tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let is_chosen = |tag: &str| tag.split('>').next().unwrap().contains(" checked");
        inputs.map(|tag| if is_chosen(tag) { format!("[{}]", value(tag)) } else { value(tag) }).collect()
    }

    #[test]
    fn lifetimes_are_those_that_the_server_takes() {
        let of = |config: &Config| lifetimes(&filled(Page::Create, config));
        assert_eq!(of(&default_config()), ["3600", "86400", "[604800]", "2592000", "custom"]);
        let own = set(|config| config.default_ttl = ttl(7200));
        assert_eq!(of(&own), ["3600", "[7200]", "86400", "604800", "2592000", "custom"]);
        let short = set(|config| {
            config.max_ttl = ttl(86_400);
            config.default_ttl = ttl(86_400);
        });
        assert_eq!(of(&short), ["3600", "[86400]", "custom"]);
        let one = set(|config| {
            config.min_ttl = ttl(600);
            config.max_ttl = ttl(600);
            config.default_ttl = ttl(600);
        });
        assert_eq!(of(&one), ["[600]"]);
        assert!(filled(Page::Create, &one).contains("<option value=\"minutes\" selected>"));
        assert!(filled(Page::Create, &default_config()).contains("<option value=\"hours\" selected>"));
    }

    #[test]
    fn what_the_operator_says_is_text_and_no_more() {
        let hostile = || "\"><script>alert(1)</script>\u{e000}base\u{e001}".to_owned();
        let config = set(|config| {
            config.product_name = hostile();
            config.notice = Some(hostile());
            config.imprint_url = Some(hostile());
            config.logo = Some(hostile());
            config.public_url = Some(hostile());
            config.max_views = MaxViews::new(1).unwrap();
            config.token_required = true;
            config.passphrase_required = true;
        });
        for which in [Page::Create, Page::Open, Page::Receipt, Page::About, Page::NotFound] {
            let html = filled(which.clone(), &config);
            assert!(!html.contains("<script>") && !html.contains('\u{e000}'), "{which:?}");
            assert!(html.contains("&quot;&gt;&lt;script&gt;alert(1)"), "{which:?}");
        }
    }
}
