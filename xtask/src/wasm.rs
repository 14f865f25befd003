//! Which compiler builds the browser's crates, and how.
//!
//! rustup's toolchain if it has the WASM target or can fetch it; otherwise the
//! distribution's compiler, which builds the standard library from source. Each
//! has a target folder of its own, or every switch would rebuild everything.

pub(crate) mod debian;
mod rustup;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::places::{Places, cargo_home};
use crate::run::run;
use crate::setup::{LINKER, WASM_CLIPPY, WASM_COMPILER, ensure};

/// The target triple of the browser's crates.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Rust that builds the workspace (`rust-version` in Cargo.toml).
pub(crate) const OLDEST_RUST: (u32, u32) = (1, 90);

/// The variable that forces one of the two compilers.
const SWITCH: &str = "ASHLINK_WASM_TOOLCHAIN";

/// A cargo that can build for [`TARGET`].
pub(crate) enum Toolchain {
    /// The toolchain that runs xtask.
    Own,
    /// The distribution's.
    Debian(debian::Compiler),
}

impl Toolchain {
    /// Finds the toolchain, installing what it lacks.
    pub(crate) fn ready(places: &Places) -> Result<Self> {
        let forced = env::var_os(SWITCH).filter(|value| !value.is_empty());
        match forced.as_deref().map(|value| value.to_str()) {
            None => {
                if rustup::has_target() || rustup::add_target(places) {
                    Ok(Self::Own)
                } else {
                    Self::debian()
                }
            }
            Some(Some("rustup")) => {
                if !rustup::has_target() {
                    rustup::add_target_or_fail(places)?;
                }
                Ok(Self::Own)
            }
            Some(Some("debian")) => Self::debian(),
            Some(_) => bail!("{SWITCH} must be `rustup` or `debian`"),
        }
    }

    /// The same, with the clippy that belongs to it.
    pub(crate) fn ready_for_lint(places: &Places) -> Result<Self> {
        let toolchain = Self::ready(places)?;
        if matches!(toolchain, Self::Debian(_)) {
            ensure(&[&WASM_CLIPPY])?;
        }
        Ok(toolchain)
    }

    fn debian() -> Result<Self> {
        ensure(&[&WASM_COMPILER, &LINKER])?;
        debian::compiler().map(Self::Debian).context("the distribution's compiler is gone again")
    }

    /// Builds one browser crate under one profile and says where its module is.
    pub(crate) fn build(&self, package: &str, profile: &str, places: &Places) -> Result<PathBuf> {
        let mut command = self.cargo("build", places)?;
        // One package at a time: two in one command share features, and each would carry the other's.
        command.args(["--package", package, "--profile", profile]);
        run(&mut command, &format!("building {package} for WASM"))?;
        let file = format!("{}.wasm", package.replace('-', "_"));
        Ok(self.target_dir(places).join(TARGET).join(profile).join(file))
    }

    /// `cargo <subcommand>` for the WASM target.
    pub(crate) fn cargo(&self, subcommand: &str, places: &Places) -> Result<Command> {
        let mut command = match self {
            Self::Own => rustup::cargo(subcommand, places),
            Self::Debian(compiler) => compiler.cargo(subcommand, places)?,
        };
        // The user's flags are for the user's own processor; ours must be the same everywhere.
        command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags(&places.root, cargo_home().as_deref()));
        command.env_remove("CARGO_BUILD_TARGET").env("CARGO_TARGET_DIR", self.target_dir(places));
        command.args(["--target", TARGET]);
        Ok(command)
    }

    fn target_dir(&self, places: &Places) -> PathBuf {
        places.target.join(match self {
            Self::Own => "wasm-rustup",
            Self::Debian(_) => "wasm-debian",
        })
    }
}

/// Compiler flags that take this machine's folders out of panic messages, so that
/// the same sources give the same bytes in any folder, and choose SHA-256 as a loop: unrolled
/// it is 7 KB longer, and nothing long is hashed. Joined as cargo wants them.
fn flags(root: &Path, cargo_home: Option<&Path>) -> OsString {
    let remap = |from: &Path, to: &str| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(from);
        flag.push(format!("={to}"));
        flag
    };
    let mut flags = remap(root, "ashlink");
    if let Some(home) = cargo_home {
        flags.push("\u{1f}");
        flags.push(remap(home, "cargo"));
    }
    flags.push("\u{1f}--cfg=sha2_backend_soft=\"compact\"");
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_separated_so_that_folders_may_contain_spaces() {
        assert_eq!(
            flags(Path::new("/my code"), Some(Path::new("/home/.cargo"))),
            "--remap-path-prefix=/my code=ashlink\u{1f}--remap-path-prefix=/home/.cargo=cargo\
             \u{1f}--cfg=sha2_backend_soft=\"compact\""
        );
    }

    #[test]
    fn the_oldest_rust_is_the_workspaces() {
        let version = env!("CARGO_PKG_RUST_VERSION");
        assert_eq!(format!("{}.{}", OLDEST_RUST.0, OLDEST_RUST.1), version);
    }
}
