//! What the page and its crypto worker say to each other.
//!
//! Keys live in the worker alone; the page sends it what the person typed and gets back
//! what it shows. A message is a flat list of [`Field`]s: the glue on both sides turns
//! each into one JavaScript value, and everything else is here, where it can be tested
//! without a browser.
//!
//! Each request has a number, which its reply bears. Under the number 0, `worker/boot.js`
//! tells how far a transfer is, as a share of one.

mod content;
mod fault;
mod field;
mod new_secret;
mod status;

pub use content::{Content, File};
#[cfg(test)]
pub(crate) use fault::every_fault;
pub use fault::{Attempts, Fault};
pub use field::Field;
pub use new_secret::NewSecret;
pub use status::Status;

use field::{Reader, Unreadable};

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Prove that this browser can do the cryptography: open a known envelope.
    SelfTest,
    /// Make up a passphrase.
    Generate,
    /// Seal a text, files or both, and store them. Repeating the same request after a failure stores the
    /// same sealed secret again, so that nothing is ever stored twice.
    Create(NewSecret),
    /// Read a share link and ask what became of its secret. Spends nothing.
    Look {
        /// The fragment, or what was pasted.
        link: String,
    },
    /// Open the secret that was looked at. Spends one view.
    Reveal {
        /// As typed; empty for none.
        passphrase: String,
    },
    /// Send the last claim once more, with its nonce: while its lease runs, that spends nothing.
    Repeat,
    /// End the lease of the claim that was answered.
    Ack,
    /// Destroy what is left of the secret that was looked at, or opened.
    Destroy {
        /// As typed; not needed after it was opened.
        passphrase: String,
    },
    /// Read an owner link and ask for the receipt.
    Check {
        /// The fragment, or what was pasted.
        link: String,
    },
    /// Destroy the secret that was checked.
    Burn,
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The self-test passed.
    Ready,
    /// A passphrase.
    Passphrase(String),
    /// The secret is stored.
    Created {
        /// Text of the share key.
        share: String,
        /// Text of the owner key.
        owner: String,
        /// Unix seconds.
        expires_at: i64,
    },
    /// What became of the secret.
    Status {
        /// Whether its link asks for a passphrase; `None` for an owner link.
        passphrase: Option<bool>,
        /// The rest.
        status: Status,
    },
    /// What was asked for is done, and there is nothing to say about it.
    Done,
    /// The secret is open, and the view is spent.
    Revealed {
        /// What it holds.
        items: Vec<Content>,
        /// How often it can still be read.
        views_left: u32,
    },
    /// It did not work.
    Failed(Fault),
}

/// A message could not be read: page and worker are not of the same build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownMessage;

impl From<Unreadable> for UnknownMessage {
    fn from(_: Unreadable) -> Self {
        Self
    }
}

impl Request {
    /// As fields.
    #[must_use]
    pub fn into_fields(self) -> Vec<Field> {
        match self {
            Self::SelfTest => vec!["self_test".into()],
            Self::Generate => vec!["generate".into()],
            Self::Create(secret) => {
                let mut fields = vec!["create".into()];
                secret.push_to(&mut fields);
                fields
            }
            Self::Look { link } => vec!["look".into(), link.into()],
            Self::Reveal { passphrase } => vec!["reveal".into(), passphrase.into()],
            Self::Repeat => vec!["repeat".into()],
            Self::Ack => vec!["ack".into()],
            Self::Destroy { passphrase } => vec!["destroy".into(), passphrase.into()],
            Self::Check { link } => vec!["check".into(), link.into()],
            Self::Burn => vec!["burn".into()],
        }
    }

    /// From fields.
    ///
    /// # Errors
    /// [`UnknownMessage`] when they are none of the above.
    pub fn from_fields(fields: Vec<Field>) -> Result<Self, UnknownMessage> {
        let mut fields = Reader::new(fields);
        let request = match fields.text()?.as_str() {
            "self_test" => Self::SelfTest,
            "generate" => Self::Generate,
            "create" => Self::Create(NewSecret::read(&mut fields)?),
            "look" => Self::Look { link: fields.text()? },
            "reveal" => Self::Reveal { passphrase: fields.text()? },
            "repeat" => Self::Repeat,
            "ack" => Self::Ack,
            "destroy" => Self::Destroy { passphrase: fields.text()? },
            "check" => Self::Check { link: fields.text()? },
            "burn" => Self::Burn,
            _ => return Err(UnknownMessage),
        };
        fields.end()?;
        Ok(request)
    }
}

impl Reply {
    /// As fields.
    #[must_use]
    pub fn into_fields(self) -> Vec<Field> {
        match self {
            Self::Ready => vec!["ready".into()],
            Self::Passphrase(text) => vec!["passphrase".into(), text.into()],
            Self::Created { share, owner, expires_at } => {
                vec!["created".into(), share.into(), owner.into(), expires_at.into()]
            }
            Self::Status { passphrase, status } => {
                let mut fields = vec!["status".into(), passphrase.map(u32::from).into()];
                status.push_to(&mut fields);
                fields
            }
            Self::Revealed { items, views_left } => {
                let mut fields = vec!["revealed".into(), views_left.into()];
                for item in items {
                    item.push_to(&mut fields);
                }
                fields
            }
            Self::Done => vec!["done".into()],
            Self::Failed(fault) => vec!["failed".into(), fault.name().into(), fault.number().into()],
        }
    }

    /// From fields.
    ///
    /// # Errors
    /// [`UnknownMessage`] when they are none of the above.
    pub fn from_fields(fields: Vec<Field>) -> Result<Self, UnknownMessage> {
        let mut fields = Reader::new(fields);
        let reply = match fields.text()?.as_str() {
            "ready" => Self::Ready,
            "passphrase" => Self::Passphrase(fields.text()?),
            "created" => Self::Created { share: fields.text()?, owner: fields.text()?, expires_at: fields.number()? },
            "status" => Self::Status {
                passphrase: fields.optional::<u32>()?.map(|flag| flag != 0),
                status: Status::read(&mut fields)?,
            },
            "revealed" => {
                let views_left = fields.number()?;
                let mut items = Vec::new();
                while fields.more() {
                    items.push(Content::read(&mut fields)?);
                }
                Self::Revealed { items, views_left }
            }
            "done" => Self::Done,
            "failed" => {
                let name = fields.text()?;
                Self::Failed(Fault::named(&name, fields.optional()?).ok_or(UnknownMessage)?)
            }
            _ => return Err(UnknownMessage),
        };
        fields.end()?;
        Ok(reply)
    }
}

#[cfg(test)]
mod tests;
