//! `seal.json`: sealing with fixed randomness, and opening what came of it.

use super::ParsePassphrase;
use super::case::{Case, array, from_hex, link_key, nullable, passphrase, profile, to_hex};
use super::envelope::open_with_link;
use super::payload::{JsonPayload, describe};
use super::report::Checks;
use crate::bytes::OwnerProof;
use crate::envelope::EnvelopeNonce;
use crate::passphrase::Profile;
use crate::payload::Payload;
use crate::seal::{Entropy, Protection, seal};
use serde::Deserialize;

/// All that makes a sealed secret, and all that comes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seal {
    name: String,
    k: String,
    owner_proof: String,
    nonce: String,
    profile: u8,
    #[serde(deserialize_with = "nullable")]
    passphrase: Option<String>,
    payload: JsonPayload,
    share: String,
    owner: String,
    id: String,
    access_verifier: String,
    owner_verifier: String,
    envelope: String,
}

impl Case for Seal {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, parse: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String> {
        let payload = self.payload.payload()?;
        let passphrase = passphrase(parse, self.passphrase.as_deref())?;
        let protection = match (profile(self.profile)?, &passphrase) {
            (Profile::None, None) => Protection::Link,
            (Profile::None, Some(_)) => return Err("a passphrase with profile 0".to_owned()),
            (_, None) => return Err("a profile without a passphrase".to_owned()),
            (profile, Some(passphrase)) => Protection::Passphrase(passphrase, profile),
        };
        let entropy = Entropy {
            link_key: link_key(&self.k)?,
            owner_proof: OwnerProof::new(array(&self.owner_proof)?),
            nonce: EnvelopeNonce::new(array(&self.nonce)?),
        };

        let sealed = seal(&payload, protection, entropy).map_err(|error| error.to_string())?;
        checks.same("share", &self.share, &sealed.share.to_text());
        checks.same("owner", &self.owner, &sealed.owner.to_text());
        checks.same("id", &self.id, &to_hex(sealed.id.as_bytes()));
        checks.same("access_verifier", &self.access_verifier, &to_hex(sealed.access_verifier.as_bytes()));
        checks.same("owner_verifier", &self.owner_verifier, &to_hex(sealed.owner_verifier.as_bytes()));
        checks.same("envelope", &self.envelope, &to_hex(&sealed.envelope));

        let opened = open_with_link(&self.share, passphrase.as_ref(), &from_hex(&self.envelope)?)?
            .map_err(|error| error.to_string())?;
        let read = Payload::parse(&opened).map_err(|error| error.to_string())?;
        checks.same("payload", &describe(&payload), &describe(&read));
        Ok(())
    }
}
