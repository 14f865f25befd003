//! What a secret holds, as the page is given it.

use super::UnknownMessage;
use super::field::{Field, Reader};

/// One part of a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Text, to be shown as text and nothing else.
    Text(String),
    /// A file, to be saved and never shown.
    File {
        /// Hostile until made safe.
        name: String,
        /// Hostile until made safe.
        media_type: String,
        /// The content.
        data: Vec<u8>,
    },
    /// Something this generation cannot read, to be saved as it is.
    Raw(Vec<u8>),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(…)")
    }
}

impl Content {
    pub(super) fn push_to(self, fields: &mut Vec<Field>) {
        match self {
            Self::Text(text) => fields.extend(["text".into(), text.into()]),
            Self::File { name, media_type, data } => {
                fields.extend(["file".into(), name.into(), media_type.into(), data.into()]);
            }
            Self::Raw(data) => fields.extend(["raw".into(), data.into()]),
        }
    }

    pub(super) fn read(fields: &mut Reader) -> Result<Self, UnknownMessage> {
        Ok(match fields.text()?.as_str() {
            "text" => Self::Text(fields.text()?),
            "file" => Self::File { name: fields.text()?, media_type: fields.text()?, data: fields.bytes()? },
            "raw" => Self::Raw(fields.bytes()?),
            _ => return Err(UnknownMessage),
        })
    }
}
