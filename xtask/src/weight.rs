//! The page's weight: what a browser downloads, in brotli's bytes, against a budget.
//!
//! The rendered HTML is not here: the browser tests weigh it with the rest.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::places::Places;
use crate::site::manifest;

/// Style, scripts and islands. The promise is 80 KB for the create page with its
/// HTML; the HTML takes up to 8.
const PAGE_BUDGET: u64 = 72 * 1024;

/// What the crypto worker adds after the page is live: what it weighs today and five percent
/// more. The aim is 60 KB; half of it is JSON and formatting, not cryptography.
const WORKER_BUDGET: u64 = 74 * 1024;

/// Some files that are promised to be small together.
struct Part {
    name: &'static str,
    files: &'static [&'static str],
    budget: u64,
}

/// Everything that is weighed.
const PARTS: [Part; 2] = [
    Part { name: "page", files: &["style.css", "boot.js", "frontend.js", "frontend.wasm"], budget: PAGE_BUDGET },
    Part { name: "worker", files: &["worker.js", "worker_glue.js", "worker.wasm"], budget: WORKER_BUDGET },
];

/// Prints the weights, and fails when a part is over its budget.
pub(crate) fn check(places: &Places) -> Result<()> {
    let site = places.site();
    let entries = manifest::read(&site)?;
    let weigh = |file: &str| -> Result<u64> {
        let (_, path) =
            entries.iter().find(|(name, _)| name == file).with_context(|| format!("the site has no {file}"))?;
        let compressed = site.join(format!("{path}.br"));
        Ok(fs::metadata(&compressed).with_context(|| format!("cannot find {}", compressed.display()))?.len())
    };
    let mut over = Vec::new();
    for part in &PARTS {
        let weights = part.files.iter().map(|file| Ok((*file, weigh(file)?))).collect::<Result<Vec<_>>>()?;
        print!("{}", table(part, &weights));
        over.extend(excess(part, &weights));
    }
    if !over.is_empty() {
        bail!("too heavy: {}", over.join(", "));
    }
    Ok(())
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

    const PART: Part = Part { name: "page", files: &[], budget: 100 };

    #[test]
    fn exactly_the_budget_is_within_it() {
        assert_eq!(excess(&PART, &[("a", 40), ("b", 60)]), None);
        assert_eq!(excess(&PART, &[("a", 40), ("b", 59)]), None);
        assert_eq!(excess(&PART, &[("a", 40), ("b", 61)]), Some("the page by 1 bytes".into()));
    }

    #[test]
    fn the_table_adds_up() {
        assert_eq!(
            table(&PART, &[("a", 40), ("b", 35)]),
            "      40  a\n      35  b\n      75  = page, 75 % of 100 bytes\n"
        );
    }
}
