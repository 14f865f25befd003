//! `ashlink lookup`

use super::show_status;
use crate::args::Link;
use crate::exit::{Exit, Failure};
use crate::input;
use crate::server::Server;
use crate::settings::Settings;
use ashlink_core::api::State;
use ashlink_core::message::Request;
use std::process::ExitCode;

pub(super) fn run(link: Link, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let link = input::link(link.link)?;
    let mut server = Server::of_link(&link, settings)?;
    let (passphrase, status) = server.status(Request::Lookup { link: link.to_string() })?;
    show_status(passphrase, &status, is_json)?;
    // So that a script can ask whether it is still there.
    Ok(if status.state == State::Waiting { ExitCode::SUCCESS } else { Exit::Gone.into() })
}
