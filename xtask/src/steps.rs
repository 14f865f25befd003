//! The headings of a long task: what runs now, how long it took so far, and a summary.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The steps of one task, in order; the first failure ends it.
pub(crate) struct Steps {
    total: usize,
    started: Instant,
    done: Vec<Step>,
}

struct Step {
    name: String,
    /// On the wall's clock.
    took: Duration,
    /// Of all processors, by what the step started and waited for. It tells more than the clock
    /// on a machine that has other work.
    computed: Duration,
}

impl Steps {
    /// A task of so many steps, begun now.
    pub(crate) fn of(total: usize) -> Self {
        Self { total, started: Instant::now(), done: Vec::new() }
    }

    /// Runs one step under its heading.
    pub(crate) fn step<T>(&mut self, name: impl Into<String>, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let (name, number) = (name.into(), self.done.len() + 1);
        println!("\n=== [{number}/{}] {name} ({} so far)", self.total, clock(self.started.elapsed()));
        let (begun, computed) = (Instant::now(), computed());
        let result = work().with_context(|| format!("step {number} of {}, {name}", self.total))?;
        self.done.push(Step { name, took: begun.elapsed(), computed: self::computed().saturating_sub(computed) });
        Ok(result)
    }

    /// Prints what was done and how long each step took.
    pub(crate) fn summary(&self) {
        println!("\n=== All {} steps passed in {}", self.done.len(), clock(self.started.elapsed()));
        for Step { name, took, computed } in &self.done {
            println!("{:>12}  (processors {:>12})  {name}", clock(*took), clock(*computed));
        }
    }
}

/// How long processors have worked for this process and for those that it waited for.
fn computed() -> Duration {
    ticks(&fs::read_to_string("/proc/self/stat").unwrap_or_default()).unwrap_or_default()
}

/// Reads `/proc/self/stat` (proc(5)): fields 14 to 17, in the hundredths of a second that Linux
/// shows to all programs. They are counted from behind the name, which may have blanks.
fn ticks(stat: &str) -> Option<Duration> {
    let fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(4);
    let ticks: Option<Vec<u64>> = fields.map(|field| field.parse().ok()).collect();
    Some(Duration::from_millis(ticks?.iter().sum::<u64>() * 10))
}

/// A duration for people: `4.2 s`, `3 min 07 s`.
pub(crate) fn clock(time: Duration) -> String {
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

    #[test]
    fn processors_time_is_read_behind_a_name_with_blanks() {
        let stat = "7 (x ) y) S 1 7 7 0 -1 4194304 1 2 3 4 100 20 3000 400 20 0 1 0 55";
        assert_eq!(ticks(stat), Some(Duration::from_millis(35_200)));
        assert_eq!(ticks(""), None);
        assert!(ticks(&fs::read_to_string("/proc/self/stat").unwrap()).is_some());
    }
}
