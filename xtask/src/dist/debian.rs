//! Debian packages, by debhelper from `packaging/debian`.

use std::path::Path;

use anyhow::Result;

use super::{Architecture, Release, VERSION, copy};
use crate::notes;
use crate::places;
use crate::run::{find, program, run};
use crate::setup::{self, Need, since};

const DEBHELPER: Need = Need {
    what: "debhelper, to make Debian packages",
    met: || find(&["dh"]).is_some(),
    choices: &[since((13, 0), &["debhelper"])],
    hint: "no dh on PATH",
    or_else: false,
};

pub(super) fn ready() -> Result<()> {
    setup::ensure(&[&DEBHELPER])
}

/// Packs both packages for one processor.
pub(super) fn pack(release: &Release, architecture: &Architecture, files: &Path) -> Result<()> {
    let folder = release.stage.join(architecture.rust);
    let debian = places::root().join("packaging/debian");
    run(program("cp").arg("--recursive").args([&debian, &folder]), "copying packaging/debian")?;
    copy(&files.join("server.env"), &folder.join("server.env"))?;
    let changelog = format!(
        "ashlink ({VERSION}) stable; urgency=medium\n\n  * The changes are in CHANGELOG.md.\n\n \
         -- The Ashlink developers <ashlink@localhost>  {}\n",
        release.date("+%a, %d %b %Y %T %z")?
    );
    notes::write(&folder.join("debian/changelog"), changelog)?;
    release.settle(&folder)?;
    let mut command = release.tool("make");
    command
        .args(["--makefile", "debian/rules"])
        .current_dir(&folder)
        .arg("binary")
        .env("DEB_HOST_ARCH", architecture.debian);
    // With threads, xz gives other bytes.
    command.env("OUT", &release.out).env("DPKG_DEB_THREADS_MAX", "1");
    run(&mut command, "making Debian packages")
}
