//! A Debian made from nothing but its packages, by debootstrap.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::places::Places;
use crate::run::{ask, find, program, run};
use crate::setup::{self, Need, any};

/// What makes it.
const DEBOOTSTRAP: Need = Need {
    what: "debootstrap, to make a Debian",
    met: || find(&["debootstrap"]).is_some() || Path::new("/usr/sbin/debootstrap").is_file(),
    choices: &[any(&["debootstrap", "debian-archive-keyring"])],
    hint: "it needs to be root",
};

/// A release of Debian that Ashlink is built and tested on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    /// Debian 12.
    Bookworm,
    /// Debian 13.
    Trixie,
}

impl Release {
    /// Every one of them.
    pub(crate) const ALL: [Self; 2] = [Self::Bookworm, Self::Trixie];

    /// The name that archives know it by.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
        }
    }
}

/// Where packages come from.
#[derive(Debug, PartialEq, Eq)]
struct Mirror {
    archive: String,
    security: String,
}

impl Mirror {
    /// The one that this machine's apt uses, where it is a Debian; otherwise Debian's own.
    fn here() -> Self {
        let targets = ["indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"];
        Self::among(&ask(Command::new("apt-get").args(targets)).unwrap_or_default())
    }

    /// Looks through lines of label and address.
    fn among(targets: &str) -> Self {
        let find = |wanted: &str, otherwise: &str| {
            let lines = targets.lines().filter_map(|line| line.split_once(' '));
            let address = lines.filter(|(label, _)| *label == wanted).map(|(_, address)| address);
            address.into_iter().find(|address| address.starts_with("http")).unwrap_or(otherwise).to_owned()
        };
        Self {
            archive: find("Debian", "http://deb.debian.org/debian/"),
            security: find("Debian-Security", "http://deb.debian.org/debian-security/"),
        }
    }

    /// The contents of `sources.list`: the release, its updates, and security, where newer
    /// compilers and browsers are.
    fn sources(&self, release: Release) -> String {
        let (Self { archive, security }, name) = (self, release.name());
        format!("deb {archive} {name} main\ndeb {archive} {name}-updates main\ndeb {security} {name}-security main\n")
    }
}

/// Makes the smallest Debian of a release in a folder, with its updates as sources and without
/// lists of packages. It trusts the authorities that this machine was given besides Debian's.
pub(crate) fn make(release: Release, root: &Path, places: &Places) -> Result<()> {
    setup::ensure(&[&DEBOOTSTRAP])?;
    let mirror = Mirror::here();
    let _ = fs::remove_dir_all(root);
    fs::create_dir_all(root).with_context(|| format!("cannot make {}", root.display()))?;
    let path = std::env::var("PATH").unwrap_or_default();
    let mut bootstrap = program("debootstrap", places);
    // Debian keeps it where only root's PATH leads.
    bootstrap.env("PATH", format!("{path}:/usr/sbin:/sbin")).args(["--variant=minbase", release.name()]);
    run(bootstrap.arg(root).arg(&mirror.archive), "making a Debian (as root)")?;
    let file = root.join("etc/apt/sources.list");
    fs::write(&file, mirror.sources(release)).with_context(|| format!("cannot write {}", file.display()))?;
    for folder in ["var/cache/apt/archives", "var/lib/apt/lists"] {
        empty(&root.join(folder))?;
    }
    let authorities = Path::new("/usr/local/share/ca-certificates");
    if authorities.is_dir() {
        let target = root.join("usr/local/share");
        run(program("cp", places).arg("-r").args([authorities, &target]), "copying this machine's authorities")?;
    }
    Ok(())
}

fn empty(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder).and_then(|()| fs::create_dir(folder)).with_context(|| format!("{}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_mirror_is_used_and_no_other_archives() {
        let targets = "Debian http://m/debian/\nDebian-Security http://m/debian-security/\nnodesource https://n/\n";
        let mirror = Mirror::among(targets);
        let all = "deb http://m/debian/ bookworm main\ndeb http://m/debian/ bookworm-updates main\n\
                   deb http://m/debian-security/ bookworm-security main\n";
        assert_eq!(mirror.sources(Release::Bookworm), all);
        assert!(mirror.sources(Release::Trixie).contains(" trixie-security main"));
    }

    #[test]
    fn elsewhere_it_is_debians() {
        let mirror = Mirror::among("Ubuntu http://archive.ubuntu.example/ubuntu/\nDebian cdrom:[x]/\n");
        assert_eq!(mirror.archive, "http://deb.debian.org/debian/");
        assert_eq!(mirror.security, "http://deb.debian.org/debian-security/");
    }
}
