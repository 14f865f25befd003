//! One file for each command.

mod destroy;
mod generate;
mod lookup;
mod open;
mod send;
mod shell;
mod status;
mod verify;

use crate::args::{Cli, Command};
use crate::deliver::print;
use crate::exit::{Exit, Failure};
use crate::report::{json, now, sentences};
use crate::settings::Settings;
use ashlink_core::message::Status;
use std::process::ExitCode;

/// Does what the command line says.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let Cli { global, command } = cli;
    let is_json = global.json;
    // What needs no settings works where they are broken.
    let settings = || Settings::read(&global);
    match command {
        Command::Send(send) => send::run(&send, &settings()?, is_json),
        Command::Open(open) => open::run(&open, &settings()?, is_json),
        Command::Lookup(link) => lookup::run(link, &settings()?, is_json),
        Command::Status(link) => status::run(link, &settings()?, is_json),
        Command::Destroy(destroy) => destroy::run(destroy, &settings()?, is_json),
        Command::Verify(verify) => verify::run(&verify, &settings()?, is_json),
        Command::Generate(generate) => generate::run(&generate, is_json),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { folder } => shell::manual(&folder),
    }
}

/// Prints a result.
fn show(value: &impl std::fmt::Display) -> Result<(), Failure> {
    print(value).map_err(|error| {
        Failure::new(Exit::Local, format!("cannot write to standard output: {error}"), "Check where it leads.")
    })
}

/// Prints what became of a secret.
fn show_status(passphrase: Option<bool>, status: &Status, is_json: bool) -> Result<(), Failure> {
    if is_json { show(&json(passphrase, status)) } else { show(&sentences(passphrase, status, now())) }
}
