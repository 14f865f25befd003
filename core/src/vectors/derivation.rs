//! `derivation.json`.

use super::ParsePassphrase;
use super::case::{Case, link_key, nullable, passphrase, profile, to_hex};
use super::report::Checks;
use crate::derive::LinkSecrets;
use serde::Deserialize;

/// Every value of section 3.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Derivation {
    name: String,
    k: String,
    profile: u8,
    #[serde(deserialize_with = "nullable")]
    passphrase: Option<String>,
    prk: String,
    link: String,
    id: String,
    salt: String,
    p: String,
    root: String,
    enc: String,
    access: String,
    access_verifier: String,
}

impl Case for Derivation {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, parse: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String> {
        let profile = profile(self.profile)?;
        let passphrase = passphrase(parse, self.passphrase.as_deref())?;
        let link = LinkSecrets::derive(&link_key(&self.k)?);
        checks.same("link", &self.link, &to_hex(link.link.as_bytes()));
        checks.same("id", &self.id, &to_hex(link.id.as_bytes()));

        let steps = link.steps(profile, passphrase.as_ref()).map_err(|error| error.to_string())?;
        checks.same("prk", &self.prk, &to_hex(steps.prk.as_slice()));
        checks.same("salt", &self.salt, &to_hex(steps.salt.as_slice()));
        checks.same("p", &self.p, &to_hex(&steps.p));
        checks.same("root", &self.root, &to_hex(steps.root.as_slice()));

        let open = link.unlock(profile, passphrase.as_ref()).map_err(|error| error.to_string())?;
        checks.same("enc", &self.enc, &to_hex(open.enc.dangerously_as_bytes()));
        checks.same("access", &self.access, &to_hex(open.access.as_bytes()));
        checks.same("access_verifier", &self.access_verifier, &to_hex(open.access.verifier().as_bytes()));
        Ok(())
    }
}
