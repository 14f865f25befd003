//! The proxies that the examples are for. They are taken out of their packages and not installed:
//! that would start a service on port 80, and two of them would be in each other's way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::places;
use crate::run::{ask, named, program};
use crate::setup::update_as_root;

struct Proxy {
    name: &'static str,
    variable: &'static str,
    /// The packages that may have it; distributions have moved it about.
    packages: &'static [&'static str],
    /// Where it is in the package.
    file: &'static str,
    /// What makes it say its version, which shows that it finds its libraries.
    version: &'static str,
}

const NGINX: Proxy = Proxy {
    name: "nginx",
    variable: "NGINX",
    packages: &["nginx", "nginx-core", "nginx-light"],
    file: "usr/sbin/nginx",
    version: "-v",
};

const CADDY: Proxy =
    Proxy { name: "caddy", variable: "CADDY", packages: &["caddy"], file: "usr/bin/caddy", version: "version" };

pub(super) fn nginx() -> Result<PathBuf> {
    let fetch = || update_as_root().ok().and_then(|()| NGINX.fetch());
    NGINX.found().or_else(fetch).context(
        "no package of nginx can be downloaded whose program runs here: fetch the lists of packages as root \
         (`apt-get update`), install nginx, or set NGINX to the path of the program",
    )
}

/// The Caddy to test with, where there is one; older distributions have no package of it.
pub(super) fn caddy() -> Option<PathBuf> {
    CADDY.found().or_else(|| CADDY.fetch())
}

impl Proxy {
    /// The one that a person names, the machine's own, or the one from an earlier run.
    fn found(&self) -> Option<PathBuf> {
        let own = Path::new("/").join(self.file);
        named(self.variable, &[self.name])
            .or_else(|| own.is_file().then_some(own))
            .or_else(|| Some(self.folder().join(self.file)).filter(|path| self.runs(path)))
    }

    fn runs(&self, path: &Path) -> bool {
        ask(Command::new(path).arg(self.version)).is_some()
    }

    fn folder(&self) -> PathBuf {
        places::notes().join("packages").join(self.name)
    }

    /// Downloads the package, where there is one, and unpacks it; needs no root.
    fn fetch(&self) -> Option<PathBuf> {
        let folder = self.folder();
        self.packages.iter().find_map(|package| {
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).ok()?;
            ask(program("apt-get").current_dir(&folder).args(["download", package]))?;
            let file = fs::read_dir(&folder).ok()?.flatten().next()?.path();
            println!("Taking {} out of {} (nothing is installed).", self.name, places::shown(&file));
            ask(program("dpkg-deb").arg("-x").arg(&file).arg(&folder))?;
            Some(folder.join(self.file)).filter(|path| self.runs(path))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_run_is_none() {
        let proxy =
            Proxy { name: "no-such-proxy", variable: "NO_SUCH_PROXY", packages: &[], file: "no/such", version: "-v" };
        assert_eq!(proxy.found(), None);
        assert!(!proxy.runs(Path::new("/bin/false")) && proxy.runs(Path::new("/bin/true")));
    }
}
