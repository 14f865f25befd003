//! What a client remembers between two messages, and what it does with each.

mod create;
mod open;
mod receipt;
#[cfg(test)]
mod tests;

pub use create::Prepared;

use crate::api::Api;
use crate::self_test;
use crate::transport::Transport;
use ashlink_core::message::{Compose, Fault, Reply, Request};
use ashlink_core::passphrase::{Passphrase, PassphraseTooLong, StretchError};
use zeroize::Zeroizing;

/// Normalises what was typed as FORMAT.md says, or says that it is too long.
pub type Normalise = fn(&str) -> Result<Option<Passphrase>, PassphraseTooLong>;

/// The keys of one page, or of one command.
pub struct Session<T> {
    api: Api<T>,
    normalise: Normalise,
    prepared: Option<(Zeroizing<Compose>, Prepared)>,
    looked_up: Option<open::LookedUp>,
    checked: Option<receipt::Checked>,
}

impl<T: Transport> Session<T> {
    /// Knows nothing yet.
    #[must_use]
    pub const fn new(transport: T, normalise: Normalise) -> Self {
        Self { api: Api::new(transport), normalise, prepared: None, looked_up: None, checked: None }
    }

    /// The API that it talks to.
    pub const fn api(&self) -> &Api<T> {
        &self.api
    }

    /// Does what is asked for.
    pub async fn handle(&mut self, request: Request) -> Reply {
        let done = match request {
            Request::SelfTest if self_test::passes() => Ok(Reply::Ready),
            Request::SelfTest => Err(Fault::Broken),
            Request::Create(secret) => self.create(Zeroizing::new(secret)).await,
            Request::Lookup { link } => self.lookup(&link).await,
            Request::Reveal { passphrase } => self.reveal(&Zeroizing::new(passphrase)).await,
            Request::Repeat => self.repeat().await,
            Request::Ack => self.ack().await,
            Request::Destroy { passphrase } => self.destroy(&Zeroizing::new(passphrase)).await,
            Request::Check { link } => self.check(&link).await,
            Request::DestroyAsSender => self.destroy_as_sender().await,
        };
        done.unwrap_or_else(Reply::Failed)
    }
}

const fn stretch_fault(error: StretchError) -> Fault {
    match error {
        StretchError::OutOfMemory => Fault::OutOfMemory,
        StretchError::Missing => Fault::PassphraseMissing,
        StretchError::Unexpected => Fault::Broken,
    }
}
