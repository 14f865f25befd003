//! What a secret holds, as the page is given it.

use super::UnknownMessage;
use super::field::{Field, Reader};
use zeroize::Zeroize;

/// A file, on its way in or out.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Hostile until made safe, when it comes out of a secret.
    pub name: String,
    /// Likewise; empty for unknown.
    pub media_type: String,
    /// The content.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("File(…)")
    }
}

impl Zeroize for File {
    fn zeroize(&mut self) {
        self.name.zeroize();
        self.media_type.zeroize();
        self.data.zeroize();
    }
}

impl File {
    pub(super) fn push_to(self, fields: &mut Vec<Field>) {
        fields.extend([self.name.into(), self.media_type.into(), self.data.into()]);
    }

    pub(super) fn read(fields: &mut Reader) -> Result<Self, UnknownMessage> {
        Ok(Self { name: fields.text()?, media_type: fields.text()?, data: fields.bytes()? })
    }
}

/// One part of a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Text, to be shown as text and nothing else.
    Text(String),
    /// A file, to be saved and never shown.
    File(File),
    /// Something this generation cannot read, to be saved as it is.
    Raw(Vec<u8>),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(…)")
    }
}

impl Zeroize for Content {
    fn zeroize(&mut self) {
        match self {
            Self::Text(text) => text.zeroize(),
            Self::File(file) => file.zeroize(),
            Self::Raw(data) => data.zeroize(),
        }
    }
}

impl Content {
    pub(super) fn push_to(self, fields: &mut Vec<Field>) {
        match self {
            Self::Text(text) => fields.extend(["text".into(), text.into()]),
            Self::File(file) => {
                fields.push("file".into());
                file.push_to(fields);
            }
            Self::Raw(data) => fields.extend(["raw".into(), data.into()]),
        }
    }

    pub(super) fn read(fields: &mut Reader) -> Result<Self, UnknownMessage> {
        Ok(match fields.text()?.as_str() {
            "text" => Self::Text(fields.text()?),
            "file" => Self::File(File::read(fields)?),
            "raw" => Self::Raw(fields.bytes()?),
            _ => return Err(UnknownMessage),
        })
    }
}
