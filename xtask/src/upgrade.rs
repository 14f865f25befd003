//! `cargo xtask upgrade-test`: a real older build and this one, side by side on one Redis, with pages
//! open in browsers.
//!
//! The older one is made in a worktree by its own xtask. It takes as long as a first build, so
//! `cargo xtask test` plays the same scenarios with this build on both sides.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::e2e;
use crate::places::Places;
use crate::run::{ask, program, run};
use crate::setup::TestTools;
use crate::test::Scale;

/// The older build: the last commit before tokens and all else that an operator decides, so its page
/// and its `/config` differ from today's; and with leases, without which a claim cannot be
/// repeated at another server.
const FROM: &str = "57f176188556f08b15df96adb850375ad894eaf8";

/// The scenarios.
const FILE: &str = "upgrade";

/// Makes the older build, or takes the one that was made before, and says where it is.
pub(crate) fn build(from: Option<&str>, places: &Places) -> Result<PathBuf> {
    let commit = commit(from.unwrap_or(FROM), places)?;
    let folder = places.target.join("upgrade");
    let kept = folder.join(format!("ashlink-server-{}", &commit[..12]));
    if kept.is_file() {
        println!("The build of {} is there from before.", &commit[..12]);
        return Ok(kept);
    }
    println!("Building {} in a worktree (ten minutes or more).", &commit[..12]);
    let tree = folder.join(&commit[..12]);
    check_out(&commit, &tree, places)?;
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), places);
    let target = tree.join("target");
    command.current_dir(&tree).env("CARGO_TARGET_DIR", &target).args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "xtask",
        "--",
        "build",
    ]);
    run(&mut command, "building the older server")?;
    let built = Places { root: tree.clone(), target }.server();
    fs::copy(&built, &kept).with_context(|| format!("cannot copy {}", built.display()))?;
    // Some gigabytes, of which one file is needed.
    run(git(places).args(["worktree", "remove", "--force"]).arg(&tree), "removing the worktree")?;
    Ok(kept)
}

/// Runs the scenarios with it.
pub(crate) fn play(old: &Path, places: &Places, tools: &TestTools, scale: Scale) -> Result<()> {
    e2e::run_tests(places, tools, scale, &[FILE.to_owned()], &[("OLD_SERVER_BIN", old)])
}

/// The commit's full name, fetched where the clone has not all of the history.
fn commit(from: &str, places: &Places) -> Result<String> {
    let name = || {
        ask(git(places)
            .args(["rev-parse", "--verify", "--quiet", "--end-of-options"])
            .arg(format!("{from}^{{commit}}")))
    };
    if let Some(name) = name() {
        return Ok(name);
    }
    println!("This clone has no commit {from}: fetching it.");
    let fetched = run(git(places).args(["fetch", "--quiet", "--depth=1", "origin", from]), "fetching the older commit");
    match name() {
        Some(name) => Ok(name),
        None => bail!(
            "there is no commit {from} here{}: run `git fetch --unshallow`, or name another one with --from",
            fetched.err().map(|error| format!(" ({error:#})")).unwrap_or_default()
        ),
    }
}

/// A worktree at this commit: the one from before, if it was interrupted.
fn check_out(commit: &str, tree: &Path, places: &Places) -> Result<()> {
    // What was deleted with the target folder is still known to git otherwise.
    run(git(places).args(["worktree", "prune"]), "tidying up worktrees")?;
    if ask(git(places).arg("-C").arg(tree).args(["rev-parse", "HEAD"])).as_deref() == Some(commit) {
        return Ok(());
    }
    if tree.exists() {
        fs::remove_dir_all(tree).with_context(|| format!("cannot remove {}", tree.display()))?;
        run(git(places).args(["worktree", "prune"]), "tidying up worktrees")?;
    }
    run(git(places).args(["worktree", "add", "--quiet", "--detach"]).arg(tree).arg(commit), "making the worktree")
}

fn git(places: &Places) -> std::process::Command {
    program("git", places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_exist_and_the_older_commit_is_named_in_full() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(root.join(format!("end2end/tests/{FILE}.test.js")).is_file());
        assert!(FROM.len() == 40 && FROM.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn a_commit_that_is_nowhere_is_said() {
        // No repository at all, as where somebody has unpacked an archive.
        let folder = tempfile::tempdir().unwrap();
        let places = Places { target: folder.path().join("target"), root: folder.path().into() };
        let error = commit("no-such-commit", &places).unwrap_err().to_string();
        assert!(error.contains("no-such-commit") && error.contains("--from"), "{error}");
    }
}
