//! Base images where none can be pulled: made from Debian's packages, under names of their own,
//! and given to the build and to Compose through the variables that are there for it.

use std::fs;

use anyhow::{Context, Result};

use crate::debootstrap::{self, Release};
use crate::places;
use crate::run::{ask, program, run};

const DEBIAN: &str = "ashlink-stand-in/debian:bookworm";

/// The variables, which name the images that are made by the files of `xtask/stand-ins`.
const IMAGES: [(&str, &str); 4] =
    [("BUILD_IMAGE", "build"), ("RUNTIME_IMAGE", "runtime"), ("REDIS_IMAGE", "redis"), ("CADDY_IMAGE", "caddy")];

/// Makes those that are not there yet, and says which variables name them.
pub(super) fn make() -> Result<Vec<(&'static str, String)>> {
    if ask(program("docker").args(["image", "inspect", "--format", "{{.Id}}", DEBIAN])).is_none() {
        debian()?;
    }
    let recipes = places::root().join("xtask/stand-ins");
    let mut named = Vec::new();
    for (variable, kind) in IMAGES {
        // Layers that are there already are not made again.
        let name = format!("ashlink-stand-in/{kind}:latest");
        println!("Making {name}.");
        let mut command = program("docker");
        command.args(["build", "--quiet", "--tag", &name, "--file"]).arg(recipes.join(format!("{kind}.Dockerfile")));
        run(command.arg(&recipes), "making a base image")?;
        named.push((variable, name));
    }
    println!(
        "The stand-ins are kept; to be rid of them: docker image rm $(docker image ls --quiet 'ashlink-stand-in/*')"
    );
    Ok(named)
}

fn debian() -> Result<()> {
    println!("Making {DEBIAN} (two minutes).");
    let root = places::notes().join("debian");
    let import = || {
        let script = "tar -C \"$0\" -c . | docker import - \"$1\"";
        run(program("bash").args(["-o", "pipefail", "-c", script]).arg(&root).arg(DEBIAN), "importing it")
    };
    let made = debootstrap::make(Release::Bookworm, &root).and_then(|()| import());
    fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    made
}
