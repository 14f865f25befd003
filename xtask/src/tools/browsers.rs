//! Chromium and Firefox for the tests: the distribution's, or where there is none that can be driven
//! (Ubuntu has snaps), playwright's Chromium and Mozilla's Firefox. And how old they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::npm;
use crate::places::{self, shown};
use crate::run::{ask, find, program, run};
use crate::setup::{self, Need, any};

pub(super) const CHROMIUM: Need = Need {
    what: "Chromium, for the browser tests",
    met: || found_chromium().is_some(),
    choices: &[any(&["chromium"])],
    hint: "set CHROMIUM to the path of the program",
    or_else: true,
};

pub(super) const FIREFOX: Need = Need {
    what: "Firefox, for the browser tests in three engines",
    met: || found_firefox().is_some(),
    choices: &[any(&["firefox-esr"])],
    hint: "set FIREFOX to the path of the program",
    or_else: true,
};

/// The engines, the packages that tell the version of one that has no program, and the oldest version, as
/// major and minor, that all tests are known to pass with. It is written here and nowhere else.
const OLDEST: [(&str, &str, (u32, u32)); 3] = [
    ("Chromium", "chromium", (148, 0)),
    ("Firefox", "firefox-esr", (140, 0)),
    ("WebKitGTK", "webkit2gtk-driver", (2, 50)),
];

pub(super) fn chromium() -> Result<PathBuf> {
    if let Some(path) = found_chromium() {
        return Ok(path);
    }
    println!("The distribution has no Chromium: playwright downloads one (about 200 MB, one minute).");
    run(playwright().args(["install", "--no-shell", "chromium"]), "downloading Chromium")?;
    install_libraries("chromium")?;
    found_chromium().context("playwright downloaded no Chromium that we can find; set CHROMIUM to the path of one")
}

/// Firefox: Mozilla's build of the release that Debian has, where it has to be downloaded.
pub(super) fn firefox() -> Result<PathBuf> {
    if let Some(path) = found_firefox() {
        return Ok(path);
    }
    println!("The distribution has no Firefox package that can be driven: Mozilla's is downloaded (about 80 MB).");
    let mut command = program("node");
    command.arg(npm::installed("@puppeteer/browsers/lib/cjs/main-cli.js"));
    command.args(["install", "firefox@esr", "--path"]).arg(folder());
    run(&mut command, "downloading Firefox")
        .context("without it, set FIREFOX to the path of a Firefox that is no snap")?;
    install_libraries("firefox")?;
    found_firefox().context("there is no Firefox where it was to be downloaded to; set FIREFOX to the path of one")
}

fn found_chromium() -> Option<PathBuf> {
    let names = ["chromium", "google-chrome-stable", "google-chrome", "chromium-browser"];
    // `chromium-NNNN/chrome-linux64/chrome`
    found("CHROMIUM", &names, || downloaded(&folder(), 2, "chrome"))
}

fn found_firefox() -> Option<PathBuf> {
    // `firefox/linux-esr_NNN/firefox/firefox`
    found("FIREFOX", &["firefox-esr", "firefox"], || downloaded(&folder().join("firefox"), 1, "firefox/firefox"))
}

/// The one that the variable names, one on PATH that is no snap, or one that was downloaded before.
fn found(variable: &str, names: &[&str], downloaded: impl Fn() -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    names.iter().find_map(|name| find(&[name]).filter(|path| !is_snap(path))).or_else(downloaded)
}

/// Whether it is a snap, or Ubuntu's script that starts one: a snap sees neither
/// our profile folders nor `/tmp`, and cannot be driven.
fn is_snap(path: &Path) -> bool {
    let program = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    // A script is small; the browser itself is not worth reading.
    let is_small = fs::metadata(&program).is_ok_and(|data| data.len() < 64 * 1024);
    let script = if is_small { fs::read(&program).unwrap_or_default() } else { Vec::new() };
    program.ends_with("usr/bin/snap")
        || program.starts_with("/snap")
        || (script.starts_with(b"#!") && String::from_utf8_lossy(&script).contains("/snap/"))
}

