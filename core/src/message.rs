//! What the page and its crypto worker say to each other.
//!
//! Keys live in the worker alone; the page sends it what the person typed and gets back
//! what it shows. A message is a flat list of [`Field`]s: the glue on both sides turns
//! each into one JavaScript value, and everything else is here, where it can be tested
//! without a browser.

mod field;

pub use field::Field;

use crate::api::{BurnedBy, ErrorCode, Peek, Receipt, State};
use crate::link::LinkError;
use field::{Reader, Unreadable};

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Prove that this browser can do the cryptography: open a known envelope.
    SelfTest,
    /// Make up a passphrase.
    Generate,
    /// Seal a text and store it. Repeating the same request after a failure stores the
    /// same sealed secret again, so that nothing is ever stored twice.
    Create {
        /// The secret.
        text: String,
        /// As typed; empty for none.
        passphrase: String,
        /// Lifetime in seconds.
        ttl: u64,
        /// How often it can be read.
        views: u32,
        /// The longest envelope that the server takes, in bytes: what is longer is refused
        /// before any request.
        max_envelope: u64,
    },
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

/// What became of a secret. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Where it stands.
    pub state: State,
    /// When it was stored; known to its sender only.
    pub created_at: Option<i64>,
    /// When it dies or would have died.
    pub expires_at: i64,
    /// When it ceased to wait.
    pub ended_at: Option<i64>,
    /// How often it could be read; known to its sender only.
    pub max_views: Option<u32>,
    /// How often it can still be read.
    pub views_left: u32,
    /// When it was opened.
    pub opened_at: Vec<i64>,
    /// Who destroyed it.
    pub burned_by: Option<BurnedBy>,
}

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

/// Why a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The link has no readable key.
    Link(LinkError),
    /// An owner link where a share link belongs.
    OwnerLink,
    /// A share link where an owner link belongs.
    ShareLink,
    /// The server answered with an error.
    Server(ErrorCode),
    /// The server answered with something this page does not know.
    Strange,
    /// No answer, and the request can be repeated without harm.
    Unreachable,
    /// No answer to a claim: it may have been spent.
    Unknown,
    /// Argon2's memory is not to be had.
    OutOfMemory,
    /// The passphrase is too long.
    PassphraseTooLong,
    /// The link wants a passphrase, and none was given.
    PassphraseMissing,
    /// The secret is too long for this server.
    TooLong,
    /// Claimed, and the envelope does not open: it was changed on the way or in the store.
    Undecryptable,
    /// The worker cannot do what it must: no WebAssembly, no random numbers.
    Broken,
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
            Self::Create { text, passphrase, ttl, views, max_envelope } => {
                vec!["create".into(), text.into(), passphrase.into(), ttl.into(), views.into(), max_envelope.into()]
            }
            Self::Look { link } => vec!["look".into(), link.into()],
            Self::Reveal { passphrase } => vec!["reveal".into(), passphrase.into()],
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
            "create" => Self::Create {
                text: fields.text()?,
                passphrase: fields.text()?,
                ttl: fields.number()?,
                views: fields.number()?,
                max_envelope: fields.number()?,
            },
            "look" => Self::Look { link: fields.text()? },
            "reveal" => Self::Reveal { passphrase: fields.text()? },
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
            Self::Failed(fault) => vec!["failed".into(), fault.name().into()],
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
            "failed" => Self::Failed(Fault::named(&fields.text()?).ok_or(UnknownMessage)?),
            _ => return Err(UnknownMessage),
        };
        fields.end()?;
        Ok(reply)
    }
}

const STATES: [(State, &str); 5] = [
    (State::Waiting, "waiting"),
    (State::Opened, "opened"),
    (State::Burned, "burned"),
    (State::Expired, "expired"),
    (State::Lost, "lost"),
];

impl Status {
    fn push_to(self, fields: &mut Vec<Field>) {
        let name = STATES.iter().find(|(state, _)| *state == self.state);
        fields.extend([
            name.expect("every state stands in the table").1.into(),
            self.created_at.into(),
            self.expires_at.into(),
            self.ended_at.into(),
            self.max_views.into(),
            self.views_left.into(),
            self.burned_by.map(|by| u32::from(by == BurnedBy::Recipient)).into(),
        ]);
        fields.extend(self.opened_at.into_iter().map(Field::from));
    }

