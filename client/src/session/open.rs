//! Looking at a share link and opening what it leads to.

use super::{Normalise, Session, stretch_fault};
use crate::api::Api;
use crate::transport::Transport;
use ashlink_core::api::{ClaimRequest, EnvelopeBytes, Outcome};
use ashlink_core::bytes::ClaimNonce;
use ashlink_core::derive::{EncryptionKey, LinkSecrets, OpenSecrets};
use ashlink_core::link::Key;
use ashlink_core::message::{Fault, File, Item, Reply, Revealed};
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::{Payload, PayloadError};
use ashlink_core::seal::open;

/// A share link that was read.
pub(super) struct LookedUp {
    profile: Profile,
    secrets: LinkSecrets,
    /// One for the secret, however often its claim is sent: the server then counts once.
    nonce: ClaimNonce,
    claimed: Option<Claimed>,
}

/// A claim that was sent, and what opens its answer.
struct Claimed {
    request: ClaimRequest,
    enc: EncryptionKey,
    /// What it handed out. Where there is one, the proof is right.
    envelope: Option<EnvelopeBytes>,
}

impl<T: Transport> Session<T> {
    pub(super) async fn lookup(&mut self, link: &str) -> Result<Reply, Fault> {
        let share = match Key::find(link).map_err(Fault::Link)? {
            Key::Share(share) => share,
            Key::Owner(_) => return Err(Fault::ReceiptLink),
        };
        let secrets = LinkSecrets::derive(&share.key);
        let nonce = match self.looked_up.take() {
            Some(before) if before.secrets.id == secrets.id => before.nonce,
            _ => fresh_nonce()?,
        };
        let looked = self.looked_up.insert(LookedUp { profile: share.profile, secrets, nonce, claimed: None });
        looked.ask(&self.api).await
    }

    pub(super) async fn reveal(&mut self, passphrase: &str) -> Result<Reply, Fault> {
        let looked = self.looked_up.as_mut().ok_or(Fault::Broken)?;
        let OpenSecrets { enc, access } = looked.unlock(passphrase, self.normalise)?;
        let request = ClaimRequest { access, nonce: looked.nonce.clone() };
        looked.claimed = Some(Claimed { request, enc, envelope: None });
        self.repeat().await
    }

    pub(super) async fn repeat(&mut self) -> Result<Reply, Fault> {
        let looked = self.looked_up.as_mut().ok_or(Fault::Broken)?;
        let claimed = looked.claimed.as_mut().ok_or(Fault::Broken)?;
        let answer = self.api.claim(&looked.secrets.id, &looked.secrets.link, &claimed.request).await?;
        let envelope = claimed.envelope.insert(answer.envelope).as_bytes();
        let plaintext = open(envelope, looked.profile, &claimed.enc).map_err(|_| Fault::Undecryptable)?;
        Ok(Reply::Revealed(revealed(&plaintext, answer.views_left)))
    }

    /// What the last claim handed out.
    pub fn envelope(&self) -> Option<&[u8]> {
        Some(self.looked_up.as_ref()?.claimed.as_ref()?.envelope.as_ref()?.as_bytes())
    }

    pub(super) async fn ack(&self) -> Result<Reply, Fault> {
        let looked = self.looked_up.as_ref().ok_or(Fault::Broken)?;
        let claimed = looked.claimed.as_ref().ok_or(Fault::Broken)?;
        self.api.ack(&looked.secrets.id, &looked.secrets.link, &claimed.request).await?;
        Ok(Reply::Done)
    }

    /// Destroys what is left, and says what became of it.
    pub(super) async fn destroy(&mut self, passphrase: &str) -> Result<Reply, Fault> {
        let looked = self.looked_up.as_ref().ok_or(Fault::Broken)?;
        let access = match &looked.claimed {
            Some(claimed) if claimed.envelope.is_some() => claimed.request.access.clone(),
            _ => looked.unlock(passphrase, self.normalise)?.access,
        };
        match self.api.destroy(&looked.secrets.id, &looked.secrets.link, &access).await {
            // Somebody was faster; looking says who.
            Err(fault) if fault.outcome() == Outcome::Ended => {}
            done => done?,
        }
        looked.ask(&self.api).await
    }
}

impl LookedUp {
    async fn ask<T: Transport>(&self, api: &Api<T>) -> Result<Reply, Fault> {
        let status = api.lookup(&self.secrets.id, &self.secrets.link).await?;
        Ok(Reply::Status { passphrase: Some(self.profile != Profile::None), status })
    }

    fn unlock(&self, passphrase: &str, normalise: Normalise) -> Result<OpenSecrets, Fault> {
        let passphrase = match self.profile {
            Profile::None => None,
            Profile::Argon2Large | Profile::Argon2Small => {
                normalise(passphrase).map_err(|_| Fault::PassphraseTooLong)?
            }
        };
        self.secrets.unlock(self.profile, passphrase.as_ref()).map_err(stretch_fault)
    }
}

fn fresh_nonce() -> Result<ClaimNonce, Fault> {
    let mut bytes = [0; ClaimNonce::LEN];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Broken)?;
    Ok(ClaimNonce::new(bytes))
}

/// What a plaintext holds. The view is spent, so whatever cannot be read is still handed out.
fn revealed(plaintext: &[u8], views_left: u32) -> Revealed {
    let (items, is_readable) = match Payload::parse(plaintext) {
        Ok(Payload::One(item)) => (vec![item], true),
        Ok(Payload::Bundle(items)) => (items, true),
        Err(PayloadError::UnknownKind | PayloadError::Malformed) => {
            let (name, media_type) = ("secret.bin".to_owned(), String::new());
            (vec![Item::File(File { name, media_type, data: plaintext.to_vec() })], false)
        }
    };
    Revealed { items, is_readable, views_left }
}
