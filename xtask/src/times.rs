//! How long single tests took.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::steps::clock;

/// How many are worth naming.
const SLOWEST: usize = 20;

/// Every test that told its time.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<(Duration, String)>);

impl Times {
    /// Adds one.
    pub(crate) fn add(&mut self, took: Duration, name: impl Into<String>) {
        self.0.push((took, name.into()));
    }

    /// Adds what `end2end/lib/times_reporter.js` has written: milliseconds, a tab and the name.
    pub(crate) fn read(&mut self, file: &Path) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        for line in text.lines() {
            let (millis, name) = line.split_once('\t').context("a line without a tab among the tests' times")?;
            let millis = millis.parse().context("a time that is no number among the tests' times")?;
            self.add(Duration::from_millis(millis), name);
        }
        Ok(())
    }

    /// Names the slowest, so that one that grows is seen.
    pub(crate) fn print(mut self) {
        println!("\nThe slowest of {} tests:", self.0.len());
        self.0.sort_unstable_by(|a, b| b.cmp(a));
        for (took, name) in self.0.iter().take(SLOWEST) {
            println!("{:>12}  {name}", clock(*took));
        }
    }
}
