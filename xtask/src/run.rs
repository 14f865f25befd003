//! Starting other programs, with the environment they would have had without cargo and xtask in between.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::places::{self, rustup_home};

/// A program at the workspace's root with the user's own environment: what `cargo run` added for xtask is taken
/// away. Otherwise build scripts that watch such a variable run again whenever the same build is started without
/// xtask, and a server or browser would load libraries from the compiler's folders.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(places::root());
    for (variable, _) in env::vars_os() {
        if variable.to_str().is_some_and(is_cargos_own) {
            command.env_remove(variable);
        }
    }
    if let Some(paths) = env::var_os("LD_LIBRARY_PATH") {
        match users_own(&paths, places::target(), rustup_home().as_deref()) {
            Some(left) => command.env("LD_LIBRARY_PATH", left),
            None => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
    command
}

/// Whether cargo set this variable for the program it runs (and not the user for cargo).
fn is_cargos_own(variable: &str) -> bool {
    ["CARGO", "CARGO_CRATE_NAME", "CARGO_BIN_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&variable)
        || ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| variable.starts_with(start))
}

/// The entries of a library path that are neither build output nor the compiler's.
fn users_own(paths: &OsStr, target: &Path, rustup: Option<&Path>) -> Option<OsString> {
    let kept: Vec<PathBuf> = env::split_paths(paths)
        .filter(|path| !path.starts_with(target) && !rustup.is_some_and(|home| path.starts_with(home)))
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    if kept.is_empty() { None } else { env::join_paths(kept).ok() }
}

/// `cargo <subcommand>` of the toolchain that runs xtask, with exactly the dependencies of `Cargo.lock`.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = plain_cargo(subcommand);
    command.arg("--locked");
    command
}

/// `cargo <subcommand>` for those that resolve nothing, such as `fmt`.
pub(crate) fn plain_cargo(subcommand: &str) -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.env("CARGO_TARGET_DIR", places::target()).arg(subcommand);
    command
}

/// `cargo build` of one package as it is released: the same bytes in any folder, for any processor.
pub(crate) fn release_build(package: &str) -> Command {
    as_released(cargo("build"), package)
}

/// Lets cargo, or what stands in for it, build a package as it is released.
pub(crate) fn as_released(mut command: Command, package: &str) -> Command {
    command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", encoded_flags(&[]));
    command.args(["--release", "--package", package]);
    command
}

/// Flags for the compiler, joined as cargo wants them: these, and those that take this machine's folders out
/// of what is built. The user's own are left out, since they are for the user's own processor.
pub(crate) fn encoded_flags(flags: &[&str]) -> OsString {
    remapped(places::root(), places::target(), places::cargo_home().as_deref(), flags)
}

/// A later mapping comes before an earlier one, and the target folder can lie within the checkout.
fn remapped(root: &Path, target: &Path, cargo_home: Option<&Path>, flags: &[&str]) -> OsString {
    let places = [(cargo_home, "cargo"), (Some(root), "ashlink"), (Some(target), "target")];
    let maps = places.into_iter().filter_map(|(from, to)| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(from?);
        flag.push(format!("={to}"));
        Some(flag)
    });
    let all: Vec<_> = maps.chain(flags.iter().map(Into::into)).collect();
    all.join(OsStr::new("\u{1f}"))
}

pub(crate) fn rustc() -> Command {
    program(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// The triple of the machine that builds, by which cargo names folders and variables.
pub(crate) fn host() -> Result<String> {
    ask(rustc().args(["--print", "host-tuple"])).context("rustc does not say which machine it is for")
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

/// The program that a variable names, or the first of these on `PATH`.
pub(crate) fn named(variable: &str, names: &[&str]) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).or_else(|| find(names))
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
    fn flags_are_separated_so_that_folders_may_contain_spaces() {
        let flags =
            remapped(Path::new("/my code"), Path::new("/my code/target"), Some(Path::new("/h/.cargo")), &["-x"]);
        assert_eq!(
            flags,
            "--remap-path-prefix=/h/.cargo=cargo\u{1f}--remap-path-prefix=/my code=ashlink\u{1f}\
             --remap-path-prefix=/my code/target=target\u{1f}-x"
        );
    }

    #[test]
    fn the_users_library_path_survives() {
        let rustup = Some(Path::new("/home/u/.rustup"));
        let left = |text: &str| users_own(OsStr::new(text), Path::new("/w/target"), rustup);
        assert_eq!(left("/w/target/debug:/home/u/.rustup/toolchains/x/lib:"), None);
        assert_eq!(left("/w/target/debug:/opt/lib"), Some("/opt/lib".into()));
    }
}
