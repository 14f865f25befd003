//! Base images where none can be pulled: made from Debian's packages, under names of their own,
//! and given to the build and to Compose through the variables that are there for it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::places::Places;
use crate::run::{ask, find, program, run};
use crate::setup::{self, Need, any};

/// What makes a Debian from nothing but its packages.
const DEBOOTSTRAP: Need = Need {
    what: "debootstrap, to make base images",
    met: || find(&["debootstrap"]).is_some() || Path::new("/usr/sbin/debootstrap").is_file(),
    choices: &[any(&["debootstrap", "debian-archive-keyring"])],
    hint: "it needs to be root",
};

/// The release of the images that are stood in for.
const RELEASE: &str = "bookworm";
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

/// Debian's smallest, as an image. Trusts the authorities that this machine was given besides Debian's.
fn debian(places: &Places) -> Result<()> {
    setup::ensure(&[&DEBOOTSTRAP])?;
    println!("Making {DEBIAN} (two minutes).");
    let root = places.notes().join("debian");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).with_context(|| format!("cannot make {}", root.display()))?;
    let path = std::env::var("PATH").unwrap_or_default();
    let mut bootstrap = program("debootstrap", places);
    // Debian keeps it where only root's PATH leads.
    bootstrap.env("PATH", format!("{path}:/usr/sbin:/sbin")).args(["--variant=minbase", RELEASE]).arg(&root);
    let made = run(&mut bootstrap, "making a Debian (as root)").and_then(|()| {
        with_updates(&root.join("etc/apt/sources.list"))?;
        for folder in ["var/cache/apt/archives", "var/lib/apt/lists"] {
            empty(&root.join(folder))?;
        }
        let authorities = Path::new("/usr/local/share/ca-certificates");
        if authorities.is_dir() {
            let target = root.join("usr/local/share");
            run(program("cp", places).arg("-r").args([authorities, &target]), "copying this machine's authorities")?;
        }
        import(&root, places)
    });
    fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    made
}

/// Adds the release's updates to its one source, from the same mirror: the newer compiler is there.
fn with_updates(file: &Path) -> Result<()> {
    let source = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let sources = updates(source.trim()).with_context(|| format!("{} has another form: {source}", file.display()))?;
    fs::write(file, sources).with_context(|| format!("cannot write {}", file.display()))
}

/// `deb http://mirror/debian bookworm main`, and the two more that belong to it.
fn updates(source: &str) -> Option<String> {
    let archive = source.strip_suffix(&format!(" {RELEASE} main"))?;
    let security = format!("{}-security", archive.strip_suffix('/').unwrap_or(archive));
    Some(format!("{source}\n{archive} {RELEASE}-updates main\n{security} {RELEASE}-security main\n"))
}

fn empty(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder).and_then(|()| fs::create_dir(folder)).with_context(|| format!("{}", folder.display()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_come_from_the_same_mirror() {
        let all = "deb http://m/debian bookworm main\ndeb http://m/debian bookworm-updates main\n\
                   deb http://m/debian-security bookworm-security main\n";
        assert_eq!(updates("deb http://m/debian bookworm main").as_deref(), Some(all));
        assert_eq!(updates("deb http://m/debian sid main"), None);
    }
}
