//! `envelope.json`.

use super::ParsePassphrase;
use super::case::{Case, expected, failed, from_hex, nullable, passphrase, to_hex};
use super::report::Checks;
use crate::derive::LinkSecrets;
use crate::envelope::EnvelopeError;
use crate::link::Key;
use crate::seal::{OpenError, open};
use serde::Deserialize;

/// A link, its passphrase, an envelope, and what comes out of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Envelope {
    name: String,
    share: String,
    #[serde(deserialize_with = "nullable")]
    passphrase: Option<String>,
    envelope: String,
    plaintext: Option<String>,
    error: Option<String>,
}

impl Case for Envelope {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, parse: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String> {
        let expected = expected(self.plaintext.clone(), self.error.as_deref())?;
        let passphrase = passphrase(parse, self.passphrase.as_deref())?;
        let envelope = from_hex(&self.envelope)?;
        let got = match open_with_link(&self.share, passphrase.as_ref(), &envelope)? {
            Ok(plaintext) => to_hex(&plaintext),
            Err(OpenError::Envelope(EnvelopeError::TooShort)) => failed("too_short"),
            Err(OpenError::Envelope(EnvelopeError::Version)) => failed("version"),
            Err(OpenError::Envelope(EnvelopeError::Suite)) => failed("suite"),
            Err(OpenError::Envelope(EnvelopeError::Profile)) => failed("profile"),
            Err(OpenError::Decrypt) => failed("decrypt"),
        };
        checks.same("plaintext", &expected, &got);
        Ok(())
    }
}

/// The whole way from a link's text to the plaintext.
pub(super) fn open_with_link(
    share: &str,
    passphrase: Option<&crate::passphrase::Passphrase>,
    envelope: &[u8],
) -> Result<Result<zeroize::Zeroizing<Vec<u8>>, OpenError>, String> {
    let Ok(Key::Share(share)) = Key::find(share) else {
        return Err("the share key cannot be read".to_owned());
    };
    let secrets =
        LinkSecrets::derive(&share.key).unlock(share.profile, passphrase).map_err(|error| error.to_string())?;
    Ok(open(envelope, share.profile, &secrets.enc))
}
