//! Where things are: the checkout, and the folders below `target` that xtask fills.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders everything else is named from; all absolute.
pub(crate) struct Places {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// Cargo's target folder: `CARGO_TARGET_DIR`, or `target` at the root.
    pub(crate) target: PathBuf,
}

impl Places {
    /// Asks the environment that `cargo run` sets up, so that a moved checkout is not taken for its old place.
    pub(crate) fn find() -> Result<Self> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest.parent().context("xtask has no parent folder")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => std::path::absolute(dir).context("CARGO_TARGET_DIR")?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The built page: `manifest.txt`, `pkg/` and `public/`.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The format's vectors as a module for a browser.
    pub(crate) fn vectors(&self) -> PathBuf {
        self.target.join("vectors")
    }

    /// The release server.
    pub(crate) fn server(&self) -> PathBuf {
        self.target.join("release").join(format!("ashlink-server{}", env::consts::EXE_SUFFIX))
    }

    /// The release command line.
    pub(crate) fn command_line(&self) -> PathBuf {
        self.target.join("release").join(format!("ashlink{}", env::consts::EXE_SUFFIX))
    }

    /// The browser tests and the npm packages.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// xtask's own notes and intermediate files.
    pub(crate) fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

/// Cargo's home: `CARGO_HOME`, or `.cargo` in the user's home.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// Rustup's home: `RUSTUP_HOME`, or `.rustup` in the user's home.
pub(crate) fn rustup_home() -> Option<PathBuf> {
    env::var_os("RUSTUP_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".rustup")))
}

/// The path as a person at the workspace's root would type it.
pub(crate) fn shown<'a>(path: &'a Path, places: &Places) -> std::path::Display<'a> {
    path.strip_prefix(&places.root).unwrap_or(path).display()
}
