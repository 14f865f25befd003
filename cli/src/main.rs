//! `ashlink`: shares a secret through a link that works once, from a terminal or a script.
//!
//! The code that encrypts is on the user's machine, and comes from no server: this is the
//! strong path. Everything about keys and the API is `ashlink-client` and `ashlink-core`, as in
//! the browser.

mod args;
mod commands;
mod deliver;
mod exit;
mod field_name;
mod http;
mod input;
mod links;
mod no_proxy;
mod protect;
mod report;
mod server;
mod settings;
mod terminal;
mod totp;
mod words;

use args::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    protect::from_other_processes();
    let cli = Cli::of_this_process();
    let is_json = cli.global.json;
    match commands::run(cli) {
        Ok(code) => code,
        Err(failure) => {
            terminal::complain(&failure, is_json);
            failure.exit.into()
        }
    }
}
