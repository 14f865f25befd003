//! What the worker remembers between two messages, and what it does with each.

mod create;
mod manage;
mod open;
#[cfg(test)]
mod tests;

use crate::api::Api;
use crate::self_test;
use crate::transport::Transport;
use ashlink_core::generate;
use ashlink_core::message::{Fault, Reply, Request};
use ashlink_core::passphrase::{Passphrase, StretchError};

/// The keys of one page. Dies with the worker.
pub struct Session<T> {
    api: Api<T>,
    draft: Option<create::Draft>,
    looked: Option<open::Looked>,
    checked: Option<manage::Checked>,
}

impl<T: Transport> Session<T> {
    /// Knows nothing yet.
    #[must_use]
    pub const fn new(transport: T) -> Self {
        Self { api: Api::new(transport), draft: None, looked: None, checked: None }
    }

    /// Does what the page asks for.
    pub async fn handle(&mut self, request: Request) -> Reply {
        let done = match request {
            Request::SelfTest if self_test::passes() => Ok(Reply::Ready),
            Request::SelfTest => Err(Fault::Broken),
            Request::Generate => {
                generate::passphrase().map(|text| Reply::Passphrase(text.to_string())).map_err(|_| Fault::Broken)
            }
            Request::Create { .. } => self.create(request).await,
            Request::Look { link } => self.look(&link).await,
            Request::Reveal { passphrase } => self.reveal(&passphrase).await,
            Request::Repeat => self.repeat().await,
            Request::Ack => self.ack().await,
            Request::Destroy { passphrase } => self.destroy(&passphrase).await,
            Request::Check { link } => self.check(&link).await,
            Request::Burn => self.burn().await,
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

/// Normalises what was typed.
fn passphrase(typed: &str) -> Result<Option<Passphrase>, Fault> {
    #[cfg(target_arch = "wasm32")]
    let parsed = Passphrase::from_nfc(&crate::glue::nfc(typed));
    #[cfg(not(target_arch = "wasm32"))]
    let parsed = Passphrase::parse(typed);
    parsed.map_err(|_| Fault::PassphraseTooLong)
}
