//! What is to be sealed and stored, as it was typed.

use super::UnknownMessage;
use super::content::File;
use super::field::{Field, Reader};
use zeroize::Zeroize;

/// What is to be sealed and stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// The text; empty for none, where there are files.
    pub text: String,
    /// The files, in their order.
    pub files: Vec<File>,
    /// As typed; empty for none.
    pub passphrase: String,
    /// Lifetime in seconds.
    pub ttl: u64,
    /// How often it can be read.
    pub views: u32,
    /// After how many wrong tries it is destroyed.
    pub burn_after: Option<u32>,
    /// The longest envelope that the server takes, in bytes: what is longer is refused before
    /// any request.
    pub max_envelope: u64,
    /// The token that the server asks for; empty for none.
    pub token: String,
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSecret(…)")
    }
}

impl Zeroize for NewSecret {
    fn zeroize(&mut self) {
        self.text.zeroize();
        self.files.zeroize();
        self.passphrase.zeroize();
        self.token.zeroize();
    }
}

impl NewSecret {
    pub(super) fn push_to(self, fields: &mut Vec<Field>) {
        fields.extend([
            self.text.into(),
            self.passphrase.into(),
            self.ttl.into(),
            self.views.into(),
            self.burn_after.into(),
            self.max_envelope.into(),
            self.token.into(),
        ]);
        for file in self.files {
            file.push_to(fields);
        }
    }

    pub(super) fn read(fields: &mut Reader) -> Result<Self, UnknownMessage> {
        Ok(Self {
            text: fields.text()?,
            passphrase: fields.text()?,
            ttl: fields.number()?,
            views: fields.number()?,
            burn_after: fields.optional()?,
            max_envelope: fields.number()?,
            token: fields.text()?,
            files: {
                let mut files = Vec::new();
                while fields.more() {
                    files.push(File::read(fields)?);
                }
                files
            },
        })
    }
}
