//! The checkout, and the folders below `target` that xtask fills; all of them absolute.
//!
//! There is one checkout for each process, so these are functions and nothing is handed around.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The workspace's root, by the environment that `cargo run` sets up, so that a moved checkout is not
/// taken for its old place.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        manifest.parent().expect("xtask is a folder of the workspace").to_path_buf()
    });
    &ROOT
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, or `target` at the root.
pub(crate) fn target() -> &'static Path {
    static TARGET: LazyLock<PathBuf> = LazyLock::new(|| {
        let named = env::var_os("CARGO_TARGET_DIR").and_then(|folder| std::path::absolute(folder).ok());
        named.unwrap_or_else(|| root().join("target"))
    });
    &TARGET
}

/// The built page: `manifest.txt`, `pkg/` and `public/`.
pub(crate) fn site() -> PathBuf {
    target().join("site")
}

pub(crate) fn vectors() -> PathBuf {
    target().join("vectors")
}

pub(crate) fn release(name: &str) -> PathBuf {
    target().join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

pub(crate) fn server() -> PathBuf {
    release("ashlink-server")
}

pub(crate) fn command_line() -> PathBuf {
    release("ashlink")
}

pub(crate) fn end2end() -> PathBuf {
    root().join("end2end")
}

/// xtask's own notes and intermediate files.
pub(crate) fn notes() -> PathBuf {
    target().join("xtask")
}

/// Cargo's home: `CARGO_HOME`, or `.cargo` in the user's home.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    home("CARGO_HOME", ".cargo")
}

/// Rustup's home: `RUSTUP_HOME`, or `.rustup` in the user's home.
pub(crate) fn rustup_home() -> Option<PathBuf> {
    home("RUSTUP_HOME", ".rustup")
}

fn home(variable: &str, folder: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(folder)))
}

/// The path as a person at the workspace's root would type it.
pub(crate) fn shown(path: &Path) -> std::path::Display<'_> {
    path.strip_prefix(root()).unwrap_or(path).display()
}
