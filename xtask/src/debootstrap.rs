//! A Debian made from nothing but its packages, by debootstrap.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::notes;
use crate::run::{ask, find, program, run};
use crate::setup::{self, Need, any};

const DEBOOTSTRAP: Need = Need {
    what: "debootstrap, to make a Debian",
    met: || find(&["debootstrap"]).is_some() || Path::new("/usr/sbin/debootstrap").is_file(),
    choices: &[any(&["debootstrap", "debian-archive-keyring"])],
    hint: "it needs to be root",
    or_else: false,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Release {
    Bookworm,
    Trixie,
}

impl Release {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
        }
    }
}

/// The archives that this machine's apt uses, where it is a Debian, from lines of label and address;
/// otherwise Debian's own. The second one is that of security updates.
fn archives(targets: &str) -> [String; 2] {
    let find = |wanted: &str, otherwise: &str| {
        let lines = targets.lines().filter_map(|line| line.split_once(' '));
        let mut fitting = lines.filter(|(label, address)| *label == wanted && address.starts_with("http"));
        fitting.next().map_or(otherwise, |(_, address)| address).to_owned()
    };
    [find("Debian", "http://deb.debian.org/debian/"), find("Debian-Security", "http://deb.debian.org/debian-security/")]
}

/// The contents of `sources.list`: the release, its updates, and security, where newer compilers and browsers
/// are.
fn sources([archive, security]: &[String; 2], name: &str) -> String {
    format!("deb {archive} {name} main\ndeb {archive} {name}-updates main\ndeb {security} {name}-security main\n")
}

/// Makes the smallest Debian of a release in a folder, with its updates as sources and without
/// lists of packages. It trusts the authorities that this machine was given besides Debian's.
pub(crate) fn make(release: Release, root: &Path) -> Result<()> {
    setup::ensure(&[&DEBOOTSTRAP])?;
    let targets = ["indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"];
    let archives = archives(&ask(Command::new("apt-get").args(targets)).unwrap_or_default());
    let _ = fs::remove_dir_all(root);
    fs::create_dir_all(root).with_context(|| format!("cannot make {}", root.display()))?;
    let path = std::env::var("PATH").unwrap_or_default();
    let mut bootstrap = program("debootstrap");
    // Debian keeps it where only root's PATH leads.
    bootstrap.env("PATH", format!("{path}:/usr/sbin:/sbin")).args(["--variant=minbase", release.name()]);
    run(bootstrap.arg(root).arg(&archives[0]), "making a Debian (as root)")?;
    notes::write(&root.join("etc/apt/sources.list"), sources(&archives, release.name()))?;
    for folder in ["var/cache/apt/archives", "var/lib/apt/lists"] {
        let folder = root.join(folder);
        let emptied = fs::remove_dir_all(&folder).and_then(|()| fs::create_dir(&folder));
        emptied.with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let authorities = Path::new("/usr/local/share/ca-certificates");
    if authorities.is_dir() {
        let target = root.join("usr/local/share");
        run(program("cp").arg("-r").args([authorities, &target]), "copying this machine's authorities")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_mirror_is_used_and_no_other_archives() {
        let own = archives("Debian http://m/debian/\nDebian-Security http://m/security/\nnodesource https://n/\n");
        let all = "deb http://m/debian/ trixie main\ndeb http://m/debian/ trixie-updates main\n\
                   deb http://m/security/ trixie-security main\n";
        assert_eq!(sources(&own, "trixie"), all);
        let debians = archives("Ubuntu http://archive.ubuntu.example/ubuntu/\nDebian cdrom:[x]/\n");
        assert!(debians.iter().all(|address| address.starts_with("http://deb.debian.org/")), "{debians:?}");
    }
}
