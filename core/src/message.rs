//! What the page and its crypto worker say to each other.
//!
//! Keys live in the worker alone; the page sends it what the person typed and gets back
//! what it shows. A message travels as bytes, so that all of it is here, where it can be tested
//! without a browser.
//!
//! Each request has a number, which its reply bears. Under the number 0, `worker/boot.js`
//! tells how far a transfer is, as a share of one.

mod compose;
mod fault;
mod wire;

pub use crate::api::Status;
pub use crate::payload::{Field, FieldType, File, Item};
pub use compose::Compose;
#[cfg(any(test, feature = "vectors"))]
pub use fault::every_fault;
pub use fault::{Attempts, Fault};

use crate::api::{DestroyedBy, State};
use wire::{Wire, wire};
use zeroize::Zeroizing;

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Prove that this browser can do the cryptography: open a known envelope.
    SelfTest,
    /// Seal a text, files or both, and store them. Repeating the same request after a failure stores the
    /// same sealed secret again, so that nothing is ever stored twice.
    Create(Compose),
    /// Read a share link and ask what became of its secret. Spends nothing.
    Lookup {
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
    /// Read a receipt link and ask for the receipt.
    Check {
        /// The fragment, or what was pasted.
        link: String,
    },
    /// Destroy the secret that was checked.
    DestroyAsSender,
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The self-test passed.
    Ready,
    /// The secret is stored.
    Created {
        /// Text of the share key.
        share: String,
        /// Text of the owner key.
        owner: String,
        /// When the secret expires, in Unix seconds by the server's clock.
        expires_at: i64,
    },
    /// What became of the secret.
    Status {
        /// Whether its link asks for a passphrase; `None` for a receipt link.
        passphrase: Option<bool>,
        /// What the server answered; the kind of link decides which fields it has.
        status: Status,
    },
    /// What was asked for is done, and there is nothing to say about it.
    Done,
    /// The secret is open, and the view is spent.
    Revealed(Revealed),
    /// It did not work.
    Failed(Fault),
}

/// What a claim handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revealed {
    /// What the secret holds; one file with the whole plaintext, where this generation cannot read it.
    pub items: Vec<Item>,
    /// Whether it could be read.
    pub is_readable: bool,
    /// How often it can still be opened.
    pub views_left: u32,
}

/// A message could not be read: page and worker are not of the same build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownMessage;

impl Request {
    /// As the page posts it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        to_bytes(self)
    }

    /// Reads what [`Request::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`UnknownMessage`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnknownMessage> {
        from_bytes(bytes)
    }
}

impl Reply {
    /// As the worker posts it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        to_bytes(self)
    }

    /// Reads what [`Reply::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`UnknownMessage`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnknownMessage> {
        from_bytes(bytes)
    }

    /// What became of the secret, and whether its link asks for a passphrase: the answer to
    /// [`Request::Lookup`], [`Request::Check`], [`Request::Destroy`] and [`Request::DestroyAsSender`].
    ///
    /// # Errors
    /// Why it failed; [`Fault::Broken`] for the answer to anything else.
    pub fn into_status(self) -> Result<(Option<bool>, Status), Fault> {
        match self {
            Self::Status { passphrase, status } => Ok((passphrase, status)),
            Self::Failed(fault) => Err(fault),
            Self::Ready | Self::Created { .. } | Self::Done | Self::Revealed(_) => Err(Fault::Broken),
        }
    }

    /// What was handed out: the answer to [`Request::Reveal`] and [`Request::Repeat`].
    ///
    /// # Errors
    /// Why it failed; [`Fault::Broken`] for the answer to anything else.
    pub fn into_revealed(self) -> Result<Revealed, Fault> {
        match self {
            Self::Revealed(revealed) => Ok(revealed),
            Self::Failed(fault) => Err(fault),
            Self::Ready | Self::Created { .. } | Self::Done | Self::Status { .. } => Err(Fault::Broken),
        }
    }
}

fn to_bytes(message: &impl Wire) -> Zeroizing<Vec<u8>> {
    let mut len = 0;
    message.write(&mut |piece| len += piece.len());
    // With its whole room at once: growing leaves copies behind that nobody wipes.
    let mut bytes = Zeroizing::new(Vec::with_capacity(len));
    message.write(&mut |piece| bytes.extend_from_slice(piece));
    bytes
}

fn from_bytes<T: Wire>(mut bytes: &[u8]) -> Result<T, UnknownMessage> {
    let message = T::read(&mut bytes)?;
    if bytes.is_empty() { Ok(message) } else { Err(UnknownMessage) }
}

wire! {
    enum Request {
        SelfTest, Create(secret), Lookup { link }, Reveal { passphrase }, Repeat, Ack,
        Destroy { passphrase }, Check { link }, DestroyAsSender,
    }
}
wire! {
    enum Reply {
        Ready, Created { share, owner, expires_at }, Status { passphrase, status }, Done,
        Revealed(revealed), Failed(fault),
    }
}
wire! { struct Revealed { items, is_readable, views_left } }
wire! { enum Item { Text(text), File(file), Fields(fields) } }
wire! { struct Field { field_type, value, label } }
wire! { enum FieldType { Text, User, Password, Url, Totp, Note, SshKey, Other(name) } }
wire! { struct File { name, media_type, data } }
wire! {
    struct Status {
        state, created_at, expires_at, ended_at, max_views, views_left, size, opened_at, destroyed_by,
        attempts_left, failed_attempts, last_failed_at, attempts_paused_until,
    }
}
wire! { enum State { Waiting, Opened, Destroyed, Expired, Lost } }
wire! { enum DestroyedBy { Sender, Recipient, FailedAttempts } }

#[cfg(test)]
mod tests;
