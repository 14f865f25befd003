//! Firefox for the tests: the distribution's, or where there is none, Mozilla's own build.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::browser::{folder, install_libraries, is_snap};
use crate::npm;
use crate::places::Places;
use crate::run::{find, program, run};

/// The Firefox to test with: `FIREFOX`, one on PATH, or one downloaded before.
pub(crate) fn found(places: &Places) -> Option<PathBuf> {
    if let Some(path) = env::var_os("FIREFOX") {
        return Some(path.into());
    }
    ["firefox-esr", "firefox"]
        .into_iter()
        .find_map(|name| find(&[name]).filter(|path| !is_snap(path)))
        .or_else(|| downloaded(places))
}

/// The Firefox that was downloaded: `firefox/linux-esr_NNN/firefox/firefox`.
fn downloaded(places: &Places) -> Option<PathBuf> {
    let builds = folder(places).join("firefox").read_dir().into_iter().flatten().flatten();
    builds.map(|build| build.path().join("firefox/firefox")).find(|file| file.is_file())
}

/// Downloads Mozilla's build of the release that Debian has, and installs the libraries that it needs.
pub(crate) fn download(places: &Places) -> Result<PathBuf> {
    println!("The distribution has no Firefox package that can be driven: Mozilla's is downloaded (about 80 MB).");
    let mut command = program("node", places);
    command.arg(npm::browsers(places)).args(["install", "firefox@esr", "--path"]).arg(folder(places));
    run(&mut command, "downloading Firefox")
        .context("without it, set FIREFOX to the path of a Firefox that is no snap")?;
    install_libraries("firefox", places)?;
    downloaded(places).context("there is no Firefox where it was to be downloaded to; set FIREFOX to the path of one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_downloaded_firefox_is_found() {
        let target = tempfile::tempdir().unwrap();
        let places = Places { root: target.path().into(), target: target.path().into() };
        assert_eq!(downloaded(&places), None);
        let program = target.path().join("browsers/firefox/linux-esr_140.5.0esr/firefox/firefox");
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        std::fs::write(&program, "").unwrap();
        assert_eq!(downloaded(&places), Some(program));
    }
}
