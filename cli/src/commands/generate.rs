//! `ashlink generate`

use super::show;
use crate::args::{Generate, Kind};
use crate::exit::{Exit, Failure};
use ashlink_core::generate::{
    Alphabets, DEFAULT_PASSWORD_LEN, DEFAULT_WORDS, GenerateError, MAX_PASSWORD_LEN, MAX_WORDS, MIN_PASSWORD_LEN,
    MIN_WORDS, password, words,
};
use std::process::ExitCode;
use zeroize::Zeroizing;

pub(super) fn run(asked: &Generate, is_json: bool) -> Result<ExitCode, Failure> {
    let generated = match asked.kind {
        Kind::Password => {
            let alphabets = Alphabets { lower: true, upper: true, digits: true, symbols: !asked.no_symbols };
            password(asked.length.unwrap_or(DEFAULT_PASSWORD_LEN), alphabets).map_err(failure)
        }
        Kind::Passphrase => passphrase(asked.length),
    }?;
    if is_json {
        show(&serde_json::json!({ "generated": *generated }))?;
    } else {
        show(&*generated)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A passphrase of so many words, or of as many as the page generates.
pub(super) fn passphrase(count: Option<usize>) -> Result<Zeroizing<String>, Failure> {
    words(count.unwrap_or(DEFAULT_WORDS)).map_err(failure)
}

fn failure(error: GenerateError) -> Failure {
    match error {
        GenerateError::Bounds => Failure::new(
            Exit::Refused,
            "the length is out of its bounds",
            format!(
                "A password has {MIN_PASSWORD_LEN} to {MAX_PASSWORD_LEN} characters, \
                 and a passphrase {MIN_WORDS} to {MAX_WORDS} words."
            ),
        ),
        GenerateError::Random => Failure::new(Exit::Other, "this machine gives no random numbers", "Run it again."),
    }
}
