//! `cargo xtask reproduce`: the last commit built twice, in two places that are as unlike as one machine
//! can make them, and every file that a release holds compared byte by byte.
//!
//! Unlike are: the checkout's path and its length, the home, Cargo's home, the number of jobs, the locale,
//! the time zone, the mask of new files, and the time. The same are: the commit, the compiler (its version
//! is printed) and the machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::dist::{self, OfTheCommit};
use crate::notes;
use crate::places::{self, cargo_home};
use crate::run::{ask, cargo, program, run, rustc};
use crate::steps::Steps;
use crate::upgrade::unpack;

/// One of the two builds.
struct Place {
    name: &'static str,
    /// Below `target/reproduce`.
    folder: &'static str,
    jobs: &'static str,
    locale: &'static str,
    time_zone: &'static str,
    mask: &'static str,
    /// With Cargo's home and the person's in the place itself.
    has_own_home: bool,
}

const PLACES: [Place; 2] = [
    Place {
        name: "here",
        folder: "a",
        jobs: "2",
        locale: "C.UTF-8",
        time_zone: "UTC",
        mask: "022",
        has_own_home: false,
    },
    Place {
        name: "elsewhere",
        folder: "another/place/with-a-much-longer-name",
        jobs: "1",
        locale: "tr_TR.UTF-8",
        time_zone: "Pacific/Kiritimati",
        mask: "077",
        has_own_home: true,
    },
];

/// Files by their paths below `target`, each with the SHA-256 of its bytes.
type Hashes = BTreeMap<String, String>;

pub(crate) fn reproduce() -> Result<()> {
    let compiler = ask(rustc().arg("--version")).context("rustc does not say its version")?;
    // Asked once: a commit made meanwhile is not compared with the one before it.
    let commit = dist::of_the_commit()?;
    let mut steps = Steps::of(3);
    let folder = places::target().join("reproduce");
    let builds = PLACES
        .iter()
        .map(|place| steps.step(format!("Build it {}", place.name), || place.build(&folder, &commit)))
        .collect::<Result<Vec<_>>>()?;
    steps.step("Compare", || {
        let [here, elsewhere] = &builds[..] else { unreachable!("there are two places") };
        println!("Built by {compiler}:");
        for (path, hash) in here {
            println!("{hash}  {path}");
        }
        let different = differences(here, elsewhere);
        ensure!(different.is_empty(), "the same commit gave other bytes: {}", different.join(", "));
        Ok(())
    })?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    steps.summary();
    Ok(())
}

impl Place {
    fn build(&self, folder: &Path, commit: &OfTheCommit) -> Result<Hashes> {
        let tree = folder.join(self.folder);
        if tree.exists() {
            fs::remove_dir_all(&tree).with_context(|| format!("cannot remove {}", tree.display()))?;
        }
        let [_, (_, hash)] = commit;
        unpack(hash, folder, &tree)?;
        let target = tree.join("target");
        let mut command = self.command(&tree, &target)?;
        // There is no git to ask.
        command.envs(commit.iter().cloned()).args(["--quiet", "--package", "xtask", "--", "dist"]);
        run(&mut command, "building it")?;
        let hashes = kept(&target, &folder.join(self.name))?;
        // Some gigabytes, which the other build has no room beside.
        fs::remove_dir_all(&tree).with_context(|| format!("cannot remove {}", tree.display()))?;
        Ok(hashes)
    }

    /// `cargo run` in this place. A shell sets the mask of new files, and becomes cargo.
    fn command(&self, tree: &Path, target: &Path) -> Result<Command> {
        let cargo = cargo("run");
        let mut command = program("sh");
        command.args(["-c", "umask \"$0\"; exec \"$@\"", self.mask]).arg(cargo.get_program()).args(cargo.get_args());
        command.current_dir(tree);
        command.env("CARGO_TARGET_DIR", target).env("CARGO_BUILD_JOBS", self.jobs);
        command.env("LC_ALL", self.locale).env("LANG", self.locale).env("TZ", self.time_zone);
        if self.has_own_home {
            let own = tree.join("home");
            fs::create_dir_all(&own).with_context(|| format!("cannot make {}", own.display()))?;
            let from = cargo_home().context("Cargo has no home to copy")?;
            let cargos = tree.join("cargo-home");
            fs::create_dir_all(&cargos).with_context(|| format!("cannot make {}", cargos.display()))?;
            // What was downloaded need not be again; the sources are unpacked anew.
            if from.join("registry/cache").is_dir() {
                fs::create_dir_all(cargos.join("registry")).context("cannot make the registry's folder")?;
                for part in ["cache", "index"] {
                    let to = cargos.join("registry").join(part);
                    run(program("cp").arg("-R").arg(from.join("registry").join(part)).arg(to), "copying downloads")?;
                }
            }
            let rustups = places::rustup_home().context("rustup has no home")?;
            command.env("HOME", own).env("CARGO_HOME", cargos).env("RUSTUP_HOME", rustups);
        }
        Ok(command)
    }
}

/// What a release holds, and the page in it, by the paths in a target folder.
fn files(target: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut folders = vec![target.join("dist"), target.join("site")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(target).expect("it was found below it").display().to_string();
                found.push((name, path));
            }
        }
    }
    Ok(found)
}

/// The hashes of what was built. It is kept in another folder, so that what differs can be looked at.
fn kept(target: &Path, folder: &Path) -> Result<Hashes> {
    let keep = |(name, path): (String, PathBuf)| {
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        notes::write(&folder.join(&name), &bytes)?;
        Ok((name, notes::sha256(&bytes)))
    };
    files(target)?.into_iter().map(keep).collect()
}

/// Paths whose bytes differ, or that are in one build alone.
fn differences(here: &Hashes, elsewhere: &Hashes) -> Vec<String> {
    let mut different: Vec<_> =
        here.iter().filter(|(path, hash)| elsewhere.get(*path) != Some(hash)).map(|(path, _)| path.clone()).collect();
    different.extend(elsewhere.keys().filter(|path| !here.contains_key(*path)).cloned());
    different
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_or_is_missing_is_named() {
        let of = |files: &[(&str, &str)]| files.iter().map(|(path, hash)| ((*path).into(), (*hash).into())).collect();
        let here: Hashes = of(&[("a", "1"), ("b", "1"), ("c", "1")]);
        assert!(differences(&here, &here).is_empty());
        assert_eq!(differences(&here, &of(&[("a", "1"), ("b", "2"), ("d", "1")])), ["b", "c", "d"]);
    }

    #[test]
    fn all_of_a_release_and_its_page_are_compared() {
        let folder = tempfile::tempdir().unwrap();
        let copies = tempfile::tempdir().unwrap();
        let kept = || kept(folder.path(), copies.path());
        assert!(kept().unwrap_err().to_string().contains("cannot read"));
        for name in ["dist/a.deb", "site/manifest.txt", "site/pkg/1.js"] {
            notes::write(&folder.path().join(name), name).unwrap();
        }
        assert_eq!(
            kept().unwrap().into_keys().collect::<Vec<_>>(),
            ["dist/a.deb", "site/manifest.txt", "site/pkg/1.js"]
        );
        assert_eq!(fs::read(copies.path().join("dist/a.deb")).unwrap(), b"dist/a.deb");
    }
}
