//! All visible text, in one place.
//!
//! A text is named by a key; keys come in groups, one for each island and one for the pages.
//! A language is a [`Language`]: a function for each group, so that the compiler finds a
//! missing text. Tables are compiled only where pages are rendered. An island finds its group
//! as one string in the markup, which costs the browser neither the table nor a parser.

#[cfg(any(feature = "ssr", feature = "csr", test))]
mod english;
mod fill;
mod keys;
#[cfg(test)]
mod tests;

pub use fill::fill;
pub use keys::{AboutText, CommonText, CreateText, OpenText, PageText, ReceiptText, ReferenceText};

use std::marker::PhantomData;

/// Stands between the texts of a group: a character that no text has.
const SEPARATOR: char = '\u{1f}';

/// A group of keys.
pub trait Group: Copy + 'static {
    /// All of them, in order.
    const ALL: &'static [Self];

    /// The key's place in [`Group::ALL`].
    fn index(self) -> usize;

    /// The names that may stand in braces in the key's text.
    fn placeholders(self) -> &'static [&'static str];
}

/// The texts of one group in one language.
pub struct Texts<K> {
    joined: &'static str,
    group: PhantomData<K>,
}

impl<K> Clone for Texts<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Texts<K> {}

impl<K: Group> Texts<K> {
    /// The text of a key.
    #[must_use]
    pub fn get(self, key: K) -> &'static str {
        self.joined.split(SEPARATOR).nth(key.index()).unwrap_or_default()
    }

    /// The text of a key with its placeholders filled.
    #[must_use]
    pub fn fill(self, key: K, values: &[(&str, &str)]) -> String {
        fill(self.get(key), values)
    }

    /// All of them in one string, for [`Texts::keep`].
    #[must_use]
    pub const fn joined(self) -> &'static str {
        self.joined
    }

    /// Reads what [`Texts::joined`] wrote, and keeps it for as long as the process lives: for
    /// islands, which do so once.
    #[must_use]
    pub fn keep(joined: String) -> Self {
        Self { joined: joined.leak(), group: PhantomData }
    }

    #[cfg(any(feature = "ssr", feature = "csr", test))]
    fn of(text: fn(K) -> &'static str) -> Self {
        let texts: Vec<_> = K::ALL.iter().map(|key| text(*key)).collect();
        Self::keep(texts.join(&SEPARATOR.to_string()))
    }
}

/// A language.
#[cfg(any(feature = "ssr", feature = "csr", test))]
pub struct Language {
    /// Its BCP 47 tag.
    pub tag: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    /// For the pages.
    pub page: fn(PageText) -> &'static str,
    /// For the page that explains.
    pub about: fn(AboutText) -> &'static str,
    /// For the API's reference.
    pub reference: fn(ReferenceText) -> &'static str,
    /// For every island.
    pub common: Texts<CommonText>,
    /// For the island that creates.
    pub create: Texts<CreateText>,
    /// For the island that opens.
    pub open: Texts<OpenText>,
    /// For the sender's island.
    pub receipt: Texts<ReceiptText>,
}

#[cfg(any(feature = "ssr", feature = "csr", test))]
impl Language {
    /// The language that is always there.
    #[must_use]
    pub fn english() -> &'static Self {
        static ENGLISH: std::sync::LazyLock<Language> = std::sync::LazyLock::new(|| Language {
            tag: "en",
            direction: "ltr",
            page: english::page,
            about: english::about,
            reference: english::reference,
            common: Texts::of(english::common),
            create: Texts::of(english::create),
            open: Texts::of(english::open),
            receipt: Texts::of(english::receipt),
        });
        &ENGLISH
    }
}
