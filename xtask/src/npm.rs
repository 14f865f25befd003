//! The npm packages of `end2end`: what makes the page small, and what the browser tests and linters need besides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::notes;
use crate::places;
use crate::run::{ask, find, program, run};
use crate::setup::{Choice, Need, ensure, since};

/// What Node's test runner and playwright-core need.
const OLDEST_NODE: u32 = 18;

/// Runs the browser tests, wasm-opt and esbuild.
pub(crate) const NODE: Need = Need {
    what: "Node 18 or newer, with npm, for the page's files, the browser tests and linters",
    met: || node().is_some_and(|major| major >= OLDEST_NODE) && find(&["npm"]).is_some(),
    choices: &[
        Choice { packages: &["nodejs"], at_least: (OLDEST_NODE, 0), version_has: "nodesource" },
        since((OLDEST_NODE, 0), &["nodejs", "npm"]),
    ],
    hint: "an older one may come first on PATH",
    or_else: false,
};

fn node() -> Option<u32> {
    let version = ask(Command::new(find(&["node"])?).arg("--version"))?;
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

pub(crate) fn installed(path: &str) -> PathBuf {
    places::end2end().join("node_modules").join(path)
}

/// Installs all packages, exactly as the lock file names them, once per lock file.
pub(crate) fn install() -> Result<()> {
    install_once(".ashlink-lock", &[".ashlink-lock"], &[], "the npm packages of end2end (450 MB, about 30 s)")
}

fn install_for_build() -> Result<()> {
    let notes = [".ashlink-lock", ".ashlink-lock-build"];
    install_once(notes[1], &notes, &["--omit=dev"], "wasm-opt and esbuild from npm (about 10 s)")
}

/// Notes it within `node_modules`, so that whoever removes that folder removes the notes.
fn install_once(note: &str, enough: &[&str], arguments: &[&str], what: &str) -> Result<()> {
    let lock = places::end2end().join("package-lock.json");
    let wanted = notes::sha256(&fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?);
    if enough.iter().any(|note| notes::says(&installed(note), &wanted)) {
        return Ok(());
    }
    println!("Installing {what}.");
    let mut command = program("npm");
    run(command.arg("ci").args(arguments).current_dir(places::end2end()), "installing npm packages")?;
    notes::write(&installed(note), wanted)
}

/// What takes a tenth off the page's weight: wasm-opt for its modules, esbuild for scripts and styles.
pub(crate) struct Optimisers {
    /// Which packages they came from; other versions may give other bytes.
    pub(crate) version: String,
}

impl Optimisers {
    /// These, installed if need be: without them the page would have other bytes.
    pub(crate) fn ready() -> Result<Self> {
        ensure(&[&NODE])?;
        install_for_build()?;
        Self::installed()
    }

    /// Those that [`ready`](Self::ready) or [`install`] has brought.
    pub(crate) fn installed() -> Result<Self> {
        let manifests = ["binaryen", "esbuild"].map(|name| installed(name).join("package.json"));
        let read = |path: &PathBuf| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let texts = manifests.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Self { version: notes::fingerprint(texts.iter().map(Vec::as_slice)) })
    }

    /// Makes a module small, in place. The features are read from the module; more of them would shut out
    /// older browsers. `-Oz` for the worker too: its inner loops got their speed from rustc
    /// (`wasm-worker`), and AES and Argon2 measured the same at every level.
    pub(crate) fn module(&self, file: &Path) -> Result<()> {
        let mut command = program(installed(".bin/wasm-opt"));
        command.arg(file).arg("-o").arg(file).args(["-Oz", "--strip-debug", "--strip-producers"]);
        run(&mut command, "optimising WASM")
    }

    /// Makes a script or style sheet small, in place. Nothing is translated for older browsers.
    pub(crate) fn text(&self, file: &Path) -> Result<()> {
        let mut command = program(installed(".bin/esbuild"));
        command.arg(file).args(["--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
        // What a file for other tools says of JavaScript is not meant.
        command.args(["--target=esnext", "--tsconfig-raw={}", "--allow-overwrite"]);
        let mut outfile = std::ffi::OsString::from("--outfile=");
        outfile.push(file);
        run(command.arg(outfile), "minifying")
    }
}
