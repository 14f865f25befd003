//! `links.json`: reading keys from fragments and pasted texts.

use super::ParsePassphrase;
use super::case::{Case, expected, failed, to_hex};
use super::report::Checks;
use crate::link::{Key, LinkError};
use serde::Deserialize;

/// A fragment or a pasted text, and the key in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    name: String,
    input: String,
    kind: Option<String>,
    profile: Option<u8>,
    k: Option<String>,
    id: Option<String>,
    owner_proof: Option<String>,
    error: Option<String>,
}

impl Link {
    fn key(&self) -> Result<Option<String>, String> {
        match (self.kind.as_deref(), self.profile, &self.k, &self.id, &self.owner_proof) {
            (None, None, None, None, None) => Ok(None),
            (Some("share"), Some(profile), Some(k), None, None) => Ok(Some(share(profile, k))),
            (Some("owner"), Some(profile), None, Some(id), Some(proof)) => Ok(Some(owner(profile, id, proof))),
            _ => Err("neither a share key's fields nor an owner key's".to_owned()),
        }
    }
}

fn share(profile: u8, k: &str) -> String {
    format!("share key, profile {profile}, k {k}")
}

fn owner(profile: u8, id: &str, proof: &str) -> String {
    format!("owner key, profile {profile}, id {id}, owner_proof {proof}")
}

impl Case for Link {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, _: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String> {
        let expected = expected(self.key()?, self.error.as_deref())?;
        let got = match Key::find(&self.input) {
            Ok(Key::Share(key)) => share(key.profile.byte(), &to_hex(key.key.dangerously_as_bytes())),
            // An owner key of another profile than 0 is not one of ours.
            Ok(Key::Owner(key)) => owner(0, &to_hex(key.id.as_bytes()), &to_hex(key.proof.as_bytes())),
            Err(LinkError::Missing) => failed("missing"),
            Err(LinkError::Damaged) => failed("damaged"),
            Err(LinkError::TooNew) => failed("too_new"),
        };
        checks.same("key", &expected, &got);
        Ok(())
    }
}
