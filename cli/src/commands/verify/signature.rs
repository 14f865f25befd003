//! Whether a manifest was signed by who released it.
//!
//! Source: minisign's format, <https://jedisct1.github.io/minisign/>.

use super::read;
use crate::exit::{Exit, Failure};
use minisign_verify::{PublicKey, Signature};
use std::path::{Path, PathBuf};

/// Fails, with words, unless the file `manifest` has a signature beside it that `key` made of `text`.
pub(super) fn check(text: &str, manifest: &Path, key: &str) -> Result<(), Failure> {
    let file = Path::new(key);
    let key = if file.is_file() { PublicKey::decode(&read(file, KEY)?) } else { PublicKey::from_base64(key) };
    let key = key.map_err(|error| refused(format!("the key cannot be used: {error}"), KEY))?;
    let beside = PathBuf::from(format!("{}.minisig", manifest.display()));
    let signature = Signature::decode(&read(&beside, "Take manifest.json.minisig from the release as well.")?);
    let signature =
        signature.map_err(|error| refused(format!("{} is no signature: {error}", beside.display()), AGAIN))?;
    key.verify(text.as_bytes(), &signature, false)
        .map_err(|error| refused(format!("the manifest is not what was signed with this key: {error}"), AGAIN))
}

const KEY: &str = "Give the release's public key: minisign's file, or the line in it that begins with RW.";
const AGAIN: &str = "Take manifest.json and manifest.json.minisig from the release again, and compare the key with \
    one from another place.";

fn refused(what: String, next: &str) -> Failure {
    Failure::new(Exit::Local, what, next)
}
