//! The toolchain that runs xtask, with rustup's WASM target.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::TARGET;
use crate::places::Places;
use crate::run::{ask, find, program};
use crate::stamp;

/// How long a failed download is remembered.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether the toolchain has a standard library for the target.
pub(super) fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    ask(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|dir| Path::new(&dir).is_dir())
}

/// Tries to fetch the target; a failure is remembered for a day, so that it does not slow every run.
pub(super) fn add_target(places: &Places) -> bool {
    let Ok(toolchain) = env::var("RUSTUP_TOOLCHAIN") else {
        return false; // This Rust is not rustup's.
    };
    let note = places.notes().join("rustup-has-no-target");
    if stamp::says_since(&note, &toolchain, DAY) {
        return false;
    }
    match add_target_or_fail(places) {
        Ok(()) => true,
        Err(error) => {
            println!("{error:#}; using the distribution's compiler for WASM.");
            if let Err(error) = stamp::write(&note, &toolchain) {
                println!("{error:#}; the next run will try again.");
            }
            false
        }
    }
}

/// Fetches the target; on failure, the last line of what rustup said.
pub(super) fn add_target_or_fail(places: &Places) -> Result<()> {
    println!("Adding the WASM target to the Rust toolchain (about 20 s).");
    let rustup = find(&["rustup"]).context("this Rust has no WASM target, and there is no rustup to add it")?;
    let output = program(rustup, places).args(["target", "add", TARGET]).output().context("cannot start rustup")?;
    if output.status.success() && has_target() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!("rustup cannot add the WASM target ({})", complaint(&said));
}

/// The line of rustup's output that says what went wrong.
fn complaint(said: &str) -> &str {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let last = lines.clone().next_back();
    lines.find_map(|line| line.strip_prefix("error: ")).or(last).unwrap_or("it did not say why")
}

/// Cargo of the same toolchain.
pub(super) fn cargo(subcommand: &str, places: &Places) -> Command {
    crate::cargo::cargo(subcommand, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_found_in_rustups_words() {
        let said = "info: syncing\nwarn: retrying\nerror: could not download file\n\nCaused by:\n  timeout\n";
        assert_eq!(complaint(said), "could not download file");
        assert_eq!(complaint("no idea\n"), "no idea");
        assert_eq!(complaint(""), "it did not say why");
    }
}
