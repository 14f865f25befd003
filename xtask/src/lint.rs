//! What a change must look like: formatted, clippy's peace, complete docs.

mod rust;

use anyhow::Result;

use crate::run::{cargo, plain_cargo, run};
use crate::steps::Steps;
use crate::wasm::Toolchain;

/// The crates that exist on WASM only; the host's clippy sees them empty.
const BROWSER_CRATES: [&str; 4] = ["ashlink-frontend", "ashlink-worker", "ashlink-extras", "ashlink-vectors"];

pub(crate) fn lint() -> Result<()> {
    let mut steps = Steps::of(6);
    let toolchain = steps.step("Set up what is missing", || {
        rust::ready()?;
        Toolchain::ready_for_lint()
    })?;
    steps.step("Format", || run(plain_cargo("fmt").args(["--all", "--check"]), "cargo fmt"))?;
    steps.step("Clippy on the host", || {
        let mut command = cargo("clippy");
        // With what only some build, which holds all that the others have.
        command.args(["--workspace", "--all-targets", "--features", "ashlink-server/otel"]);
        run(command.args(["--", "-D", "warnings"]), "clippy")
    })?;
    steps.step("Clippy on WASM", || {
        let mut command = toolchain.cargo("clippy")?;
        command.args(BROWSER_CRATES.iter().flat_map(|name| ["--package", name]));
        run(command.args(["--", "-D", "warnings"]), "clippy on WASM")
    })?;
    steps.step("Docs", || {
        let mut command = cargo("doc");
        command
            .args(["--workspace", "--no-deps", "--document-private-items", "--features", "ashlink-server/otel"])
            .env("RUSTDOCFLAGS", "-Dwarnings");
        run(&mut command, "cargo doc")
    })?;
    steps.step("The oldest compiler", rust::oldest_compiler)?;
    steps.summary();
    Ok(())
}
