//! Sealing and storing.

use super::{Normalise, Session, stretch_fault};
use crate::api::Api;
use crate::transport::Transport;
use ashlink_core::api::{AttemptLimit, CreateRequest, EnvelopeBytes, ErrorCode, MaxViews, Ttl};
use ashlink_core::bytes::SecretId;
use ashlink_core::message::{Compose, Fault, Reply};
use ashlink_core::passphrase::{Passphrase, Profile, StretchError};
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, Sealed, seal};
use zeroize::Zeroizing;

/// A sealed secret that is not known to be stored yet. A repetition of the same request
/// sends the same bytes, which the server stores once, however often they arrive.
pub struct Prepared {
    request: CreateRequest,
    share: Zeroizing<String>,
    owner: Zeroizing<String>,
}

impl<T: Transport> Session<T> {
    pub(super) async fn create(&mut self, mut secret: Zeroizing<Compose>) -> Result<Reply, Fault> {
        // No part of what is sealed: with another token the same bytes are sent.
        let token = Zeroizing::new(std::mem::take(&mut secret.token));
        let (asked, prepared) = match self.prepared.take() {
            Some((asked, prepared)) if asked == secret => (asked, prepared),
            _ => {
                let prepared = Prepared::seal(&secret, self.normalise)?;
                (secret, prepared)
            }
        };
        match prepared.store(&self.api, &token).await {
            Ok(expires_at) => {
                Ok(Reply::Created { share: prepared.share.to_string(), owner: prepared.owner.to_string(), expires_at })
            }
            // Sealed anew next time: these bytes will never be stored.
            Err(fault @ Fault::Server(ErrorCode::IdTaken)) => Err(fault),
            Err(fault) => {
                self.prepared = Some((asked, prepared));
                Err(fault)
            }
        }
    }
}

impl Prepared {
    /// Stores it, with a token where the server wants one; says when it expires, in Unix
    /// seconds. However often it is repeated, it is stored once.
    ///
    /// # Errors
    /// What the server or the network had against it. With [`ErrorCode::IdTaken`] it must be
    /// sealed anew; after anything else it can be repeated.
    pub async fn store<T: Transport>(&self, api: &Api<T>, token: &str) -> Result<i64, Fault> {
        Ok(api.create(&self.request, token).await?.expires_at.unix_secs())
    }

    /// The secret's name on the server.
    #[must_use]
    pub const fn id(&self) -> &SecretId {
        &self.request.id
    }

    /// Text of the share key.
    #[must_use]
    pub fn share(&self) -> &str {
        &self.share
    }

    /// Text of the owner key.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Seals a secret.
    ///
    /// # Errors
    /// A passphrase or secret that is too long, and what the machine cannot do.
    pub fn seal(secret: &Compose, normalise: Normalise) -> Result<Self, Fault> {
        let Compose { items, passphrase, ttl, views, attempt_limit, max_envelope, token: _ } = secret;
        let expires_in = Ttl::from_secs(*ttl).map_err(|_| Fault::Broken)?;
        let max_views = MaxViews::new(u64::from(*views)).map_err(|_| Fault::Broken)?;
        let attempt_limit = attempt_limit
            .map(|attempts| AttemptLimit::new(u64::from(attempts)).map_err(|_| Fault::Broken))
            .transpose()?;
        let passphrase = normalise(passphrase).map_err(|_| Fault::PassphraseTooLong)?;
        // A text alone and a file alone stand for themselves. The page keeps to the bounds.
        let payload = match &**items {
            [item] => Payload::one(item.clone()),
            items => Payload::bundle(items.to_vec()),
        };
        let payload = payload.map_err(|_| Fault::Broken)?;
        let sealed = seal_payload(&payload, passphrase.as_ref())?;
        if sealed.envelope.len() as u64 > *max_envelope {
            return Err(Fault::TooLong);
        }
        let request = CreateRequest {
            id: sealed.id,
            access_verifier: sealed.access_verifier,
            owner_verifier: sealed.owner_verifier,
            envelope: EnvelopeBytes::new(sealed.envelope).map_err(|_| Fault::TooLong)?,
            expires_in,
            max_views,
            attempt_limit,
        };
        Ok(Self { share: sealed.share.to_text(), owner: sealed.owner.to_text(), request })
    }
}

/// With the strong profile, or on a device that cannot spare its memory with the small one.
fn seal_payload(payload: &Payload, passphrase: Option<&Passphrase>) -> Result<Sealed, Fault> {
    let seal = |protection| {
        let entropy = Entropy::fresh().map_err(|_| Fault::Broken)?;
        Ok(seal(payload, protection, entropy))
    };
    let Some(passphrase) = passphrase else {
        return seal(Protection::Link)?.map_err(stretch_fault);
    };
    match seal(Protection::Passphrase(passphrase, Profile::Argon2Large))? {
        Err(StretchError::OutOfMemory) => {
            seal(Protection::Passphrase(passphrase, Profile::Argon2Small))?.map_err(stretch_fault)
        }
        sealed => sealed.map_err(stretch_fault),
    }
}
