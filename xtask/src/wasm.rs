//! Which compiler builds the browser's crates, and how.
//!
//! rustup's toolchain if it has the WASM target or can fetch it; otherwise the
//! distribution's compiler, which builds the standard library from source. Each
//! has a target folder of its own, or every switch would rebuild everything.

mod debian;
pub(crate) mod rustup;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::run::{cargo, encoded_flags, run};
use crate::setup::ensure;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The variable that forces one of the two compilers.
const SWITCH: &str = "ASHLINK_WASM_TOOLCHAIN";

/// A cargo that can build for [`TARGET`].
pub(crate) enum Toolchain {
    Own,
    Debian(debian::Compiler),
}

impl Toolchain {
    pub(crate) fn ready() -> Result<Self> {
        let forced = env::var_os(SWITCH).filter(|value| !value.is_empty());
        match forced.as_deref().map(|value| value.to_str()) {
            None if rustup::has_target(TARGET) || rustup::add_target() => Ok(Self::Own),
            None | Some(Some("debian")) => {
                ensure(&[&debian::COMPILER, &debian::LINKER])?;
                debian::compiler().map(Self::Debian).context("the distribution's compiler is gone again")
            }
            Some(Some("rustup")) => {
                if !rustup::has_target(TARGET) {
                    rustup::add_target_or_fail(TARGET)?;
                }
                Ok(Self::Own)
            }
            Some(_) => bail!("{SWITCH} must be `rustup` or `debian`"),
        }
    }

    pub(crate) fn ready_for_lint() -> Result<Self> {
        let toolchain = Self::ready()?;
        if matches!(toolchain, Self::Debian(_)) {
            ensure(&[&debian::CLIPPY])?;
        }
        Ok(toolchain)
    }

    /// Builds one browser crate under one profile, or the part of it that a feature is, and says where the module
    /// is.
    pub(crate) fn build(&self, package: &str, profile: &str, part: Option<&str>) -> Result<PathBuf> {
        let mut command = self.cargo("build")?;
        // One package at a time: two in one command share features, and each would carry the other's.
        command
            .args(["--package", package, "--profile", profile])
            .args(part.map(|part| ["--features", part]).iter().flatten());
        run(&mut command, &format!("building {package} for WASM"))?;
        let name = package.replace('-', "_");
        let folder = self.target_dir().join(TARGET).join(profile);
        let module = folder.join(format!("{name}.wasm"));
        let Some(part) = part else { return Ok(module) };
        // Where the next part does not write.
        let own = folder.join(format!("{name}_{part}.wasm"));
        fs::copy(&module, &own).with_context(|| format!("cannot write {}", own.display()))?;
        Ok(own)
    }

    pub(crate) fn cargo(&self, subcommand: &str) -> Result<Command> {
        let mut command = match self {
            Self::Own => cargo(subcommand),
            Self::Debian(compiler) => compiler.cargo(subcommand)?,
        };
        // The user's flags are for the user's own processor; ours must be the same everywhere.
        command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", encoded_flags(&[COMPACT]));
        command.env_remove("CARGO_BUILD_TARGET").env("CARGO_TARGET_DIR", self.target_dir());
        command.args(["--target", TARGET]);
        Ok(command)
    }

    fn target_dir(&self) -> PathBuf {
        places::target().join(match self {
            Self::Own => "wasm-rustup",
            Self::Debian(_) => "wasm-debian",
        })
    }
}

/// Compiler flags for WASM: SHA-256 as a loop, because unrolled it is 7 KB longer, and nothing long is hashed.
const COMPACT: &str = "--cfg=sha2_backend_soft=\"compact\"";
