//! `passphrase.json`.

use super::ParsePassphrase;
use super::case::{Case, expected, failed, to_hex};
use super::report::Checks;
use crate::passphrase::PassphraseTooLong;
use serde::Deserialize;

/// A passphrase as typed, and what it is normalised to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    name: String,
    input: String,
    normalized: Option<String>,
    error: Option<String>,
}

impl Case for Typed {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, parse: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String> {
        let expected = expected(self.normalized.clone(), self.error.as_deref())?;
        let got = match parse(&self.input) {
            Ok(Some(passphrase)) => to_hex(passphrase.as_bytes()),
            Ok(None) => String::new(),
            Err(PassphraseTooLong) => failed("too_long"),
        };
        checks.same("normalized", &expected, &got);
        Ok(())
    }
}
