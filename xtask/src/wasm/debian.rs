//! The distribution's compiler, for machines where rustup cannot download.
//!
//! Debian ships no standard library for WASM with it, so cargo builds one from
//! the packaged source (`-Zbuild-std`, hence `RUSTC_BOOTSTRAP`). It is called by
//! path and without rustup's variables, which would send it back to rustup's.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::TARGET;
use crate::run::{ask, find, program};
use crate::setup::{Need, any, since};

/// The oldest Rust that builds the workspace (`rust-version` in Cargo.toml).
const OLDEST: (u32, u32) = (1, 90);

/// A compiler for WASM where rustup cannot bring one: the distribution's, with
/// the standard library for WASM or its source.
pub(super) const COMPILER: Need = Need {
    what: "the distribution's Rust compiler, to build the page's WASM (about 500 MB)",
    met: || compiler().is_some(),
    choices: &[
        since(OLDEST, &["rustc-web", "cargo-web", "rust-web-src"]),
        since(OLDEST, &["rustc", "cargo", "libstd-rust-dev-wasm32"]),
        since(OLDEST, &["rustc-1.{}", "cargo-1.{}", "libstd-rust-1.{}-dev-wasm32"]),
        since(OLDEST, &["rustc-1.{}", "cargo-1.{}", "rust-1.{}-src"]),
    ],
    hint: "or install rustup's target: rustup target add wasm32-unknown-unknown",
    or_else: false,
};

/// The linker for WASM, which distributions keep apart from the compiler.
pub(super) const LINKER: Need = Need {
    what: "the linker for WASM",
    met: || linker().is_some(),
    choices: &[any(&["lld-{}"]), any(&["lld"])],
    hint: "no wasm-ld or wasm-ld-NN in /usr/bin",
    or_else: false,
};

pub(super) const CLIPPY: Need = Need {
    what: "the distribution's clippy, to lint the page's WASM crates",
    met: || compiler().is_some_and(|compiler| compiler.clippy().is_some()),
    choices: &[
        since(OLDEST, &["rust-web-clippy"]),
        since(OLDEST, &["rust-clippy"]),
        since(OLDEST, &["rust-1.{}-clippy"]),
    ],
    hint: "no cargo-clippy beside that compiler",
    or_else: false,
};

/// A compiler in `/usr/bin` that can build for WASM.
pub(crate) struct Compiler {
    rustc: PathBuf,
    /// Whether it has no standard library for WASM but its source.
    from_source: bool,
}

/// The first compiler that is new enough and has a standard library for WASM or its source.
pub(super) fn compiler() -> Option<Compiler> {
    // `/usr/bin/rustc`, then Ubuntu's `/usr/bin/rustc-1.NN`, newest first.
    let plain = Path::new("/usr/bin/rustc").to_path_buf();
    std::iter::once(plain).filter(|rustc| rustc.is_file()).chain(numbered("rustc-1.")).find_map(|rustc| {
        let version = ask(own_words(&rustc).arg("--version"))?;
        if release(&version)? < OLDEST {
            return None;
        }
        let answer =
            ask(own_words(&rustc).args(["--print", "sysroot", "--print", "target-libdir", "--target", TARGET]))?;
        let (sysroot, library) = answer.split_once('\n')?;
        let from_source = !Path::new(library).is_dir();
        let is_complete = !from_source || Path::new(sysroot).join("lib/rustlib/src/rust/library").is_dir();
        is_complete.then_some(Compiler { rustc, from_source })
    })
}

/// The newest `wasm-ld`; Debian's carry LLVM's version in the name.
fn linker() -> Option<PathBuf> {
    numbered("wasm-ld-").into_iter().next().or_else(|| find(&["wasm-ld"]))
}

/// The programs in `/usr/bin` whose names are this and a number, from the highest down.
fn numbered(prefix: &str) -> Vec<PathBuf> {
    let bin = Path::new("/usr/bin");
    let names = bin.read_dir().into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut found: Vec<(u32, PathBuf)> =
        names.filter_map(|name| Some((name.strip_prefix(prefix)?.parse().ok()?, bin.join(name)))).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, path)| path).collect()
}

fn release(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

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

impl Compiler {
    /// The path of a tool that is named as its compiler is: `rustc-1.91` has `cargo-1.91`.
    fn beside(&self, tool: &str) -> PathBuf {
        let name = self.rustc.file_name().and_then(|name| name.to_str()).unwrap_or("rustc");
        self.rustc.with_file_name(name.replacen("rustc", tool, 1))
    }

    fn clippy(&self) -> Option<PathBuf> {
        Some(self.beside("cargo-clippy")).filter(|path| path.is_file() && self.beside("clippy-driver").is_file())
    }

    pub(super) fn cargo(&self, subcommand: &str) -> Result<Command> {
        let cargo = self.beside("cargo");
        // cargo would look for `cargo-clippy` in ~/.cargo/bin first, and find rustup's.
        let path = match subcommand {
            "clippy" => self.clippy().context("clippy is gone again")?,
            _ => cargo.clone(),
        };
        let mut command = program(path);
        without_rustup(&mut command);
        command.args([subcommand, "--locked"]).env("CARGO", &cargo).env("RUSTC", &self.rustc);
        if let Some(linker) = linker() {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        if self.from_source {
            command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
        }
        Ok(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_the_oldest_is_the_workspaces() {
        assert_eq!(release("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), Some((1, 96)));
        assert_eq!(release("rustc"), None);
        assert_eq!(release(&format!("rustc {}.0", env!("CARGO_PKG_RUST_VERSION"))), Some(OLDEST));
    }

    #[test]
    fn tools_carry_their_compilers_number() {
        let of = |rustc: &str| Compiler { rustc: rustc.into(), from_source: false }.beside("cargo-clippy");
        assert_eq!(of("/usr/bin/rustc"), Path::new("/usr/bin/cargo-clippy"));
        assert_eq!(of("/usr/bin/rustc-1.91"), Path::new("/usr/bin/cargo-clippy-1.91"));
    }
}
