//! What can be chosen and attached.

use ashlink_core::payload::MAX_ITEMS;

/// The most files: with a text, they fill a bundle.
pub(super) const MAX_FILES: usize = MAX_ITEMS - 1;

/// What the server allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The shortest lifetime, in seconds.
    pub min_ttl: u64,
    /// The longest lifetime, in seconds.
    pub max_ttl: u64,
    /// The lifetime to propose, in seconds.
    pub default_ttl: u64,
    /// The most views.
    pub max_views: u64,
    /// The longest envelope, in bytes.
    pub max_envelope: u64,
    /// Whether there must be a passphrase.
    pub passphrase_required: bool,
}

impl Limits {
    /// Numbers between spaces: a parser for it costs the browser next to nothing.
    #[must_use]
    pub fn to_text(self) -> String {
        let Self { min_ttl, max_ttl, default_ttl, max_views, max_envelope, passphrase_required } = self;
        let numbers = [min_ttl, max_ttl, default_ttl, max_views, max_envelope, passphrase_required.into()];
        numbers.map(|number| number.to_string()).join(" ")
    }

    /// Reads what [`Limits::to_text`] wrote; a number that is missing is 0, and allows nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        Self {
            min_ttl: next(),
            max_ttl: next(),
            default_ttl: next(),
            max_views: next(),
            max_envelope: next(),
            passphrase_required: next() > 0,
        }
    }
}
