//! Starting other programs, with the environment they would have had without cargo and xtask in between.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::places::{Places, rustup_home};

/// A program with the user's own environment: what `cargo run` added for xtask is taken away.
///
/// Otherwise build scripts that watch such a variable run again whenever the
/// same build is started without xtask, and a server or browser would load
/// libraries from the compiler's folders.
pub(crate) fn program(name: impl AsRef<OsStr>, places: &Places) -> Command {
    let mut command = Command::new(name);
    command.current_dir(&places.root);
    for (variable, _) in env::vars_os() {
        if variable.to_str().is_some_and(is_cargos_own) {
            command.env_remove(variable);
        }
    }
    if let Some(paths) = env::var_os("LD_LIBRARY_PATH") {
        match users_own(&paths, &places.target, rustup_home().as_deref()) {
            Some(left) => command.env("LD_LIBRARY_PATH", left),
            None => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
    command
}

/// Whether cargo set this variable for the program it runs (and not the user for cargo).
fn is_cargos_own(variable: &str) -> bool {
    [
        "CARGO",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "OUT_DIR",
    ]
    .contains(&variable)
        || variable.starts_with("CARGO_PKG_")
}

/// The entries of a library path that are neither build output nor the compiler's.
fn users_own(paths: &OsStr, target: &Path, rustup: Option<&Path>) -> Option<OsString> {
    let kept: Vec<PathBuf> = env::split_paths(paths)
        .filter(|path| !path.starts_with(target) && !rustup.is_some_and(|home| path.starts_with(home)))
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    if kept.is_empty() { None } else { env::join_paths(kept).ok() }
}

/// Runs a program to its end, its output on the terminal; fails unless it succeeds.
pub(crate) fn run(command: &mut Command, doing: &str) -> Result<()> {
    let status =
        command.status().with_context(|| format!("{doing}: cannot start {}", command.get_program().display()))?;
    if !status.success() {
        bail!("{doing}: {} ended with {status}", command.get_program().display());
    }
    Ok(())
}

/// The standard output of a program that only answers a question; `None` when it cannot say.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}

/// The first of these programs that is on `PATH`.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cargo_added_is_taken_away() {
        for ours in ["CARGO", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert!(is_cargos_own(ours), "{ours}");
        }
        for theirs in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE", "CARGO_BUILD_JOBS", "RUSTUP_TOOLCHAIN"] {
            assert!(!is_cargos_own(theirs), "{theirs}");
        }
    }

    #[test]
    fn the_users_library_path_survives() {
        let rustup = Some(Path::new("/home/u/.rustup"));
        let left = |text: &str| users_own(OsStr::new(text), Path::new("/w/target"), rustup);
        assert_eq!(left("/w/target/debug:/home/u/.rustup/toolchains/x/lib:"), None);
        assert_eq!(left("/w/target/debug:/opt/lib"), Some("/opt/lib".into()));
    }
}
