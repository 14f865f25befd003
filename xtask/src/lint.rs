//! What a change must look like: formatted, clippy's peace, complete docs.

use anyhow::Result;

use crate::cargo::{cargo, plain};
use crate::places::Places;
use crate::run::run;
use crate::setup;
use crate::steps::Steps;
use crate::wasm::Toolchain;

/// The crates that exist on WASM only; the host's clippy sees them empty.
const BROWSER_CRATES: [&str; 4] = ["ashlink-frontend", "ashlink-worker", "ashlink-extras", "ashlink-vectors"];

/// Runs all checks; the first failure ends it.
pub(crate) fn lint(places: &Places) -> Result<()> {
    let mut steps = Steps::of(5);
    let toolchain = steps.step("Set up what is missing", || {
        setup::for_lint(places)?;
        Toolchain::ready_for_lint(places)
    })?;
    steps.step("Format", || run(plain("fmt", places).args(["--all", "--check"]), "cargo fmt"))?;
    steps.step("Clippy on the host", || {
        let mut command = cargo("clippy", places);
        // With what only some build, which holds all that the others have.
        command.args(["--workspace", "--all-targets", "--features", "ashlink-server/otel"]);
        run(command.args(["--", "-D", "warnings"]), "clippy")
    })?;
    steps.step("Clippy on WASM", || {
        let mut command = toolchain.cargo("clippy", places)?;
        command.args(BROWSER_CRATES.iter().flat_map(|name| ["--package", name]));
        run(command.args(["--", "-D", "warnings"]), "clippy on WASM")
    })?;
    steps.step("Docs", || {
        let mut command = cargo("doc", places);
        command
            .args(["--workspace", "--no-deps", "--document-private-items", "--features", "ashlink-server/otel"])
            .env("RUSTDOCFLAGS", "-Dwarnings");
        run(&mut command, "cargo doc")
    })?;
    steps.summary();
    Ok(())
}
