//! Cargo for the machine that builds: the very toolchain that runs xtask.

use std::env;
use std::process::Command;

use anyhow::{Context, Result};

use crate::places::Places;
use crate::run::{ask, program};

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

/// The triple of the machine that builds, by which cargo names folders and variables.
pub(crate) fn host(places: &Places) -> Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = ask(program(rustc, places).arg("-vV")).context("rustc does not say what it is")?;
    host_in(&version).map(str::to_owned).context("rustc does not say which machine it is for")
}

/// Reads what `rustc -vV` prints.
fn host_in(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("host: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_rustc_says() {
        let version =
            "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0";
        assert_eq!(host_in(version), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(host_in("rustc 1.95.0"), None);
    }
}
