//! The toolchain that runs xtask, with rustup's WASM target.

use std::env;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::TARGET;
use crate::notes;
use crate::places;
use crate::run::{ask, find, program, run, rustc};

/// Whether the toolchain has a standard library for the target.
pub(super) fn has_target() -> bool {
    ask(rustc().args(["--print", "target-libdir", "--target", TARGET])).is_some_and(|dir| Path::new(&dir).is_dir())
}

/// Attempts to fetch the target; a failure is noted, so that it does not slow every run.
pub(super) fn add_target() -> bool {
    let Ok(toolchain) = env::var("RUSTUP_TOOLCHAIN") else {
        return false; // This Rust is not rustup's.
    };
    let note = places::notes().join("rustup-has-no-target");
    if notes::says(&note, &toolchain) {
        return false;
    }
    let Err(error) = add_target_or_fail().or_else(|error| notes::write(&note, &toolchain).and(Err(error))) else {
        return true;
    };
    println!(
        "{error:#}; using the distribution's compiler for WASM from now on. {}=rustup tries again.",
        super::SWITCH
    );
    false
}

/// Fetches the target; rustup itself says why it cannot.
pub(super) fn add_target_or_fail() -> Result<()> {
    println!("Adding the WASM target to the Rust toolchain (about 20 s).");
    let rustup = find(&["rustup"]).context("this Rust has no WASM target, and there is no rustup to add it")?;
    run(program(rustup).args(["target", "add", TARGET]), "adding the WASM target")?;
    if has_target() { Ok(()) } else { bail!("rustup has added the WASM target to another toolchain") }
}
