//! The page's weight: what a browser downloads, in brotli's bytes, against `end2end/budgets.json`.
//! 80 KB are 80,000 bytes there. A module that is loaded when it is wanted has a part of its own.
//!
//! Besides, the size of the command line.
//!
//! Files only: a page (what begins with a slash) is rendered for each visit, so the browser tests
//! (`tests/weight.test.js`) weigh it, and all the rest again, on the wire.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::places;
use crate::site::{self, BROTLI};

/// The one table of budgets.
const BUDGETS: &str = include_str!("../../end2end/budgets.json");

/// The largest command line, in bytes: it is downloaded by jobs that start from nothing. 450 KB of it unpack
/// what `ashlink verify` is sent, as browsers do; 400 KB pack folders, and read tables and logins.
const COMMAND_LINE: u64 = 5_600_000;

/// Some files that are promised to be small together.
#[derive(Debug, Deserialize)]
struct Part {
    bytes: u64,
    files: Vec<String>,
}

/// Prints the weights, and fails when a part is over its budget.
pub(crate) fn check() -> Result<()> {
    let mut over = print()?;
    let bytes = fs::metadata(places::command_line()).context("the command line is not built")?.len();
    println!("{bytes:>8}  = ashlink, of {COMMAND_LINE} bytes");
    over.extend(excess("command line", bytes, COMMAND_LINE));
    if !over.is_empty() {
        bail!("too heavy: {}", over.join(", "));
    }
    Ok(())
}

/// Prints the weights, and says which parts are over their budgets by how much.
pub(crate) fn print() -> Result<Vec<String>> {
    let files = site::manifest()?;
    let weigh = |name: &str| -> Result<u64> {
        let (_, path) =
            files.iter().find(|(file, _)| file == name).with_context(|| format!("the site has no {name}"))?;
        let compressed = format!("{}.{BROTLI}", path.display());
        Ok(fs::metadata(&compressed).with_context(|| format!("cannot find {compressed}"))?.len())
    };
    let mut over = Vec::new();
    for (name, Part { bytes, files }) in parts()? {
        let files = files.iter().map(String::as_str).filter(|file| !file.starts_with('/'));
        let weights = files.map(|file| Ok((file, weigh(file)?))).collect::<Result<Vec<_>>>()?;
        print!("{}", table(&name, bytes, &weights));
        over.extend(excess(&name, total(&weights), bytes));
    }
    Ok(over)
}

/// What is promised, by the parts' names.
fn parts() -> Result<BTreeMap<String, Part>> {
    serde_json::from_str(BUDGETS).context("end2end/budgets.json")
}

/// One part's lines.
fn table(name: &str, budget: u64, weights: &[(&str, u64)]) -> String {
    let lines: String = weights.iter().map(|(file, bytes)| format!("{bytes:>8}  {file}\n")).collect();
    let (total, percent) = (total(weights), total(weights) * 100 / budget);
    format!("{lines}{total:>8}  = {name}, {percent} % of {budget} bytes\n")
}

/// What is wrong with a part that is over its budget.
fn excess(name: &str, bytes: u64, budget: u64) -> Option<String> {
    (bytes > budget).then(|| format!("the {name} by {} bytes", bytes - budget))
}

fn total(weights: &[(&str, u64)]) -> u64 {
    weights.iter().map(|(_, bytes)| bytes).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_budget_is_within_it() {
        assert_eq!(excess("page", 100, 100), None);
        assert_eq!(excess("page", 101, 100), Some("the page by 1 bytes".into()));
    }

    #[test]
    fn the_table_adds_up() {
        assert_eq!(
            table("page", 100, &[("a", 40), ("b", 35)]),
            "      40  a\n      35  b\n      75  = page, 75 % of 100 bytes\n"
        );
    }

    #[test]
    fn the_budgets_are_what_is_promised() {
        let promised: BTreeMap<_, _> = parts().unwrap().into_iter().map(|(name, part)| (name, part.bytes)).collect();
        let pages = ["create page", "page of a link"];
        assert!(pages.iter().all(|name| promised[*name] == 80_000), "{promised:?}");
        assert!(promised.iter().all(|(name, bytes)| pages.contains(&&**name) || *bytes == 60_000), "{promised:?}");
    }
}
