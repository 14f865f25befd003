//! The proxies that the examples are for. They are taken out of their packages and not installed:
//! that would start a service on port 80, and two of them would be in each other's way.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::places::Places;
use crate::run::{ask, find, program, run};

/// A proxy, and where it comes from.
struct Kind {
    name: &'static str,
    /// The variable that names another one.
    variable: &'static str,
    /// The packages that may have it; distributions have moved it about.
    packages: &'static [&'static str],
    /// Where it is in the package.
    file: &'static str,
    /// What makes it say its version, which shows that it finds its libraries.
    version: &'static str,
}

const NGINX: Kind = Kind {
    name: "nginx",
    variable: "NGINX",
    packages: &["nginx", "nginx-core", "nginx-light"],
    file: "usr/sbin/nginx",
    version: "-v",
};

const CADDY: Kind =
    Kind { name: "caddy", variable: "CADDY", packages: &["caddy"], file: "usr/bin/caddy", version: "version" };

/// The nginx to test with.
pub(crate) fn nginx(places: &Places) -> Result<PathBuf> {
    match NGINX.found(places) {
        Some(path) => Ok(path),
        None => NGINX.fetch(places),
    }
}

/// The Caddy to test with, where there is one; older distributions have no package of it.
pub(crate) fn caddy(places: &Places) -> Option<PathBuf> {
    CADDY.found(places).or_else(|| {
        if !apt::offers(CADDY.packages[0]) {
            return None;
        }
        CADDY.fetch(places).inspect_err(|error| println!("Going on without Caddy: {error:#}.")).ok()
    })
}

impl Kind {
    /// The one that a person names, the machine's own, or the one from an earlier run.
    fn found(&self, places: &Places) -> Option<PathBuf> {
        let named = env::var_os(self.variable).map(PathBuf::from);
        let own = || find(&[self.name]).or_else(|| Some(Path::new("/").join(self.file)).filter(|path| path.is_file()));
        named.or_else(own).or_else(|| Some(self.folder(places).join(self.file)).filter(|path| self.runs(path)))
    }

    fn runs(&self, path: &Path) -> bool {
        ask(Command::new(path).arg(self.version)).is_some()
    }

    fn folder(&self, places: &Places) -> PathBuf {
        places.notes().join("packages").join(self.name)
    }

    /// Downloads the package and unpacks it; needs no root.
    fn fetch(&self, places: &Places) -> Result<PathBuf> {
        let hint = format!("install {0}, or set {1} to the path of the program", self.name, self.variable);
        let offered = self.packages.iter().find(|package| apt::offers(package));
        if offered.is_none() {
            bail!("this distribution has no package of {}: {hint}", self.name);
        }
        println!("Fetching {} for the tests of the examples (a few seconds; nothing is installed).", self.name);
        let folder = self.folder(places);
        for package in self.packages.iter().filter(|package| apt::offers(package)) {
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let mut download = program("apt-get", places);
            download.current_dir(&folder).args(["download", "-q", package]);
            // Nobody but root could fetch old lists before.
            run(&mut download, "downloading it").with_context(|| {
                format!("if the lists of packages are old, run `apt-get update` as root; or {hint}")
            })?;
            unpack(&folder, places)?;
            let path = folder.join(self.file);
            if self.runs(&path) {
                return Ok(path);
            }
        }
        bail!("the package of {} brings none that runs here: {hint}", self.name)
    }
}

/// Unpacks the one package in a folder.
fn unpack(folder: &Path, places: &Places) -> Result<()> {
    let entries = folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))?;
    let is_package = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "deb");
    let package = entries.flatten().map(|entry| entry.path()).find(is_package).context("apt-get brought no package")?;
    if let Some(name) = package.file_name() {
        println!("Taken from {}.", name.display());
    }
    run(program("dpkg-deb", places).arg("-x").arg(&package).arg(folder), "unpacking it")?;
    fs::remove_file(&package).with_context(|| format!("cannot remove {}", package.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_run_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places { root: folder.path().into(), target: folder.path().join("target") };
        let kind =
            Kind { name: "no-such-proxy", variable: "NO_SUCH_PROXY", packages: &[], file: "no/such", version: "-v" };
        assert_eq!(kind.found(&places), None);
        let error = kind.fetch(&places).unwrap_err().to_string();
        assert!(error.contains("no-such-proxy") && error.contains("NO_SUCH_PROXY"), "{error}");
    }
}
