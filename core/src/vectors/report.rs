//! What a run over the vectors found.

use std::fmt;

/// Characters of a value that a failure shows.
const SHOWN: usize = 120;
/// Of these, how many stand before the first difference.
const SHOWN_BEFORE: usize = 24;

/// The cases that were run, and what was wrong with them.
#[derive(Debug, Default)]
#[must_use]
pub struct Report {
    /// How many cases each file has.
    pub files: Vec<FileCount>,
    /// Each value that was not as expected.
    pub failures: Vec<Failure>,
}

/// How many cases of a file were run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileCount {
    /// The file's name.
    pub file: &'static str,
    /// Its cases, all of which were run.
    pub cases: usize,
}

/// A value that was not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The file's name.
    pub file: &'static str,
    /// The case's name; empty where the file itself is broken.
    pub case: String,
    /// Which of the case's values.
    pub what: &'static str,
    /// What the file says.
    pub expected: String,
    /// What the code says.
    pub got: String,
}

impl Report {
    /// The cases of all files together.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.files.iter().map(|file| file.cases).sum()
    }

    /// Notes that a whole file is not as it should be.
    pub(super) fn broken(&mut self, file: &'static str, expected: &str, got: &str) {
        self.case(file, "").same("file", expected, got);
    }

    /// Where the checks of one case go.
    pub(super) fn case<'a>(&'a mut self, file: &'static str, name: &'a str) -> Checks<'a> {
        Checks { file, name, failures: &mut self.failures }
    }
}

/// The checks of one case.
pub(super) struct Checks<'a> {
    file: &'static str,
    name: &'a str,
    failures: &'a mut Vec<Failure>,
}

impl Checks<'_> {
    /// Notes a failure unless both are the same.
    pub(super) fn same(&mut self, what: &'static str, expected: &str, got: &str) {
        if expected != got {
            self.failures.push(Failure {
                file: self.file,
                case: self.name.to_owned(),
                what,
                expected: expected.to_owned(),
                got: got.to_owned(),
            });
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differs = self.expected.chars().zip(self.got.chars()).take_while(|(a, b)| a == b).count();
        write!(
            f,
            "{}, case \"{}\", {}: expected {}, got {}",
            self.file,
            self.case,
            self.what,
            around(&self.expected, differs),
            around(&self.got, differs)
        )
    }
}

/// A long value's characters around the place where it differs, with their position.
fn around(value: &str, differs: usize) -> String {
    let len = value.chars().count();
    if len <= SHOWN {
        return format!("\"{value}\"");
    }
    let start = differs.saturating_sub(SHOWN_BEFORE);
    let shown: String = value.chars().skip(start).take(SHOWN).collect();
    format!("\"…{shown}…\" (from character {start} of {len})")
}
