//! The browser tests: Node's own test runner over `end2end/tests/*.test.js`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::run::{program, run};
use crate::scale::Scale;
use crate::tools::TestTools;

/// How many test files run at once for each processor. Each drives a browser of its own, and waits
/// for it, for its server and for timers about as long as it computes.
const PER_PROCESSOR: usize = 2;
/// More at once than this only slow each other down.
const MOST_AT_ONCE: usize = 8;

/// Runs these files, or all of them when none is named; with programs besides, by their variables.
pub(crate) fn run_tests(tools: &TestTools, scale: Scale, files: &[String], programs: &[(&str, &Path)]) -> Result<()> {
    let folder = places::end2end().join("tests");
    let files = if files.is_empty() { all(&folder)? } else { named(files, &folder)? };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let at_once = (PER_PROCESSOR * processors).min(MOST_AT_ONCE);

    let mut command = program(&tools.node);
    command
        .current_dir(places::end2end())
        .args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"])
        .args(["--test-reporter=./lib/times_reporter.js", "--test-reporter-destination"])
        .arg(times())
        .arg(format!("--test-concurrency={at_once}"))
        .args(files);
    command
        .env("ASHLINK_TEST_SERVER", places::server())
        .env("ASHLINK_TEST_COMMAND_LINE", places::command_line())
        .env("ASHLINK_TEST_VECTORS", places::vectors())
        .envs(tools.variables.iter().map(|(name, path)| (name, path)))
        .envs(programs.iter().copied());
    scale.tell(&mut command);
    let notes = places::notes();
    fs::create_dir_all(&notes).with_context(|| format!("cannot make {}", notes.display()))?;
    let result = run(&mut command, "browser tests");
    // Here again, where whoever looks for the reason of a failure looks.
    for warning in &tools.warnings {
        println!("{warning}");
    }
    result
}

/// Where the last run left how long each of its tests took.
pub(crate) fn times() -> PathBuf {
    places::notes().join("browser-times.txt")
}

const TEST: &str = ".test.js";

/// Every test file. They are named one by one because Node's releases disagree on what a folder means.
pub(crate) fn all(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))?;
    let is_test = |path: &PathBuf| path.to_string_lossy().ends_with(TEST);
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_test).collect();
    if files.is_empty() {
        bail!("there are no browser tests (*{TEST}) in {}", folder.display());
    }
    files.sort_unstable();
    Ok(files)
}

/// The files that a person meant: a path from where they are, or a name in the folder, its ending left off or not.
fn named(names: &[String], folder: &Path) -> Result<Vec<PathBuf>> {
    let here = env::current_dir().context("cannot tell the current folder")?;
    let find = |name: &String| {
        let guesses = [here.join(name), folder.join(name), folder.join(format!("{name}{TEST}"))];
        guesses.into_iter().find(|path| path.is_file()).with_context(|| format!("there is no browser test `{name}`"))
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_found_by_its_short_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["reveal.test.js", "browser.js", "test.js.map"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(named(&["reveal".into()], folder.path()).unwrap(), all(folder.path()).unwrap());
        assert!(named(&["revel".into()], folder.path()).unwrap_err().to_string().contains("`revel`"));
        assert_eq!(all(folder.path()).unwrap(), [folder.path().join("reveal.test.js")]);
    }
}