/// Where browsers that were downloaded are: with what is built, so that `cargo clean` takes them away.
fn folder() -> PathBuf {
    places::target().join("browsers")
}

/// A program in one of the folders that lie so deep below this one.
fn downloaded(folder: &Path, depth: u32, program: &str) -> Option<PathBuf> {
    let mut folders = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    match depth {
        1 => folders.map(|folder| folder.join(program)).find(|file| file.is_file()),
        _ => folders.find_map(|folder| downloaded(&folder, depth - 1, program)),
    }
}

fn playwright() -> Command {
    let mut command = program("node");
    command.arg(npm::installed("playwright-core/cli.js")).env("PLAYWRIGHT_BROWSERS_PATH", folder());
    command
}

/// Lets playwright install the libraries that a downloaded browser needs.
fn install_libraries(browser: &str) -> Result<()> {
    if !setup::has_apt() {
        return Ok(());
    }
    let words = format!("node {} install-deps {browser}", shown(&npm::installed("playwright-core/cli.js")));
    setup::run_agreed(playwright().args(["install-deps", browser]), &words, "installing a browser's libraries")
}

/// Says which versions the tests will use, and what to say of those that are older than is supported.
pub(super) fn warnings(chromium: &Path, firefox: &Path) -> Vec<String> {
    let programs = [Some(chromium), Some(firefox), None];
    let warning = |((name, package, oldest), program): ((&str, &str, _), Option<&Path>)| {
        let text = match program {
            Some(path) => ask(Command::new(path).arg("--version")),
            None => setup::installed(&[package]).pop().map(|(_, version)| version),
        };
        let Some(version) = version_in(&text.unwrap_or_default()) else {
            println!("The tests use a {name} that does not tell its version.");
            return None;
        };
        println!("The tests use {name} {}.{}.", version.0, version.1);
        complaint(name, version, oldest).inspect(|complaint| println!("{complaint}"))
    };
    OLDEST.into_iter().zip(programs).filter_map(warning).collect()
}

fn complaint(name: &str, version: (u32, u32), oldest: (u32, u32)) -> Option<String> {
    (version < oldest).then(|| {
        format!(
            "Warning: {name} {}.{} is older than {}.{}, the oldest that the tests support; some may fail for that alone.",
            version.0, version.1, oldest.0, oldest.1
        )
    })
}

/// The first number with a dot: `Mozilla Firefox 140.10.2esr` is (140, 10).
fn version_in(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word.split(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_browsers_and_packages_write_them() {
        for (text, version) in [
            ("Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)", Some((156, 0))),
            ("Google Chrome for Testing 149.0.7827.55", Some((149, 0))),
            ("Mozilla Firefox 140.10.2esr", Some((140, 10))),
            ("2.50.6-1~deb12u1", Some((2, 50))),
            ("Chromium", None),
        ] {
            assert_eq!(version_in(text), version, "{text}");
        }
    }

    #[test]
    fn an_older_engine_is_named_with_what_is_supported() {
        let said = complaint("WebKitGTK", (2, 48), (2, 50)).unwrap();
        assert!(said.contains("WebKitGTK 2.48") && said.contains("2.50"), "{said}");
        assert_eq!(complaint("Chromium", (150, 0), (150, 0)), None);
    }

    #[test]
    fn downloaded_browsers_are_found() {
        let folder = tempfile::tempdir().unwrap();
        for (depth, name, path) in [(2, "chrome", "chromium-1/chrome-linux64/chrome"), (1, "f/f", "esr_140/f/f")] {
            assert_eq!(downloaded(folder.path(), depth, name), None);
            let program = folder.path().join(path);
            fs::create_dir_all(program.parent().unwrap()).unwrap();
            fs::write(&program, "").unwrap();
            assert_eq!(downloaded(folder.path(), depth, name), Some(program));
        }
    }
}
