//! The distribution's compiler, for machines where rustup cannot download.
//!
//! Debian ships no standard library for WASM with it, so cargo builds one from
//! the packaged source (`-Zbuild-std`, hence `RUSTC_BOOTSTRAP`). It is called by
//! path and without rustup's variables, which would send it back to rustup's.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{OLDEST_RUST, TARGET};
use crate::places::Places;
use crate::run::{ask, program};
use crate::setup::wasm_linker;

/// A compiler in `/usr/bin` that can build for WASM.
pub(crate) struct Compiler {
    rustc: PathBuf,
    standard_library: StandardLibrary,
}

/// Where the standard library for WASM comes from.
enum StandardLibrary {
    /// It is installed.
    Ready,
    /// Its source is installed.
    FromSource,
}

/// The first compiler that is new enough and has a standard library for WASM or its source.
pub(crate) fn compiler() -> Option<Compiler> {
    candidates().into_iter().find_map(|rustc| {
        let version = ask(own_words(&rustc).arg("--version"))?;
        if release(&version)? < OLDEST_RUST {
            return None;
        }
        let answer =
            ask(own_words(&rustc).args(["--print", "sysroot", "--print", "target-libdir", "--target", TARGET]))?;
        let (sysroot, library) = answer.split_once('\n')?;
        let standard_library = if Path::new(library).is_dir() {
            StandardLibrary::Ready
        } else if Path::new(sysroot).join("lib/rustlib/src/rust/library").is_dir() {
            StandardLibrary::FromSource
        } else {
            return None;
        };
        Some(Compiler { rustc, standard_library })
    })
}

/// `/usr/bin/rustc`, then Ubuntu's `/usr/bin/rustc-1.NN`, newest first.
fn candidates() -> Vec<PathBuf> {
    let bin = Path::new("/usr/bin");
    let names = bin.read_dir().into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut numbered: Vec<(u32, String)> =
        names.filter_map(|name| Some((name.strip_prefix("rustc-1.")?.parse().ok()?, name))).collect();
    numbered.sort_unstable_by(|a, b| b.cmp(a));
    let plain = bin.join("rustc");
    let plain = plain.is_file().then_some(plain);
    plain.into_iter().chain(numbered.into_iter().map(|(_, name)| bin.join(name))).collect()
}

/// Major and minor of `rustc 1.96.0 (…)`.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The program without the variables by which rustup leads one to another toolchain.
fn own_words(path: &Path) -> Command {
    let mut command = Command::new(path);
    without_rustup(&mut command);
    command
}

fn without_rustup(command: &mut Command) {
    for variable in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"] {
        command.env_remove(variable);
    }
}

/// The path of a tool that is named as its compiler is: `rustc-1.91` has `cargo-1.91`.
fn beside(rustc: &Path, tool: &str) -> PathBuf {
    let name = rustc.file_name().and_then(|name| name.to_str()).unwrap_or("rustc");
    rustc.with_file_name(name.replacen("rustc", tool, 1))
}

/// This compiler's `cargo-clippy`, if it is installed.
pub(crate) fn clippy(compiler: &Compiler) -> Option<PathBuf> {
    let numbered = beside(&compiler.rustc, "cargo-clippy");
    Some(numbered).filter(|path| path.is_file() && beside(&compiler.rustc, "clippy-driver").is_file())
}

impl Compiler {
    /// `cargo <subcommand>` with this compiler.
    pub(super) fn cargo(&self, subcommand: &str, places: &Places) -> Result<Command> {
        let cargo = beside(&self.rustc, "cargo");
        // cargo would look for `cargo-clippy` in ~/.cargo/bin first, and find rustup's.
        let path = match subcommand {
            "clippy" => clippy(self).context("clippy is gone again")?,
            _ => cargo.clone(),
        };
        let mut command = program(path, places);
        without_rustup(&mut command);
        command.args([subcommand, "--locked"]).env("CARGO", &cargo).env("RUSTC", &self.rustc);
        if let Some(linker) = wasm_linker() {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        if matches!(self.standard_library, StandardLibrary::FromSource) {
            command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
        }
        Ok(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(release("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), Some((1, 96)));
        assert_eq!(release("rustc"), None);
    }

    #[test]
    fn tools_carry_their_compilers_number() {
        assert_eq!(beside(Path::new("/usr/bin/rustc"), "cargo"), Path::new("/usr/bin/cargo"));
        assert_eq!(beside(Path::new("/usr/bin/rustc-1.91"), "cargo-clippy"), Path::new("/usr/bin/cargo-clippy-1.91"));
    }
}
