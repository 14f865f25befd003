//! The browser's scenarios against the stack, each once, and the count of those that ran.

use std::fs;

use anyhow::{Context, Result, bail};

use super::stack::Stack;
use crate::run::run;
use crate::tools::TestTools;
use crate::{e2e, places};

/// How many scenarios must have run, lest they go missing one by one.
const FLOOR: u32 = 105;

/// Files without a scenario for a stack, and why.
const ELSEWHERE: [(&str, &str); 9] = [
    ("accessibility.test.js", "no stack: it looks at pages whose answers it makes up"),
    ("announce.test.js", "no stack: it listens to pages whose answers it makes up"),
    ("cli.test.js", "the command line, which no image has"),
    ("engines.test.js", "no stack: what differs is the browser"),
    ("harness.test.js", "servers with faults planted in them"),
    ("lighthouse.test.js", "a quiet machine, which one with a stack on it is not"),
    ("proxies.test.js", "a server behind proxies of its own"),
    ("upgrade.test.js", "two servers on one store"),
    ("vectors.test.js", "no server at all: it runs the format's vectors"),
];

/// Runs them; what cannot run is named, in words, by the test runner.
pub(super) fn play(stack: &Stack, tools: &TestTools) -> Result<()> {
    let folder = places::end2end().join("tests");
    let mut files = Vec::new();
    for file in e2e::all(&folder)? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == name) {
            Some((_, needs)) => println!("{name} # not against the stack: needs {needs}"),
            None => files.push(file),
        }
    }
    let report = places::notes().join("stack.tap");
    let mut command = stack.node(tools);
    command.arg("--test-reporter=tap").arg(format!("--test-reporter-destination={}", report.display()));
    run(command.args(files), "browser scenarios against the stack")?;

    let report = fs::read_to_string(&report).with_context(|| format!("cannot read {}", report.display()))?;
    let passed = count(&report, "pass").context("the test runner did not say how many passed")?;
    println!("{passed} scenarios against the stack; what needs something else is named above.");
    if passed < FLOOR {
        bail!("only {passed} scenarios ran against the stack, and it must be {FLOOR} (FLOOR in {})", file!());
    }
    Ok(())
}

/// A number of the summary at the end of a report.
fn count(report: &str, what: &str) -> Option<u32> {
    let line = report.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(what)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_read() {
        let report = "ok 1 - a\n# pass the salt\n1..3\n# tests 3\n# pass 2\n# fail 0\n# skipped 1\n";
        assert_eq!(count(report, "pass"), Some(2));
        assert_eq!(count(report, "skipped"), Some(1));
        assert_eq!(count("ok 1 - a\n", "pass"), None);
    }

    #[test]
    fn what_is_left_out_exists() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/tests");
        for (name, _) in ELSEWHERE {
            assert!(folder.join(name).is_file(), "{name}");
        }
    }
}
