//! `ashlink destroy`

use super::open::with_passphrase;
use super::show_status;
use crate::args::Destroy;
use crate::exit::{Exit, Failure};
use crate::input;
use crate::server::Server;
use crate::settings::Settings;
use ashlink_core::api::State;
use ashlink_core::link::Key;
use ashlink_core::message::{Reply, Request, Status};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(destroy: Destroy, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let link = input::link(destroy.link.link)?;
    let mut server = Server::of_link(&link, settings)?;
    let (passphrase, status) = match Key::find(&link) {
        Ok(Key::Owner(_)) => {
            server.status(Request::Check { link: link.to_string() })?;
            server.status(Request::DestroyAsSender)?
        }
        Ok(Key::Share(_)) | Err(_) => as_recipient(&mut server, &link, destroy.passphrase_file.as_deref())?,
    };
    show_status(passphrase, &status, is_json)?;
    // Somebody may have been faster, and opened it.
    Ok(if status.state == State::Destroyed { ExitCode::SUCCESS } else { Exit::Gone.into() })
}

fn as_recipient(server: &mut Server, link: &str, file: Option<&Path>) -> Result<(Option<bool>, Status), Failure> {
    let known = input::known_passphrase(file)?;
    let looked = server.status(Request::Lookup { link: link.to_owned() })?;
    if looked.1.state != State::Waiting {
        return Ok(looked);
    }
    with_passphrase(server, looked.0 == Some(true), known, |server, passphrase| {
        Ok(server.ask(Request::Destroy { passphrase }).and_then(Reply::into_status))
    })
}
