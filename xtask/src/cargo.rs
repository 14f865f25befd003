//! Cargo for the machine that builds: the very toolchain that runs xtask.

use std::env;
use std::process::Command;

use crate::places::Places;
use crate::run::program;

/// `cargo <subcommand>` at the workspace's root, with exactly the dependencies of `Cargo.lock`.
pub(crate) fn cargo(subcommand: &str, places: &Places) -> Command {
    let mut command = plain(subcommand, places);
    command.arg("--locked");
    command
}

/// `cargo <subcommand>` for those that resolve nothing, such as `fmt`.
pub(crate) fn plain(subcommand: &str, places: &Places) -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), places);
    command.env("CARGO_TARGET_DIR", &places.target).arg(subcommand);
    command
}
