//! The kinds of content, one of which the form asks for at a time.

use super::problem::Problem;
use crate::text::CreateText;

/// What is to be sent. It decides what the form asks for first; whatever else stands in the form goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A text.
    Text,
    /// Files, and a text with them where there is one.
    Files,
}

impl Content {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Text, Self::Files];

    /// As the radio button has it.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Files => "files",
        }
    }

    /// Reads what [`Content::value`] wrote; a text for anything else.
    #[must_use]
    pub fn of(value: &str) -> Self {
        Self::ALL.into_iter().find(|content| content.value() == value).unwrap_or(Self::Text)
    }

    /// The label of the text, and what stands in its field as long as it is empty.
    #[must_use]
    pub const fn text_words(self) -> (CreateText, CreateText) {
        match self {
            Self::Text => (CreateText::TextLabel, CreateText::TextHint),
            Self::Files => (CreateText::NoteLabel, CreateText::NoteHint),
        }
    }

    /// What is wrong where there is nothing to send.
    pub(super) const fn missing(self) -> Problem {
        match self {
            Self::Text => Problem::Empty,
            Self::Files => Problem::NoFiles,
        }
    }
}
