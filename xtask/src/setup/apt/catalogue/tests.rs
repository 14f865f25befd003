//! Choosing packages on the distributions we know.

use super::*;

const POLICY: &str = "\
rustc-web:
  Installed: 1.96.0+dfsg1-1~deb12u2
  Candidate: 1.96.0+dfsg1-1~deb12u2
  Version table:
 *** 1.96.0+dfsg1-1~deb12u2 500
        500 http://deb.example/debian-security bookworm-security/main amd64 Packages
rust-doc:
  Installed: (none)
  Candidate: (none)
  Version table:
lld-22:
  Installed: (none)
  Candidate: 1:22.1.8-1~deb12u1
";

fn with(packages: &[(&str, &str)]) -> Catalogue {
    Catalogue(packages.iter().map(|(name, version)| ((*name).into(), (*version).into())).collect())
}

fn choice(packages: &'static [&'static str], at_least: (u32, u32)) -> Choice {
    Choice { packages, at_least, version_has: "" }
}

#[test]
fn a_candidate_is_what_can_be_installed() {
    let found = candidates(POLICY);
    assert_eq!(found.len(), 2);
    assert_eq!(found["lld-22"], "1:22.1.8-1~deb12u1");
    assert!(!found.contains_key("rust-doc"));
}

#[test]
fn versions_are_compared_without_epoch_and_revision() {
    assert_eq!(release("1.96.0+dfsg1-1~deb12u2"), Some((1, 96)));
    assert_eq!(release("1:22.1.8-1"), Some((22, 1)));
    assert_eq!(release("18-1nodesource1"), Some((18, 1)));
    assert_eq!(release("x"), None);
}

#[test]
fn the_first_choice_that_is_there_in_full_wins() {
    let choices = [choice(&["rustc-web", "cargo-web"], (1, 90)), choice(&["rustc", "cargo"], (1, 90))];
    let debian = with(&[("rustc-web", "1.96.0"), ("cargo-web", "1.96.0"), ("rustc", "1.96.0"), ("cargo", "1.96.0")]);
    assert_eq!(debian.pick(&choices), Some(vec!["rustc-web".into(), "cargo-web".into()]));
    let half = with(&[("rustc-web", "1.96.0"), ("rustc", "1.96.0"), ("cargo", "1.96.0")]);
    assert_eq!(half.pick(&choices), Some(vec!["rustc".into(), "cargo".into()]));
    let old = with(&[("rustc", "1.63.0"), ("cargo", "1.63.0")]);
    assert_eq!(old.pick(&choices), None);
}

#[test]
fn the_highest_number_of_a_family_wins_if_the_whole_family_has_it() {
    let ubuntu = with(&[
        ("rustc-1.89", "1.89.0"),
        ("rustc-1.91", "1.91.1"),
        ("rustc-1.93", "1.93.0"),
        ("rust-1.89-src", "1.89.0"),
        ("rust-1.91-src", "1.91.1"),
    ]);
    let choices = [choice(&["rustc-{}", "rust-{}-src"], (1, 90))];
    assert_eq!(ubuntu.pick(&choices), Some(vec!["rustc-1.91".into(), "rust-1.91-src".into()]));
    let linkers = with(&[("lld-14", "1:14.0"), ("lld-9", "1:9.0"), ("lld-22", "1:22.1")]);
    assert_eq!(linkers.pick(&[choice(&["lld-{}"], (0, 0))]), Some(vec!["lld-22".into()]));
}

#[test]
fn a_vendor_that_bundles_is_recognised_by_its_version() {
    let choices = [
        Choice { packages: &["nodejs"], at_least: (18, 0), version_has: "nodesource" },
        choice(&["nodejs", "npm"], (18, 0)),
    ];
    let bundled = with(&[("nodejs", "22.1.0-1nodesource1"), ("npm", "9.2.0")]);
    assert_eq!(bundled.pick(&choices), Some(vec!["nodejs".into()]));
    let split = with(&[("nodejs", "18.20.4+dfsg-1"), ("npm", "9.2.0")]);
    assert_eq!(split.pick(&choices), Some(vec!["nodejs".into(), "npm".into()]));
}

#[test]
fn numbers_stand_only_where_the_braces_are() {
    assert_eq!(number("rust-1.91-src", "rust-", "-src"), Some((1, 91)));
    assert_eq!(number("rust-web-src", "rust-", "-src"), None);
    assert_eq!(number("lld-22", "lld-", ""), Some((22, u32::MAX)));
    assert_eq!(number("lldb-22", "lld-", ""), None);
    assert_eq!(written((1, 91)), "1.91");
    assert_eq!(written((22, u32::MAX)), "22");
}
