//! The headings of a long task, a summary of what its steps took, and its slowest tests.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

const SLOWEST: usize = 20;

/// The steps of one task, in order; the first failure ends it.
pub(crate) struct Steps {
    total: usize,
    started: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    pub(crate) fn of(total: usize) -> Self {
        Self { total, started: Instant::now(), done: Vec::new() }
    }

    pub(crate) fn step<T>(&mut self, name: impl Into<String>, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let (name, number) = (name.into(), self.done.len() + 1);
        println!("\n=== [{number}/{}] {name} ({} so far)", self.total, clock(self.started.elapsed()));
        let begun = Instant::now();
        let result = work().with_context(|| format!("step {number} of {}, {name}", self.total))?;
        self.done.push((name, begun.elapsed()));
        Ok(result)
    }

    pub(crate) fn summary(&self) {
        println!("\n=== All {} steps passed in {}", self.done.len(), clock(self.started.elapsed()));
        for (name, took) in &self.done {
            println!("{:>12}  {name}", clock(*took));
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Times(Vec<(Duration, String)>);

impl Times {
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

/// A duration for people: `4.2 s`, `3 min 07 s`.
fn clock(time: Duration) -> String {
    match time.as_secs() {
        ..60 => format!("{:.1} s", time.as_secs_f32()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}
