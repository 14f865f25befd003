//! Which packages the distribution offers, read from apt's lists, and choosing among them.

use std::collections::BTreeMap;
use std::process::Command;

use crate::run;

/// The numbers that a name's `{}` may stand for, with room for those to come: LLVM's releases
/// (`lld-22`), and Rust's after `1.` (`rustc-1.91`).
const NUMBERS: std::ops::Range<u32> = 9..160;

pub(crate) struct Choice {
    /// Their names; `{}` in all of them stands for one number, and the highest there is wins.
    pub(crate) packages: &'static [&'static str],
    /// The oldest version of the first package that will do, as major and minor.
    pub(crate) at_least: (u32, u32),
    /// What the first package's version must contain: some vendors bundle what others split.
    pub(crate) version_has: &'static str,
}

pub(crate) const fn any(packages: &'static [&'static str]) -> Choice {
    since((0, 0), packages)
}

/// A choice of which the first package must be at least so new.
pub(crate) const fn since(at_least: (u32, u32), packages: &'static [&'static str]) -> Choice {
    Choice { packages, at_least, version_has: "" }
}

impl Choice {
    fn sets(&self) -> Vec<Vec<String>> {
        let set = |number: &str| self.packages.iter().map(|name| name.replace("{}", number)).collect();
        if self.packages[0].contains("{}") {
            NUMBERS.rev().map(|number| set(&number.to_string())).collect()
        } else {
            vec![set("")]
        }
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.sets().concat()
    }
}

/// The versions that packages would be installed in, by their names.
pub(super) struct Catalogue(BTreeMap<String, String>);

impl Catalogue {
    pub(super) fn of(names: impl IntoIterator<Item = String>) -> Self {
        let policy = run::ask(Command::new("apt-cache").arg("policy").args(names).env("LC_ALL", "C"));
        Self(candidates(&policy.unwrap_or_default()))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn pick(&self, choices: &[Choice]) -> Option<Vec<String>> {
        choices.iter().find_map(|choice| choice.sets().into_iter().find(|names| self.fits(names, choice)))
    }

    fn fits(&self, names: &[String], choice: &Choice) -> bool {
        let is_good = |version: &String| {
            release(version).is_some_and(|release| release >= choice.at_least) && version.contains(choice.version_has)
        };
        self.0.get(&names[0]).is_some_and(is_good) && names.iter().all(|name| self.has(name))
    }
}

/// Major and minor of a Debian version: `1:22.1.8-1~deb12u1` is (22, 1).
fn release(version: &str) -> Option<(u32, u32)> {
    let upstream = version.split_once(':').map_or(version, |(_epoch, rest)| rest);
    let mut parts = upstream.split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

/// Reads `apt-cache policy`: every package with a candidate, and that candidate's version.
fn candidates(policy: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut package = None;
    for line in policy.lines() {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            package = Some(name);
        } else if let (Some(name), Some(version)) = (package, line.trim().strip_prefix("Candidate: "))
            && version != "(none)"
        {
            found.insert(name.to_owned(), version.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(packages: &[(&str, &str)]) -> Catalogue {
        Catalogue(packages.iter().map(|(name, version)| ((*name).into(), (*version).into())).collect())
    }

    fn picked(catalogue: &[(&str, &str)], choices: &[Choice]) -> Option<String> {
        with(catalogue).pick(choices).map(|names| names.join(" "))
    }

    #[test]
    fn a_candidate_is_what_can_be_installed() {
        let policy = "rustc-web:\n  Installed: 1.96.0+dfsg1-1\n  Candidate: 1.96.0+dfsg1-1\n  Version table:\n \
                      *** 1.96.0+dfsg1-1 500\n        500 http://deb.example bookworm-security/main amd64 Packages\n\
                      rust-doc:\n  Installed: (none)\n  Candidate: (none)\n\
                      lld-22:\n  Installed: (none)\n  Candidate: 1:22.1.8-1~deb12u1\n";
        let found = Catalogue(candidates(policy));
        assert!(found.has("rustc-web") && !found.has("rust-doc"));
        assert_eq!(found.0["lld-22"], "1:22.1.8-1~deb12u1");
    }

    #[test]
    fn versions_are_compared_without_epoch_and_revision() {
        for (version, expected) in [("1.96.0+dfsg1-1~deb12u2", (1, 96)), ("1:22.1.8-1", (22, 1)), ("18-1x1", (18, 1))] {
            assert_eq!(release(version), Some(expected));
        }
        assert_eq!(release("x"), None);
    }

    #[test]
    fn the_first_choice_that_is_there_in_full_wins() {
        let choices = [since((1, 90), &["rustc-web", "cargo-web"]), since((1, 90), &["rustc", "cargo"])];
        let mut debian = vec![("rustc-web", "1.96.0"), ("rustc", "1.96.0"), ("cargo", "1.96.0")];
        assert_eq!(picked(&debian, &choices).as_deref(), Some("rustc cargo"));
        debian.push(("cargo-web", "1.96.0"));
        assert_eq!(picked(&debian, &choices).as_deref(), Some("rustc-web cargo-web"));
        assert_eq!(picked(&[("rustc", "1.63.0"), ("cargo", "1.63.0")], &choices), None);
    }

    #[test]
    fn the_highest_number_of_a_family_wins_if_the_whole_family_has_it() {
        let names = ["rustc-1.89", "rustc-1.91", "rustc-1.93", "rust-1.89-src", "rust-1.91-src"];
        let ubuntu = names.map(|name| (name, "1.91.0"));
        let choices = [since((1, 90), &["rustc-1.{}", "rust-1.{}-src"])];
        assert_eq!(picked(&ubuntu, &choices).as_deref(), Some("rustc-1.91 rust-1.91-src"));
        let linkers = ["lld-9", "lldb-23", "lld-22", "lld-14"].map(|name| (name, "1:1.0"));
        assert_eq!(picked(&linkers, &[any(&["lld-{}"])]).as_deref(), Some("lld-22"));
    }

    #[test]
    fn a_vendor_that_bundles_is_recognised_by_its_version() {
        let bundled = Choice { packages: &["nodejs"], at_least: (18, 0), version_has: "nodesource" };
        let choices = [bundled, since((18, 0), &["nodejs", "npm"])];
        let npm = ("npm", "9.2.0");
        assert_eq!(picked(&[("nodejs", "22.1.0-1nodesource1"), npm], &choices).as_deref(), Some("nodejs"));
        assert_eq!(picked(&[("nodejs", "18.20.4+dfsg-1"), npm], &choices).as_deref(), Some("nodejs npm"));
    }
}
