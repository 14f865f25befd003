//! The image: `packaging/image.Dockerfile`, built by buildah without a daemon, as an OCI archive for every processor.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::programs::TOOLS;
use super::{ARCHITECTURES, Release, VERSION, copy};
use crate::notes;
use crate::places;
use crate::run::{ask, find, run};
use crate::setup::{self, Need, since};

const BUILDAH: Need = Need {
    what: "buildah, to make the image",
    met: || find(&["buildah"]).is_some(),
    choices: &[since((1, 28), &["buildah"])],
    hint: "no buildah on PATH",
    or_else: false,
};

pub(super) fn ready() -> Result<()> {
    setup::ensure(&[&BUILDAH])
}

pub(super) fn build(release: &Release) -> Result<()> {
    let folder = release.stage.join("image");
    let context = folder.join("context");
    copy(&TOOLS.module("certifi")?.join("cacert.pem"), &context.join("root/etc/ssl/certs/ca-certificates.crt"))?;
    notes::write(&context.join("root/etc/passwd"), "ashlink:x:65532:65532::/var/lib/ashlink:/sbin/nologin\n")?;
    notes::write(&context.join("root/etc/group"), "ashlink:x:65532:\n")?;
    // Folders that are there already stay root's.
    for name in ["state", "root/var/lib"] {
        fs::create_dir_all(context.join(name)).context("cannot make a folder")?;
    }
    for architecture in &ARCHITECTURES {
        copy(&architecture.built("ashlink-server"), &context.join(architecture.debian).join("ashlink-server"))?;
    }
    release.settle(&context)?;
    // One after the other, so that the list of them has an order.
    for architecture in &ARCHITECTURES {
        let mut command = buildah(release);
        command.args(["build", "--quiet", "--isolation", "chroot", "--format", "oci", "--identity-label=false"]);
        command.args(["--platform", &format!("linux/{}", architecture.debian), "--manifest", "ashlink"]);
        command.args(["--timestamp", &release.epoch, "--label"]);
        command.arg(format!("org.opencontainers.image.version={VERSION}")).arg("--file");
        command.arg(places::root().join("packaging/image.Dockerfile")).arg(&context);
        run(&mut command, "making the image")?;
    }
    let layout = folder.join("oci");
    let name = format!("oci:{}:{VERSION}", layout.display());
    run(buildah(release).args(["manifest", "push", "--quiet", "--all", "ashlink", &name]), "writing the image")?;
    release.settle(&layout)?;
    release.tar(&layout, ".", &[], &archive(release))
}

/// Has the server in the archive say its version, as the image's user.
pub(super) fn try_out(release: &Release) -> Result<()> {
    let name = format!("oci-archive:{}", archive(release).display());
    let container = ask(buildah(release).args(["from", "--quiet", &name])).context("buildah cannot read the image")?;
    let mut server = buildah(release);
    server.args(["run", "--isolation", "chroot", &container, "--", "/usr/local/bin/ashlink-server", "--version"]);
    let said = ask(&mut server).context("the image's server does not run")?;
    ensure!(said == format!("ashlink-server {VERSION}"), "the image's server says: {said}");
    Ok(())
}

fn archive(release: &Release) -> PathBuf {
    release.out.join(format!("ashlink-server-{VERSION}-oci.tar"))
}

/// With a store of its own, which needs no file system that a container may lack.
fn buildah(release: &Release) -> Command {
    let folder = release.stage.join("image");
    let mut command = release.tool("buildah");
    command.arg("--root").arg(folder.join("store")).arg("--runroot").arg(folder.join("run"));
    command.args(["--storage-driver", "vfs"]);
    command
}
