//! `cargo xtask dist-test`: makes a release, and installs, uses and removes its packages on a bare machine.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{dist, image, own};
use crate::bare::{Person, Root, free_address};
use crate::debootstrap;
use crate::places;
use crate::setup;
use crate::steps::Steps;

/// What is run there.
const SCRIPT: &str = "packaging/test.sh";

pub(crate) fn test() -> Result<()> {
    if !setup::is_root() {
        bail!("`dist-test` makes a whole system in a folder, so it has to be root");
    }
    let release = dist()?;
    let mut steps = Steps::of(3);
    steps.step("Run the image", || image::try_out(&release))?;
    // The oldest Debian that is supported.
    let root =
        steps.step("Make a bare Debian", || Root::bare("packages", debootstrap::Release::Bookworm, Person::Root))?;
    steps.step("Install the packages, share a secret, remove them", || {
        let mut packages = 0;
        for entry in fs::read_dir(&release.out).context("there is no release")? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(&format!("_{}.deb", own()?.debian)) {
                root.write(&format!("/packages/{name}"), &fs::read(&path).context("cannot read a package")?)?;
                packages += 1;
            }
        }
        if packages != 2 {
            bail!("there are {packages} packages for this machine, and not two");
        }
        root.write("/packages/test.sh", &fs::read(places::root().join(SCRIPT)).context("cannot read the script")?)?;
        root.as_root(&format!("LISTEN={} sh /packages/test.sh", free_address()?), "the test of the packages")
    })?;
    root.remove()?;
    steps.summary();
    Ok(())
}
