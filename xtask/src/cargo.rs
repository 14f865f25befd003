//! Cargo for the machine that builds: the very toolchain that runs xtask.

use std::env;
use std::process::Command;

use crate::places::Places;
use crate::run::program;

/// `cargo <subcommand>` at the workspace's root.
pub(crate) fn cargo(subcommand: &str, places: &Places) -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), places);
    command.env("CARGO_TARGET_DIR", &places.target).arg(subcommand);
    command
}
