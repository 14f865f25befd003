//! The page's weight: what a browser downloads, in brotli's bytes, against `end2end/budgets.txt`.
//!
//! Besides, the size of the command line.
//!
//! Files only: a page is rendered for each visit, so the browser tests weigh it, and all the
//! rest again, on the wire.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::places::Places;
use crate::site::manifest;

/// The one table of budgets.
const BUDGETS: &str = include_str!("../../end2end/budgets.txt");

/// The largest command line, in bytes: it is downloaded by jobs that start from nothing.
const COMMAND_LINE: u64 = 5_000_000;

/// Some files that are promised to be small together.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    name: &'static str,
    budget: u64,
    files: Vec<&'static str>,
}

/// Prints the weights, and fails when a part is over its budget.
pub(crate) fn check(places: &Places) -> Result<()> {
    let mut over = print(places)?;
    let bytes = fs::metadata(places.command_line()).context("the command line is not built")?.len();
    println!("{bytes:>8}  = ashlink, of {COMMAND_LINE} bytes");
    if bytes > COMMAND_LINE {
        over.push(format!("the command line by {} bytes", bytes - COMMAND_LINE));
    }
    if !over.is_empty() {
        bail!("too heavy: {}", over.join(", "));
    }
    Ok(())
}

/// Prints the weights, and says which parts are over their budgets by how much.
pub(crate) fn print(places: &Places) -> Result<Vec<String>> {
    let site = places.site();
    let entries = manifest::read(&site)?;
    let weigh = |file: &str| -> Result<u64> {
        let (_, path) =
            entries.iter().find(|(name, _)| name == file).with_context(|| format!("the site has no {file}"))?;
        let compressed = site.join(format!("{path}.br"));
        Ok(fs::metadata(&compressed).with_context(|| format!("cannot find {}", compressed.display()))?.len())
    };
    let mut over = Vec::new();
    for part in parts(BUDGETS)? {
        let weights = part.files.iter().map(|file| Ok((*file, weigh(file)?))).collect::<Result<Vec<_>>>()?;
        print!("{}", table(&part, &weights));
        over.extend(excess(&part, &weights));
    }
    Ok(over)
}

/// The table's lines, without the pages among the files.
fn parts(budgets: &'static str) -> Result<Vec<Part>> {
    let lines = budgets.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = |line: &'static str| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        let budget = words.next()?.parse().ok()?;
        Some(Part { name, budget, files: words.filter(|file| !file.starts_with('/')).collect() })
    };
    lines
        .map(|line| read(line).with_context(|| format!("end2end/budgets.txt: `{line}` has no name and number")))
        .collect()
}

/// One part's lines.
fn table(part: &Part, weights: &[(&str, u64)]) -> String {
    let lines: String = weights.iter().map(|(file, bytes)| format!("{bytes:>8}  {file}\n")).collect();
    let (total, percent) = (total(weights), total(weights) * 100 / part.budget);
    format!("{lines}{total:>8}  = {}, {percent} % of {} bytes\n", part.name, part.budget)
}

/// What is wrong with a part that is over its budget.
fn excess(part: &Part, weights: &[(&str, u64)]) -> Option<String> {
    let over = total(weights).checked_sub(part.budget)?;
    (over > 0).then(|| format!("the {} by {over} bytes", part.name))
}

fn total(weights: &[(&str, u64)]) -> u64 {
    weights.iter().map(|(_, bytes)| bytes).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part() -> Part {
        Part { name: "page", budget: 100, files: vec!["a", "b"] }
    }

    #[test]
    fn exactly_the_budget_is_within_it() {
        assert_eq!(excess(&part(), &[("a", 40), ("b", 60)]), None);
        assert_eq!(excess(&part(), &[("a", 40), ("b", 59)]), None);
        assert_eq!(excess(&part(), &[("a", 40), ("b", 61)]), Some("the page by 1 bytes".into()));
    }

    #[test]
    fn the_table_adds_up() {
        assert_eq!(
            table(&part(), &[("a", 40), ("b", 35)]),
            "      40  a\n      35  b\n      75  = page, 75 % of 100 bytes\n"
        );
    }

    #[test]
    fn a_line_is_a_part() {
        assert_eq!(parts("# what\n\n page 100 / a b\n").unwrap(), [part()]);
        assert!(parts("page many a").unwrap_err().to_string().contains("`page many a`"));
        let promised: Vec<_> = parts(BUDGETS).unwrap().into_iter().map(|part| (part.name, part.budget)).collect();
        assert_eq!(promised[..2], [("page", 80_000), ("worker", 60_000)]);
        assert!(promised[2..].iter().all(|(_, budget)| *budget <= 60_000));
    }
}
