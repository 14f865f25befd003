//! What a check found, a line for each.

use std::fmt::{self, Display, Formatter};

/// How bad a finding is, from good to bad; a problem makes the check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Good,
    /// The server runs, and the operator should know.
    Warning,
    /// The server would not start, or does not serve.
    Problem,
}

/// One thing that was checked, printed as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Begins the line, as `ok`, `warning` or `problem`.
    pub level: Level,
    /// What it is about, in one word.
    pub about: &'static str,
    /// What was found, and what mends it.
    pub words: String,
}

/// All that was found, in the order in which it was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report(Vec<Finding>);

impl Report {
    /// Adds a finding; line breaks in its words become spaces.
    pub(super) fn add(&mut self, level: Level, about: &'static str, words: impl Display) {
        // What others say of their errors may have several lines.
        let words = words.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        self.0.push(Finding { level, about, words });
    }

    /// The findings, in the order of the checks.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// The worst of them.
    #[must_use]
    pub fn worst(&self) -> Level {
        self.0.iter().map(|finding| finding.level).max().unwrap_or(Level::Good)
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Good => "ok",
            Level::Warning => "warning",
            Level::Problem => "problem",
        };
        write!(f, "{level:<7}  {}: {}", self.about, self.words)
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}
