//! One parameter, header or field: its name, what it may be, what it says.

use crate::text::{Language, ReferenceText, fill};
use leptos::prelude::*;

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As it is written; fields inside of others with the names of those before.
    pub name: String,
    /// Where it is, besides in a body.
    pub place: Option<Place>,
    /// What it may be.
    pub kind: Kind,
    /// Whether it may be absent, where its description does not say when it is.
    pub presence: Option<Presence>,
    /// What it says.
    pub descriptions: Vec<String>,
}

/// Where a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "OpenAPI's words")]
pub enum Place {
    Path,
    Header,
    Query,
    Cookie,
}

/// Whether a field may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It may not.
    Required,
    /// It may.
    Optional,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A string of so many characters.
    Text(Bounds),
    /// A whole number.
    Number(Bounds),
    /// `true` or `false`.
    Flag,
    /// A point in time.
    Time,
    /// One of these strings.
    OneOf(Vec<String>),
    /// Several of a kind.
    ListOf(Box<Self>),
    /// This, or `null`.
    OrNull(Box<Self>),
    /// Whatever there is.
    Anything,
}

/// The least and the most, where there are any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Bounds {
    pub min: Option<String>,
    pub max: Option<String>,
}

impl Bounds {
    /// In words; `None` where there are no bounds.
    fn words(&self, text: fn(ReferenceText) -> &'static str) -> Option<String> {
        Some(match (&self.min, &self.max) {
            (None, None) => return None,
            (Some(min), Some(max)) if min == max => fill(text(ReferenceText::Exactly), &[("number", min)]),
            (Some(min), Some(max)) => fill(text(ReferenceText::Between), &[("min", min), ("max", max)]),
            (Some(min), None) => fill(text(ReferenceText::AtLeast), &[("min", min)]),
            (None, Some(max)) => fill(text(ReferenceText::AtMost), &[("max", max)]),
        })
    }
}

impl Kind {
    /// In words.
    fn words(&self, text: fn(ReferenceText) -> &'static str) -> String {
        let with = |what: ReferenceText, bounds: Option<String>| {
            [Some(text(what).to_owned()), bounds].into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Text(bounds) => {
                let bounds = bounds.words(text);
                with(
                    ReferenceText::Text,
                    bounds.map(|words| fill(text(ReferenceText::Characters), &[("bounds", &words)])),
                )
            }
            Self::Number(bounds) => with(ReferenceText::Number, bounds.words(text)),
            Self::Flag => text(ReferenceText::Flag).to_owned(),
            Self::Time => text(ReferenceText::Time).to_owned(),
            Self::Anything => text(ReferenceText::Anything).to_owned(),
            Self::OneOf(values) => {
                let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
                fill(text(ReferenceText::OneOf), &[("values", &values.join(", "))])
            }
            Self::ListOf(kind) => fill(text(ReferenceText::ListOf), &[("kind", &kind.words(text))]),
            Self::OrNull(kind) => fill(text(ReferenceText::OrNull), &[("kind", &kind.words(text))]),
        }
    }
}

/// A list of them.
pub(super) fn fields(language: &'static Language, fields: Vec<Field>) -> impl IntoView + use<> {
    let text = language.reference;
    let line = move |Field { name, place, kind, presence, descriptions }: Field| {
        let place = place.map(|place| match place {
            Place::Path => ReferenceText::InPath,
            Place::Header => ReferenceText::InHeader,
            Place::Query => ReferenceText::InQuery,
            Place::Cookie => ReferenceText::InCookie,
        });
        let presence = presence.map(|presence| match presence {
            Presence::Required => ReferenceText::Required,
            Presence::Optional => ReferenceText::Optional,
        });
        let facts: Vec<_> = place.into_iter().chain(presence).map(|key| text(key).to_owned()).collect();
        let facts = [facts.join(", "), kind.words(text)].join(": ");
        let descriptions: Vec<_> = descriptions.iter().map(|words| view! { <p>{prose(words)}</p> }).collect();
        view! {
            <div>
                <dt>
                    <code>{name}</code>
                </dt>
                <dd>{descriptions} <p class="help">{prose(&facts)}</p></dd>
            </div>
        }
    };
    view! { <dl class="facts">{fields.into_iter().map(line).collect::<Vec<_>>()}</dl> }
}

/// Text in which what stands between grave accents is code.
pub(super) fn prose(text: &str) -> impl IntoView + use<> {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let part = part.to_owned();
        if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    });
    parts.collect::<Vec<_>>()
}
