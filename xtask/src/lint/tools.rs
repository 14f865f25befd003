//! The linters' programs, and how a machine comes by them.
//!
//! Most are pinned with checksums: npm's in `end2end/package-lock.json`, and those in Python's
//! wheels in `tools.txt`. Only luacheck is the distribution's.

use std::process::Command;

use anyhow::Result;

use crate::npm::{self, NODE};
use crate::run::{find, program};
use crate::setup::{self, Need, any};
use crate::wheels::Wheels;

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

/// The programs of `tools.txt`.
const WHEELS: Wheels = Wheels {
    what: "linters from Python wheels (90 MB, about 20 s)",
    list: "xtask/src/lint/tools.txt",
    name: "linters",
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
            Self::Wheel(name) => WHEELS.program(name),
            Self::Installed(name) => program(name),
        }
    }
}

/// Installs what is missing; the first time takes a minute, every other one nothing.
pub(crate) fn ready() -> Result<()> {
    setup::ensure(&[&NODE, &LUACHECK, &CC])?;
    npm::install()?;
    WHEELS.ready()
}
