//! `padding.json`.

use super::ParsePassphrase;
use super::case::Case;
use super::report::Checks;
use crate::padding::padded_len;
use serde::Deserialize;

/// A payload's length and its plaintext's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Padding {
    name: String,
    length: usize,
    padded: usize,
}

impl Case for Padding {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, _: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String> {
        checks.same("padded", &self.padded.to_string(), &padded_len(self.length).to_string());
        Ok(())
    }
}
