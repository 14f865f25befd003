//! The toolchain that runs xtask, with rustup's targets.

use std::env;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::TARGET;
use crate::notes;
use crate::places;
use crate::run::{ask, find, program, run, rustc};

/// Whether the toolchain has a standard library for the target.
pub(crate) fn has_target(target: &str) -> bool {
    ask(rustc().args(["--print", "target-libdir", "--target", target])).is_some_and(|dir| Path::new(&dir).is_dir())
}

/// Attempts to fetch the target for WASM; a failure is noted, so that it does not slow every run.
pub(super) fn add_target() -> bool {
    let Ok(toolchain) = env::var("RUSTUP_TOOLCHAIN") else {
        return false; // This Rust is not rustup's.
    };
    let note = places::notes().join("rustup-has-no-target");
    if notes::says(&note, &toolchain) {
        return false;
    }
    let Err(error) = add_target_or_fail(TARGET).or_else(|error| notes::write(&note, &toolchain).and(Err(error))) else {
        return true;
    };
    println!(
        "{error:#}; using the distribution's compiler for WASM from now on. {}=rustup tries again.",
        super::SWITCH
    );
    false
}

/// Fetches a target; rustup itself says why it cannot.
pub(crate) fn add_target_or_fail(target: &str) -> Result<()> {
    println!("Adding {target} to the Rust toolchain (about 20 s).");
    let rustup = find(&["rustup"]).with_context(|| format!("this Rust has no {target}, and there is no rustup"))?;
    run(program(rustup).args(["target", "add", target]), "adding a target")?;
    if has_target(target) { Ok(()) } else { bail!("rustup has added {target} to another toolchain") }
}
