//! The image: `packaging/image.Dockerfile`, built by buildah without a daemon, as an OCI archive for every processor.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use super::programs::TOOLS;
use super::{ARCHITECTURES, Release, VERSION, copy};
use crate::notes;
use crate::places;
use crate::run::{find, run};
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
    fs::create_dir_all(context.join("state")).context("cannot make a folder")?;
    for architecture in &ARCHITECTURES {
        copy(&architecture.built("ashlink-server"), &context.join(architecture.debian).join("ashlink-server"))?;
    }
    release.settle(&context)?;
    let buildah = || -> Command {
        let mut command = release.tool("buildah");
        // A store of its own, which needs no file system that a container may lack.
        command.arg("--root").arg(folder.join("store")).arg("--runroot").arg(folder.join("run"));
        command.args(["--storage-driver", "vfs"]);
        command
    };
    // One after the other, so that the list of them has an order.
    for architecture in &ARCHITECTURES {
        let mut command = buildah();
        command.args(["build", "--quiet", "--isolation", "chroot", "--format", "oci", "--identity-label=false"]);
        command.args(["--platform", &format!("linux/{}", architecture.debian), "--manifest", "ashlink"]);
        command.args(["--timestamp", &release.epoch, "--label"]);
        command.arg(format!("org.opencontainers.image.version={VERSION}")).arg("--file");
        command.arg(places::root().join("packaging/image.Dockerfile")).arg(&context);
        run(&mut command, "making the image")?;
    }
    let layout = folder.join("oci");
    let name = format!("oci:{}:{VERSION}", layout.display());
    run(buildah().args(["manifest", "push", "--quiet", "--all", "ashlink", &name]), "writing the image")?;
    release.settle(&layout)?;
    release.tar(&layout, ".", &[], &release.out.join(format!("ashlink-server-{VERSION}-oci.tar")))
}
