//! The sender's side: what became of a secret, and destroying it.

use super::Session;
use crate::transport::Transport;
use ashlink_core::api::{Outcome, State};
use ashlink_core::link::{Key, OwnerKey};
use ashlink_core::message::{Fault, Reply, Status};

/// An receipt link that was read, and what the server last said about it.
pub(super) struct Checked {
    owner: OwnerKey,
    status: Option<Status>,
}

impl<T: Transport> Session<T> {
    pub(super) async fn check(&mut self, link: &str) -> Result<Reply, Fault> {
        let owner = match Key::find(link).map_err(Fault::Link)? {
            Key::Owner(owner) => owner,
            Key::Share(_) => return Err(Fault::ShareLink),
        };
        self.checked = Some(Checked { owner, status: None });
        self.ask().await
    }

    pub(super) async fn destroy_as_sender(&mut self) -> Result<Reply, Fault> {
        let checked = self.checked.as_ref().ok_or(Fault::Broken)?;
        match self.api.destroy_as_sender(&checked.owner.id, &checked.owner.proof).await {
            Ok(()) => {}
            // Somebody was faster; the receipt says who.
            Err(fault) if fault.outcome() == Outcome::Ended => return self.ask().await,
            Err(fault) => return Err(fault),
        }
        let before = checked.status.clone();
        match (self.ask().await, before) {
            (Ok(reply), _) => Ok(reply),
            // It is destroyed, whether or not the server can be asked about it just now.
            (Err(_), Some(before)) => Ok(Reply::Status {
                passphrase: None,
                status: Status { state: State::Destroyed, views_left: 0, ..before },
            }),
            (Err(fault), None) => Err(fault),
        }
    }

    async fn ask(&mut self) -> Result<Reply, Fault> {
        let checked = self.checked.as_mut().ok_or(Fault::Broken)?;
        let status = self.api.receipt(&checked.owner.id, &checked.owner.proof).await?;
        checked.status = Some(status.clone());
        Ok(Reply::Status { passphrase: None, status })
    }
}
