//! All visible text, in one place.
//!
//! A text is named by a key; keys come in groups, one for each island and one for the pages.
//! A language is a [`Language`]: a function for each group, so that the compiler finds a
//! missing text. Tables are compiled only where pages are rendered. An island gets its group
//! as one string, which costs the browser neither the table nor a parser.

#[cfg(any(feature = "ssr", feature = "csr", test))]
mod english;
mod fill;
mod keys;
#[cfg(test)]
mod tests;

pub use fill::fill;
pub use keys::{CommonText, CreateText, ManageText, OpenText, PageText};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
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

    #[cfg(any(feature = "ssr", feature = "csr", test))]
    fn join(text: fn(K) -> &'static str) -> String {
        let texts: Vec<_> = K::ALL.iter().map(|key| text(*key)).collect();
        texts.join(&SEPARATOR.to_string())
    }

    #[cfg(any(feature = "ssr", feature = "csr", test))]
    const fn of(joined: &'static str) -> Self {
        Self { joined, group: PhantomData }
    }
}

impl<K> Serialize for Texts<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.joined)
    }
}

impl<'de, K> Deserialize<'de> for Texts<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Only islands read texts, once, and keep them for as long as the page lives.
        let joined = String::deserialize(deserializer)?.leak();
        Ok(Self { joined, group: PhantomData })
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
    /// For every island.
    pub common: Texts<CommonText>,
    /// For the island that creates.
    pub create: Texts<CreateText>,
    /// For the island that opens.
    pub open: Texts<OpenText>,
    /// For the sender's island.
    pub manage: Texts<ManageText>,
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
            common: join_once(english::common),
            create: join_once(english::create),
            open: join_once(english::open),
            manage: join_once(english::manage),
        });
        &ENGLISH
    }
}

/// Joins a table for the life of the process; called once for each.
#[cfg(any(feature = "ssr", feature = "csr", test))]
fn join_once<K: Group>(text: fn(K) -> &'static str) -> Texts<K> {
    Texts::of(Texts::join(text).leak())
}
