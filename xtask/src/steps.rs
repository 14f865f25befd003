//! The headings of a long task: what runs now, how long it took so far, and a summary.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The steps of one task, in order; the first failure ends it.
pub(crate) struct Steps {
    total: usize,
    started: Instant,
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// A task of so many steps, begun now.
    pub(crate) fn of(total: usize) -> Self {
        Self { total, started: Instant::now(), done: Vec::new() }
    }

    /// Runs one step under its heading.
    pub(crate) fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let number = self.done.len() + 1;
        println!("\n=== [{number}/{}] {name} ({} so far)", self.total, clock(self.started.elapsed()));
        let begun = Instant::now();
        let result = work().with_context(|| format!("step {number} of {}, {name}", self.total))?;
        self.done.push((name, begun.elapsed()));
        Ok(result)
    }

    /// Prints what was done and how long each step took.
    pub(crate) fn summary(&self) {
        println!("\n=== All {} steps passed in {}", self.done.len(), clock(self.started.elapsed()));
        for (name, took) in &self.done {
            println!("{:>10}  {name}", clock(*took));
        }
    }
}

/// A duration for people: `4.2 s`, `3 min 07 s`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f32())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(clock(Duration::from_millis(4_210)), "4.2 s");
        assert_eq!(clock(Duration::from_secs(187)), "3 min 07 s");
    }
}