    fn read(fields: &mut Reader) -> Result<Self, UnknownMessage> {
        let name = fields.text()?;
        let state = STATES.iter().find(|(_, text)| *text == name).ok_or(UnknownMessage)?.0;
        let mut status = Self {
            state,
            created_at: fields.optional()?,
            expires_at: fields.number()?,
            ended_at: fields.optional()?,
            max_views: fields.optional()?,
            views_left: fields.number()?,
            burned_by: fields.optional::<u32>()?.map(|by| match by {
                0 => BurnedBy::Sender,
                _ => BurnedBy::Recipient,
            }),
            opened_at: Vec::new(),
        };
        while fields.more() {
            status.opened_at.push(fields.number()?);
        }
        Ok(status)
    }
}

impl From<Peek> for Status {
    fn from(peek: Peek) -> Self {
        Self {
            state: peek.state,
            created_at: None,
            expires_at: peek.expires_at.unix_secs(),
            ended_at: peek.ended_at.map(crate::api::Timestamp::unix_secs),
            max_views: None,
            views_left: peek.views_left,
            opened_at: peek.opened_at.iter().map(|time| time.unix_secs()).collect(),
            burned_by: peek.burned_by,
        }
    }
}

impl From<Receipt> for Status {
    fn from(receipt: Receipt) -> Self {
        Self {
            state: receipt.state,
            created_at: Some(receipt.created_at.unix_secs()),
            expires_at: receipt.expires_at.unix_secs(),
            ended_at: receipt.ended_at.map(crate::api::Timestamp::unix_secs),
            max_views: Some(receipt.max_views.get()),
            views_left: receipt.views_left,
            opened_at: receipt.opened_at.iter().map(|time| time.unix_secs()).collect(),
            burned_by: receipt.burned_by,
        }
    }
}

impl Content {
    fn push_to(self, fields: &mut Vec<Field>) {
        match self {
            Self::Text(text) => fields.extend(["text".into(), text.into()]),
            Self::File { name, media_type, data } => {
                fields.extend(["file".into(), name.into(), media_type.into(), data.into()]);
            }
            Self::Raw(data) => fields.extend(["raw".into(), data.into()]),
        }
    }

    fn read(fields: &mut Reader) -> Result<Self, UnknownMessage> {
        Ok(match fields.text()?.as_str() {
            "text" => Self::Text(fields.text()?),
            "file" => Self::File { name: fields.text()?, media_type: fields.text()?, data: fields.bytes()? },
            "raw" => Self::Raw(fields.bytes()?),
            _ => return Err(UnknownMessage),
        })
    }
}

impl Fault {
    const LOCAL: [(Self, &str); 13] = [
        (Self::Link(LinkError::Missing), "link.missing"),
        (Self::Link(LinkError::Damaged), "link.damaged"),
        (Self::Link(LinkError::TooNew), "link.too_new"),
        (Self::OwnerLink, "link.owner"),
        (Self::ShareLink, "link.share"),
        (Self::Strange, "strange"),
        (Self::Unreachable, "unreachable"),
        (Self::Unknown, "unknown_outcome"),
        (Self::OutOfMemory, "out_of_memory"),
        (Self::PassphraseTooLong, "passphrase.too_long"),
        (Self::PassphraseMissing, "passphrase.missing"),
        (Self::TooLong, "too_long"),
        (Self::Undecryptable, "undecryptable"),
    ];

    fn name(self) -> String {
        if let Self::Server(code) = self {
            return format!("server.{}", code.as_str());
        }
        let known = Self::LOCAL.iter().find(|(fault, _)| *fault == self);
        known.map_or("broken", |(_, name)| name).to_owned()
    }

    fn named(name: &str) -> Option<Self> {
        if let Some(code) = name.strip_prefix("server.") {
            return ErrorCode::parse(code).map(Self::Server);
        }
        if name == "broken" {
            return Some(Self::Broken);
        }
        Self::LOCAL.iter().find(|(_, known)| *known == name).map(|(fault, _)| *fault)
    }
}

#[cfg(test)]
mod tests;
