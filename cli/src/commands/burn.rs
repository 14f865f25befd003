//! `ashlink burn`

use super::open::with_passphrase;
use super::show_status;
use crate::args::Burn;
use crate::exit::{Exit, Failure};
use crate::input;
use crate::server::{Server, strange};
use crate::settings::Settings;
use crate::words::Doing;
use ashlink_core::api::State;
use ashlink_core::link::Key;
use ashlink_core::message::{Reply, Request};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(burn: Burn, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let link = input::link(burn.link.link)?;
    let mut server = Server::of_link(&link, settings)?;
    let reply = match Key::find(&link) {
        Ok(Key::Owner(_)) => as_sender(&mut server, &link),
        _ => as_recipient(&mut server, &link, burn.passphrase_file.as_deref()),
    };
    match reply? {
        Reply::Status { passphrase, status } => {
            show_status(passphrase, &status, is_json)?;
            // Somebody may have been faster, and opened it.
            Ok(if status.state == State::Burned { ExitCode::SUCCESS } else { Exit::Gone.into() })
        }
        _ => Err(strange()),
    }
}

fn as_sender(server: &mut Server, link: &str) -> Result<Reply, Failure> {
    let checked = server.ask(Request::Check { link: link.to_owned() });
    let burned = checked.and_then(|_| server.ask(Request::Burn));
    burned.map_err(|fault| server.failure(fault, Doing::Reading))
}

fn as_recipient(server: &mut Server, link: &str, file: Option<&Path>) -> Result<Reply, Failure> {
    let known = input::known_passphrase(file)?;
    let look = Request::Look { link: link.to_owned() };
    match server.ask(look).map_err(|fault| server.failure(fault, Doing::Reading))? {
        Reply::Status { passphrase, status } if status.state == State::Waiting => {
            with_passphrase(server, passphrase == Some(true), known, |server, passphrase| {
                Ok(server.ask(Request::Destroy { passphrase }))
            })
        }
        looked => Ok(looked),
    }
}
