//! The page's weight: what a browser downloads, in brotli's bytes, against `end2end/budgets.txt`.
//!
//! Besides, the size of the command line.
//!
//! Files only: a page is rendered for each visit, so the browser tests weigh it, and all the
//! rest again, on the wire.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::site::{self, BROTLI};

const BUDGETS: &str = include_str!("../../end2end/budgets.txt");

/// The largest command line, in bytes: it is downloaded by jobs that start from nothing.
const COMMAND_LINE: u64 = 5_000_000;

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
    for (part, budget, files) in parts(BUDGETS)? {
        let mut total = 0;
        for file in files {
            let bytes = weigh(file)?;
            println!("{bytes:>8}  {file}");
            total += bytes;
        }
        println!("{total:>8}  = {part}, {} % of {budget} bytes", total * 100 / budget);
        over.extend(excess(part, total, budget));
    }
    Ok(over)
}

/// The table's lines: names, budgets, and files without the pages among them.
fn parts(budgets: &str) -> Result<Vec<(&str, u64, Vec<&str>)>> {
    let lines = budgets.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let part = |line| {
        let mut words = str::split_whitespace(line);
        let (name, budget) = (words.next()?, words.next()?.parse().ok()?);
        Some((name, budget, words.filter(|file| !file.starts_with('/')).collect()))
    };
    lines
        .map(|line| part(line).with_context(|| format!("end2end/budgets.txt: `{line}` has no name and number")))
        .collect()
}

/// What is wrong with a part that is over its budget.
fn excess(part: &str, bytes: u64, budget: u64) -> Option<String> {
    (bytes > budget).then(|| format!("the {part} by {} bytes", bytes - budget))
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
    fn a_line_is_a_part() {
        assert_eq!(parts("# what\n\n page 100 / a b\n").unwrap(), [("page", 100, vec!["a", "b"])]);
        assert!(parts("page many a").unwrap_err().to_string().contains("`page many a`"));
        let promised: Vec<_> = parts(BUDGETS).unwrap().into_iter().map(|(name, budget, _)| (name, budget)).collect();
        assert_eq!(promised[..2], [("page", 80_000), ("worker", 60_000)]);
        assert!(promised[2..].iter().all(|(_, budget)| *budget <= 60_000));
    }
}
