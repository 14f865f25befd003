//! The npm packages of `end2end`: binaryen for `wasm-opt`, and what the browser tests and linters need.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::places::Places;
use crate::run::{program, run};
use crate::setup::NODE;
use crate::stamp;

/// Which of the packages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packages {
    /// What a build uses: `dependencies`.
    ForBuild,
    /// What the tests use as well: `devDependencies`.
    All,
}

/// Installs exactly what the lock file names, once per lock file.
pub(crate) fn install(packages: Packages, places: &Places) -> Result<()> {
    let lock = places.end2end().join("package-lock.json");
    let wanted = stamp::sha256(&fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?);
    // Within node_modules, so that whoever removes that folder removes the notes.
    let note = |name: &str| places.end2end().join("node_modules").join(name);
    let (all, for_build) = (note(".ashlink-lock"), note(".ashlink-lock-build"));
    if stamp::says(&all, &wanted) || (packages == Packages::ForBuild && stamp::says(&for_build, &wanted)) {
        return Ok(());
    }
    let mut command = program("npm", places);
    command.arg("ci").current_dir(places.end2end());
    if packages == Packages::ForBuild {
        println!("Installing wasm-opt from npm (about 10 s).");
        run(command.arg("--omit=dev"), "installing npm packages")?;
        return stamp::write(&for_build, &wanted);
    }
    println!("Installing the npm packages of end2end (450 MB, about 30 s).");
    run(&mut command, "installing npm packages")?;
    stamp::write(&all, &wanted)
}

/// playwright's own command line.
pub(crate) fn playwright(places: &Places) -> PathBuf {
    places.end2end().join("node_modules/playwright-core/cli.js")
}

/// The command line of the library that downloads browsers.
pub(crate) fn browsers(places: &Places) -> PathBuf {
    places.end2end().join("node_modules/@puppeteer/browsers/lib/cjs/main-cli.js")
}

/// The optimiser for WASM, a tenth off the page's weight.
pub(crate) struct WasmOpt {
    /// Which packages it came from; another version may give other bytes.
    pub(crate) version: String,
}

impl WasmOpt {
    /// The optimiser if there is npm to bring it: building needs no Node, so a missing one only costs weight.
    pub(crate) fn if_possible(places: &Places) -> Option<Self> {
        let result = if (NODE.met)() {
            install(Packages::ForBuild, places)
        } else {
            Err(anyhow!("there is no Node 18 with npm"))
        };
        match result.and_then(|()| Self::installed(places)) {
            Ok(tool) => Some(tool),
            Err(error) => {
                println!("Going on without wasm-opt, so the page will be about 10 % larger: {error:#}.");
                None
            }
        }
    }

    /// The optimiser, after [`install`].
    pub(crate) fn installed(places: &Places) -> Result<Self> {
        let package = places.end2end().join("node_modules/binaryen/package.json");
        let manifest = fs::read(&package).with_context(|| format!("cannot read {}", package.display()))?;
        Ok(Self { version: stamp::sha256(&manifest) })
    }

    /// `wasm-opt`, ready for its arguments.
    pub(crate) fn command(&self, places: &Places) -> Command {
        program(places.end2end().join("node_modules/.bin/wasm-opt"), places)
    }
}
