//! Every case of `core/testdata` against the real code (section 7), on any target.
//!
//! The native tests call [`check_all`]; a page in a real browser calls
//! [`check_all_with`] and normalises passphrases as browsers do.

mod case;
mod derivation;
mod envelope;
mod links;
mod padding;
mod passphrase;
mod payload;
mod report;
mod seal;
#[cfg(test)]
mod tests;

pub use report::{Failure, FileCount, Report};

use crate::passphrase::{Passphrase, PassphraseTooLong};
use case::{Case, File};
use std::collections::BTreeSet;

/// How a passphrase is read as typed: [`Passphrase::parse`], or [`Passphrase::parse_with`] another's NFC.
pub type ParsePassphrase = fn(&str) -> Result<Option<Passphrase>, PassphraseTooLong>;

/// A file's name, its text, and what checks it.
type Vectors = (&'static str, &'static str, fn(&'static str, &str, ParsePassphrase, &mut Report));

const FILES: [Vectors; 7] = [
    ("derivation.json", include_str!("../testdata/derivation.json"), check_file::<derivation::Derivation>),
    ("passphrase.json", include_str!("../testdata/passphrase.json"), check_file::<passphrase::Typed>),
    ("links.json", include_str!("../testdata/links.json"), check_file::<links::Link>),
    ("padding.json", include_str!("../testdata/padding.json"), check_file::<padding::Padding>),
    ("payload.json", include_str!("../testdata/payload.json"), check_file::<payload::Plaintext>),
    ("envelope.json", include_str!("../testdata/envelope.json"), check_file::<envelope::Envelope>),
    ("seal.json", include_str!("../testdata/seal.json"), check_file::<seal::Seal>),
];

/// Runs every case of every file.
pub fn check_all() -> Report {
    check_all_with(Passphrase::parse)
}

/// Runs every case of every file, with passphrases read by `parse`.
pub fn check_all_with(parse: ParsePassphrase) -> Report {
    let mut report = Report::default();
    for (file, json, check) in FILES {
        check(file, json, parse, &mut report);
    }
    report
}

/// Runs every case of one file. A file that cannot be read, or is empty, is a failure.
fn check_file<C: Case>(file: &'static str, json: &str, parse: ParsePassphrase, report: &mut Report) {
    let cases = match serde_json::from_str::<File<C>>(json) {
        Ok(File { format: 1, cases }) => cases,
        Ok(File { format, .. }) => return report.broken(file, "1", &format.to_string()),
        Err(error) => return report.broken(file, "a file of vectors", &error.to_string()),
    };
    let names: BTreeSet<_> = cases.iter().map(Case::name).collect();
    if cases.is_empty() {
        report.broken(file, "cases", "none");
    } else if names.len() < cases.len() {
        report.broken(file, "unique names", "one that stands twice");
    }
    for case in &cases {
        let mut checks = report.case(file, case.name());
        if let Err(problem) = case.check(parse, &mut checks) {
            checks.same("case", "one that can be run", &problem);
        }
    }
    report.files.push(FileCount { file, cases: cases.len() });
}
