//! The linters' programs, and how a machine comes by them.
//!
//! Most are pinned with checksums: npm's in `end2end/package-lock.json`, and those in Python's
//! wheels in `tools.txt`, which are unpacked below `target`. Only luacheck is the distribution's.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::notes;
use crate::npm::{self, NODE};
use crate::places;
use crate::run::{ask, find, program, run};
use crate::setup::{self, Need, any};

/// Where a linter's program comes from.
#[derive(Clone, Copy)]
pub(crate) enum Program {
    /// An npm package's.
    Npm(&'static str),
    /// A script of ours, by its path from the root, that uses npm packages.
    Node(&'static str),
    /// One that a Python wheel brings (`tools.txt`).
    Wheel(&'static str),
    /// The distribution's, found on `PATH`.
    Installed(&'static str),
}

/// Looks for what Lua scripts do by mistake.
const LUACHECK: Need = Need {
    what: "luacheck, the linter of Lua",
    met: || find(&["luacheck"]).is_some(),
    choices: &[any(&["lua-check"])],
    hint: "no luacheck on PATH",
    or_else: false,
};

/// Unpacks wheels.
const PYTHON: Need = Need {
    what: "Python with its packages venv and pip, which brings linters",
    met: || python().is_some(),
    choices: &[any(&["python3", "python3-venv"])],
    hint: "python3 has no module ensurepip",
    or_else: false,
};

/// Checks C, which a machine that has Rust can compile.
const CC: Need = Need {
    what: "a C compiler",
    met: || find(&["cc"]).is_some(),
    choices: &[any(&["gcc", "libc6-dev"])],
    hint: "no cc on PATH",
    or_else: false,
};

impl Program {
    /// The program, ready for its arguments, at the workspace's root.
    pub(crate) fn command(self) -> Command {
        match self {
            Self::Npm(name) => program(npm::installed(".bin").join(name)),
            Self::Node(script) => {
                let mut command = program("node");
                command.arg(script);
                command
            }
            Self::Wheel(name) => program(wheels().join("bin").join(name)),
            Self::Installed(name) => program(name),
        }
    }
}

/// Installs what is missing; the first time takes a minute, every other one nothing.
pub(crate) fn ready() -> Result<()> {
    setup::ensure(&[&NODE, &PYTHON, &LUACHECK, &CC])?;
    npm::install()?;
    install_wheels()
}

/// Installs exactly what `tools.txt` names, once for each content of it.
fn install_wheels() -> Result<()> {
    let list = places::root().join("xtask/src/lint/tools.txt");
    let wanted = notes::sha256(&fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?);
    let folder = wheels();
    let note = folder.join(".ashlink-tools");
    if notes::says(&note, &wanted) {
        return Ok(());
    }
    println!("Installing linters from Python wheels (90 MB, about 20 s).");
    let python = python().context("there is no `python3` with venv and pip")?;
    run(program(python).args(["-m", "venv", "--clear"]).arg(&folder), "making a folder for Python's wheels")?;
    let mut pip = program(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--require-hashes", "--only-binary", ":all:", "--no-deps", "--requirement"]).arg(&list);
    run(&mut pip, "installing linters")?;
    notes::write(&note, wanted)
}

fn wheels() -> PathBuf {
    places::notes().join("linters")
}

/// A Python that can make a folder for wheels: the first on PATH, or the system's own, into which
/// packages are installed.
fn python() -> Option<PathBuf> {
    let candidates = [find(&["python3"]), Some(PathBuf::from("/usr/bin/python3"))];
    let has_pip = |path: &PathBuf| ask(Command::new(path).args(["-c", "import ensurepip, venv"])).is_some();
    candidates.into_iter().flatten().find(has_pip)
}
