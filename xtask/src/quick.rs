//! `cargo xtask test --quick`: what a change most likely breaks. Once everything was built, the tests beside the
//! code take less than two minutes; a release build for the browser comes on top where the page has changed.

use std::path::Path;

use anyhow::{Context, Result};

use crate::run::{ask, program};
use crate::setup;
use crate::steps::Steps;
use crate::{places, rust_tests, test, tools};

const PAGE: [&str; 10] =
    ["app/", "client/", "core/", "end2end/lib/", "extras/", "frontend/", "public/", "server/src/", "style/", "worker/"];
/// What is played when one of them has changed: sending a secret and revealing it.
const CORE: [&str; 2] = ["sending", "reveal"];

/// Runs the tests beside the code, and the browser's scenarios of what has changed.
pub(crate) fn quick() -> Result<()> {
    let changed = changed_files()?;
    let files = scenarios(changed.lines(), &places::end2end().join("tests"));
    let mut steps = Steps::of(if files.is_empty() { 1 } else { 4 });
    let mut times = steps.step("Unit, store and API tests", || {
        setup::ensure(&[&tools::REDIS])?;
        rust_tests::beside_the_code(&tools::redis().context("there is no `redis-server` on PATH")?)
    })?;
    let browser = if files.is_empty() {
        "all browser tests, since nothing of the page has changed".to_owned()
    } else {
        test::browser(&mut steps, &files, &mut times)?;
        format!("the browser tests but {}", files.join(", "))
    };
    times.print();
    steps.summary();
    println!(
        "\nLeft out: the tests in `tests` folders, which start whole processes; the examples in the documentation; \
         the weight; {browser}. `cargo xtask test` runs everything."
    );
    Ok(())
}

/// The files that differ from the branch that this one follows, or without one from the commit before the last;
/// and those that git does not know yet.
fn changed_files() -> Result<String> {
    let git = |words: &[&str]| ask(program("git").args(words));
    let base = git(&["merge-base", "HEAD", "@{upstream}"]).or_else(|| git(&["rev-parse", "--verify", "HEAD~"]));
    let base = base.or_else(|| git(&["rev-parse", "HEAD"])).context("this is no git checkout")?;
    let changed = git(&["diff", "--name-only", &base]).context("git does not say what has changed")?;
    let new = git(&["ls-files", "--others", "--exclude-standard"]).unwrap_or_default();
    Ok(format!("{changed}\n{new}"))
}

fn scenarios<'f>(changed: impl Iterator<Item = &'f str>, folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for file in changed {
        let name = file.strip_prefix("end2end/tests/").and_then(|name| name.strip_suffix(".test.js"));
        if let Some(name) = name
            && folder.join(format!("{name}.test.js")).is_file()
        {
            names.push(name.to_owned());
        } else if PAGE.iter().any(|folder| file.starts_with(folder)) {
            names.extend(CORE.map(str::to_owned));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_has_its_scenarios() {
        let of = |files: &str| scenarios(files.split(' '), &places::end2end().join("tests")).join(" ");
        assert_eq!(of("README.md xtask/src/quick.rs docs/app/x"), "");
        assert_eq!(of("end2end/tests/links.test.js end2end/tests/was_removed.test.js"), "links");
        assert_eq!(of("app/src/page.rs end2end/tests/links.test.js style/a.css"), "links reveal sending");
    }

    #[test]
    fn the_core_scenarios_and_the_pages_folders_exist() {
        for folder in PAGE {
            assert!(places::root().join(folder).is_dir(), "{folder}");
        }
        for name in CORE {
            assert!(places::end2end().join("tests").join(format!("{name}.test.js")).is_file(), "{name}");
        }
    }
}
