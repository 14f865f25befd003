//! The Rust code against the vectors that another implementation made.

use ashlink_core::vectors::check_all;

/// What each file holds at least, so that deleting cases is noticed.
const LEAST: [(&str, usize); 7] = [
    ("derivation.json", 15),
    ("passphrase.json", 147),
    ("links.json", 210),
    ("padding.json", 27),
    ("payload.json", 254),
    ("envelope.json", 77),
    ("seal.json", 19),
];

#[test]
fn every_vector_is_met() {
    let report = check_all();
    for failure in &report.failures {
        eprintln!("{failure}");
    }
    assert!(report.failures.is_empty(), "{} values are not as expected, see above", report.failures.len());

    let files: Vec<_> = report.files.iter().map(|count| count.file).collect();
    assert_eq!(files, LEAST.map(|(file, _)| file));
    for (count, (file, least)) in report.files.iter().zip(LEAST) {
        println!("{file}: {} cases", count.cases);
        assert!(count.cases >= least, "{file} has {} cases, once it had {least}", count.cases);
    }
}
