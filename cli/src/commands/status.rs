//! `ashlink status`

use super::show_status;
use crate::args::Link;
use crate::exit::Failure;
use crate::input;
use crate::server::{Server, strange};
use crate::settings::Settings;
use crate::words::Doing;
use ashlink_core::message::{Reply, Request};
use std::process::ExitCode;

pub(super) fn run(link: Link, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let link = input::link(link.link)?;
    let mut server = Server::of_link(&link, settings)?;
    let check = Request::Check { link: link.to_string() };
    match server.ask(check).map_err(|fault| server.failure(fault, Doing::Reading))? {
        Reply::Status { passphrase, status } => {
            show_status(passphrase, &status, is_json)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(strange()),
    }
}
