//! Chromium for the tests: the distribution's, or where there is none, playwright's.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::agreed;
use super::machine::{Machine, User};
use crate::npm;
use crate::places::{Places, shown};
use crate::run::{find, program, run};

/// The browser to test with: `CHROMIUM`, one on PATH, or one downloaded before.
pub(crate) fn found(places: &Places) -> Option<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM") {
        return Some(path.into());
    }
    ["chromium", "google-chrome-stable", "google-chrome", "chromium-browser"]
        .into_iter()
        .find_map(|name| find(&[name]).filter(|path| !is_snap(path)))
        .or_else(|| downloaded(places))
}

/// Whether it is a snap, or Ubuntu's script that starts one: a snap sees neither
/// our profile folders nor `/tmp`, and cannot be driven.
pub(super) fn is_snap(path: &Path) -> bool {
    let program = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let is_script = |bytes: &[u8]| bytes.starts_with(b"#!") && String::from_utf8_lossy(bytes).contains("/snap/");
    program.ends_with("usr/bin/snap")
        || program.starts_with("/snap")
        // A script is small; the browser itself is not worth reading.
        || (fs::metadata(&program).is_ok_and(|data| data.len() < 64 * 1024) && fs::read(&program).is_ok_and(|bytes| is_script(&bytes)))
}

/// Where browsers that were downloaded are: with what is built, so that `cargo clean` takes them away.
pub(super) fn folder(places: &Places) -> PathBuf {
    places.target.join("browsers")
}

/// The Chromium that playwright downloaded: `chromium-NNNN/chrome-linux64/chrome`.
fn downloaded(places: &Places) -> Option<PathBuf> {
    let folders = |dir: PathBuf| dir.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    folders(folder(places)).flat_map(folders).map(|dir| dir.join("chrome")).find(|file| file.is_file())
}

/// Lets playwright download its Chromium, and install the libraries that it needs.
pub(crate) fn download(places: &Places) -> Result<PathBuf> {
    println!("The distribution has no Chromium package: playwright downloads one (about 200 MB, one minute).");
    run(playwright(places).args(["install", "--no-shell", "chromium"]), "downloading Chromium")?;
    install_libraries("chromium", places)?;
    downloaded(places).context("playwright downloaded no Chromium that we can find; set CHROMIUM to the path of one")
}

/// Lets playwright install the libraries that a downloaded browser needs.
pub(super) fn install_libraries(browser: &str, places: &Places) -> Result<()> {
    let machine = Machine::look();
    if !machine.has_apt {
        return Ok(());
    }
    let command = format!("node {} install-deps {browser}", shown(&npm::playwright(places), places));
    match machine.user {
        User::Root => {}
        User::AtTerminal => {
            println!("Its libraries come with this command, which uses sudo:\n  {command}");
            if !agreed("Run it now? [y/N] ")? {
                bail!("nothing was installed");
            }
        }
        User::Unattended => {
            bail!("the libraries of {browser} may be missing; as root, run:\n  {command}")
        }
    }
    run(playwright(places).args(["install-deps", browser]), "installing a browser's libraries")
}

/// playwright, ready for its arguments.
fn playwright(places: &Places) -> Command {
    let mut command = program("node", places);
    command.arg(npm::playwright(places)).env("PLAYWRIGHT_BROWSERS_PATH", folder(places));
    command
}
