//! `ashlink generate`

use super::show;
use crate::args::{Generate, Kind};
use crate::exit::{Exit, Failure};
use ashlink_core::generate::{
    Alphabets, GenerateError, MAX_PASSWORD_LEN, MAX_WORDS, MIN_PASSWORD_LEN, MIN_WORDS, passphrase, password, words,
};
use std::process::ExitCode;
use zeroize::Zeroizing;

const PASSWORD_LEN: usize = 20;
const WORDS: usize = 6;

pub(super) fn run(asked: &Generate, is_json: bool) -> Result<ExitCode, Failure> {
    let made = make(asked).map_err(|error| match error {
        GenerateError::Bounds => Failure::new(
            Exit::Refused,
            "the length is out of its bounds",
            format!(
                "A password has {MIN_PASSWORD_LEN} to {MAX_PASSWORD_LEN} characters, \
                 a phrase {MIN_WORDS} to {MAX_WORDS} words, and a passphrase always four groups."
            ),
        ),
        GenerateError::Random => Failure::new(Exit::Other, "this machine gives no random numbers", "Run it again."),
    })?;
    if is_json {
        show(&serde_json::json!({ "generated": *made }))?;
    } else {
        show(&*made)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn make(asked: &Generate) -> Result<Zeroizing<String>, GenerateError> {
    match (asked.kind, asked.length) {
        (Kind::Password, length) => {
            let alphabets = Alphabets { lower: true, upper: true, digits: true, symbols: !asked.no_symbols };
            password(length.unwrap_or(PASSWORD_LEN), alphabets)
        }
        (Kind::Words, length) => words(length.unwrap_or(WORDS)),
        (Kind::Passphrase, None) => passphrase(),
        (Kind::Passphrase, Some(_)) => Err(GenerateError::Bounds),
    }
}
