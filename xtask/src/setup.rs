//! Finds what the machine lacks and installs it, or says how.
//!
//! As root (containers, CI) missing packages are installed. At a terminal the
//! exact commands are shown and run with sudo after a yes. Otherwise they are
//! printed and the task ends: nothing is installed unasked.

pub(crate) mod apt;
mod browser;
mod engines;
mod firefox;
pub(crate) mod machine;
mod need;
mod proxies;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::cargo::plain;
use crate::npm::{self, Packages};
use crate::places::Places;
use crate::run::{ask, find, program, run};

pub(crate) use need::{CXX, LINKER, NODE, Need, WASM_CLIPPY, WASM_COMPILER, any, wasm_linker};

/// The programs that the tests start.
pub(crate) struct TestTools {
    /// Runs the browser tests.
    pub(crate) node: PathBuf,
    /// The browser of most tests.
    pub(crate) chromium: PathBuf,
    /// The second engine of those that run in three.
    pub(crate) firefox: PathBuf,
    /// The third engine's driver, which starts the browser itself.
    pub(crate) webkit_driver: PathBuf,
    /// The screen of a browser that has no headless mode.
    pub(crate) xvfb: PathBuf,
    /// The shared store under test.
    pub(crate) redis: PathBuf,
    /// Runs the example in another language.
    pub(crate) python: PathBuf,
    /// A proxy that there are examples for.
    pub(crate) nginx: PathBuf,
    /// Another one, where the distribution has it.
    pub(crate) caddy: Option<PathBuf>,
    /// The other program of its kind, where there is one.
    pub(crate) valkey: Option<PathBuf>,
    /// What to say of engines that are older than is supported.
    pub(crate) warnings: Vec<String>,
}

/// Makes sure of every need, installing packages for those that are not met.
pub(crate) fn ensure(needs: &[&Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().copied().filter(|need| !(need.met)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        println!("Missing: {}.", need.what);
    }
    let machine = machine::Machine::look();
    if !machine.has_apt {
        let packages: Vec<String> = missing.iter().map(|need| need.choices[0].packages.join(" ")).collect();
        bail!(
            "this is not Debian or Ubuntu, so install the equivalents of these Debian packages yourself: {}",
            packages.join(" ")
        );
    }
    apt::install(&missing, &machine)?;
    for need in &missing {
        if !(need.met)() {
            bail!("the packages are installed, but this is still missing: {} ({})", need.what, need.hint);
        }
    }
    Ok(())
}

/// Everything the tests run besides what is built: Node and its packages, Redis, browsers.
pub(crate) fn for_tests(places: &Places) -> Result<TestTools> {
    let mut needs = vec![&NODE, &need::REDIS, &need::WEBKIT, &need::XVFB, &need::PYTHON];
    // Ubuntu has these two as snaps only, which cannot be driven; there they come with npm's help.
    if browser::found(places).is_none() && apt::offers("chromium") {
        needs.push(&need::CHROMIUM);
    }
    if firefox::found(places).is_none() && apt::offers("firefox-esr") {
        needs.push(&need::FIREFOX);
    }
    ensure(&needs)?;
    npm::install(Packages::All, places)?;
    let chromium = match browser::found(places) {
        Some(path) => path,
        None => browser::download(places)?,
    };
    let firefox = match firefox::found(places) {
        Some(path) => path,
        None => firefox::download(places)?,
    };
    let node = find(&["node"]).context("there is no `node` on PATH")?;
    let python = need::python().context("there is no `python3` with the packages of the example")?;
    let redis = need::redis().context("there is no `redis-server` on PATH")?;
    let webkit_driver = need::webkit_driver().context("there is no `WebKitWebDriver` on PATH")?;
    let xvfb = need::xvfb().context("there is no `Xvfb` on PATH")?;
    let (nginx, caddy) = (proxies::nginx(places)?, proxies::caddy(places));
    let valkey = need::valkey();
    let machine = machine::Machine::look();
    let engines = [(engines::CHROMIUM, Some(&*chromium)), (engines::FIREFOX, Some(&*firefox)), (engines::WEBKIT, None)];
    let warnings = engines.into_iter().filter_map(|(engine, program)| engine.look_over(program, &machine)).collect();
    Ok(TestTools { node, chromium, firefox, webkit_driver, xvfb, redis, python, nginx, caddy, valkey, warnings })
}

/// Clippy and rustfmt for the toolchain in use; rustup's minimal profile lacks both.
pub(crate) fn for_lint(places: &Places) -> Result<()> {
    let lacks = |tool: &str| ask(plain(tool, places).arg("--version")).is_none();
    let missing: Vec<&str> = [("clippy", "clippy"), ("fmt", "rustfmt")]
        .into_iter()
        .filter(|(tool, _)| lacks(tool))
        .map(|(_, part)| part)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let Some(rustup) = find(&["rustup"]) else {
        bail!("cargo has no {} here: install it the way Rust was installed", missing.join(" and "));
    };
    println!("Adding to the Rust toolchain: {} (under a minute).", missing.join(", "));
    run(program(rustup, places).args(["component", "add"]).args(missing), "adding Rust components")
}
