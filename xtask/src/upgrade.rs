//! `cargo xtask upgrade-test`: a real older build and this one, side by side on one Redis, with pages
//! open in browsers.
//!
//! The older one is made from its own sources by its own xtask. It takes as long as a first build, so
//! `cargo xtask test` plays the same scenarios with this build on both sides.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::e2e;
use crate::places;
use crate::run::{ask, cargo, program, run};
use crate::scale::Scale;
use crate::tools::TestTools;

/// The older build: the first commit with the glossary's words in the API and in what is stored.
const FROM: &str = "143160257307f84a759841e63ff360725ed3b13b";

const FILE: &str = "upgrade";

/// Makes the older build, or takes the one that was made before, and says where it is.
pub(crate) fn build(from: Option<&str>) -> Result<PathBuf> {
    let commit = commit(from.unwrap_or(FROM), places::root())?;
    let folder = places::target().join("upgrade");
    let kept = folder.join(format!("ashlink-server-{}", &commit[..12]));
    if kept.is_file() {
        println!("The build of {} is there from before.", &commit[..12]);
        return Ok(kept);
    }
    println!("Building {} (ten minutes or more).", &commit[..12]);
    let tree = folder.join(&commit[..12]);
    // Over what an interrupted run left.
    unpack(&commit, &folder, &tree)?;
    let mut command = cargo("run");
    command.current_dir(&tree).env("CARGO_TARGET_DIR", tree.join("target"));
    run(command.args(["--quiet", "--package", "xtask", "--", "build"]), "building the older server")?;
    let built = tree.join("target/release/ashlink-server");
    fs::copy(&built, &kept).with_context(|| format!("cannot copy {}", built.display()))?;
    // Some gigabytes, of which one file is needed.
    fs::remove_dir_all(&tree).with_context(|| format!("cannot remove {}", tree.display()))?;
    Ok(kept)
}

/// Writes a commit's files into `tree`, by way of an archive in `folder`.
pub(crate) fn unpack(commit: &str, folder: &Path, tree: &Path) -> Result<()> {
    let archive = folder.join("sources.tar");
    fs::create_dir_all(tree).with_context(|| format!("cannot make {}", tree.display()))?;
    run(git(places::root()).arg("archive").arg("--output").arg(&archive).arg(commit), "reading the commit")?;
    run(program("tar").arg("-C").arg(tree).arg("-xf").arg(&archive), "unpacking it")
}

pub(crate) fn play(old: &Path, tools: &TestTools, scale: Scale) -> Result<()> {
    e2e::run_tests(tools, scale, &[FILE.to_owned()], &[("OLD_SERVER_BIN", old)])
}

/// The commit's full name, fetched where the clone has not all of the history.
fn commit(from: &str, root: &Path) -> Result<String> {
    let name = || {
        ask(git(root).args(["rev-parse", "--verify", "--quiet", "--end-of-options"]).arg(format!("{from}^{{commit}}")))
    };
    name()
        .or_else(|| {
            println!("This clone has no commit {from}: fetching it.");
            ask(git(root).args(["fetch", "--quiet", "--depth=1", "origin", from]))?;
            name()
        })
        .with_context(|| {
            format!("there is no commit {from} here: run `git fetch --unshallow`, or name another one with --from")
        })
}

fn git(root: &Path) -> std::process::Command {
    let mut command = program("git");
    command.current_dir(root);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_exist_and_the_older_commit_is_named_in_full() {
        assert!(places::root().join(format!("end2end/tests/{FILE}.test.js")).is_file());
        assert!(FROM.len() == 40 && FROM.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn a_commit_that_is_nowhere_is_said() {
        // No repository at all, as where somebody has unpacked an archive.
        let folder = tempfile::tempdir().unwrap();
        let error = commit("no-such-commit", folder.path()).unwrap_err().to_string();
        assert!(error.contains("no-such-commit") && error.contains("--from"), "{error}");
    }
}
