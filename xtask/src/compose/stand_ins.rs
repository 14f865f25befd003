//! Base images where none can be pulled: made from Debian's packages, under names of their own,
//! and given to the build and to Compose through the variables that are there for it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::debootstrap::{self, Release};
use crate::places::Places;
use crate::run::{ask, program, run};

/// What all of them begin with.
const DEBIAN: &str = "ashlink-stand-in/debian:bookworm";

/// The variable, the image that it is set to, and how that is made.
const IMAGES: [(&str, &str, &str); 4] = [
    ("BUILD_IMAGE", "ashlink-stand-in/build:latest", include_str!("../../stand-ins/build.Dockerfile")),
    ("RUNTIME_IMAGE", "ashlink-stand-in/runtime:latest", include_str!("../../stand-ins/runtime.Dockerfile")),
    ("REDIS_IMAGE", "ashlink-stand-in/redis:latest", include_str!("../../stand-ins/redis.Dockerfile")),
    ("CADDY_IMAGE", "ashlink-stand-in/caddy:latest", include_str!("../../stand-ins/caddy.Dockerfile")),
];

/// Makes those that are not there yet, and says which variables name them.
pub(super) fn make(places: &Places) -> Result<Vec<(&'static str, String)>> {
    if !exists(DEBIAN, places) {
        debian(places)?;
    }
    for (_, name, recipe) in IMAGES {
        // Layers that are there already are not made again.
        println!("Making {name}.");
        build(name, recipe, places)?;
    }
    println!(
        "The stand-ins are kept; to be rid of them: docker image rm $(docker image ls --quiet 'ashlink-stand-in/*')"
    );
    Ok(IMAGES.map(|(variable, name, _)| (variable, name.to_owned())).into())
}

fn exists(name: &str, places: &Places) -> bool {
    ask(program("docker", places).args(["image", "inspect", "--format", "{{.Id}}", name])).is_some()
}

/// Debian's smallest, as an image.
fn debian(places: &Places) -> Result<()> {
    println!("Making {DEBIAN} (two minutes).");
    let root = places.notes().join("debian");
    let made = debootstrap::make(Release::Bookworm, &root, places).and_then(|()| import(&root, places));
    fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    made
}

fn import(root: &Path, places: &Places) -> Result<()> {
    let mut tar = program("tar", places).arg("-C").arg(root).args(["-c", "."]).stdout(Stdio::piped()).spawn()?;
    let archive = tar.stdout.take().context("tar has no output")?;
    let imported = run(program("docker", places).args(["import", "-", DEBIAN]).stdin(archive), "importing it");
    if !tar.wait()?.success() {
        bail!("packing it failed");
    }
    imported
}

/// Builds an image that takes no files.
fn build(name: &str, recipe: &str, places: &Places) -> Result<()> {
    let mut command: Command = program("docker", places);
    let mut child = command.args(["build", "--quiet", "--tag", name, "-"]).stdin(Stdio::piped()).spawn()?;
    child.stdin.take().context("docker takes no recipe")?.write_all(recipe.as_bytes())?;
    let status = child.wait()?;
    if !status.success() {
        bail!("making {name}: docker ended with {status}");
    }
    Ok(())
}
