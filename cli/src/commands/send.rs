//! `ashlink send`: one share link, or with `--each` one for each row of a CSV file.

mod each;
mod one;
mod rules;
mod store;

use crate::args::Send;
use crate::exit::Failure;
use crate::settings::Settings;
use std::process::ExitCode;

pub(super) fn run(send: &Send, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    match (&send.each, &send.results) {
        (Some(recipients), Some(results)) => each::run(send, recipients, results, settings, is_json),
        _ => one::run(send, settings, is_json),
    }
}
