//! What the distribution offers, read from apt's local lists.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::run;
use crate::setup::need::Choice;

/// The versions of the packages that were asked for, by name.
pub(crate) struct Catalogue(BTreeMap<String, String>);

impl Catalogue {
    /// Looks these packages up; `{}` in a name stands for any number.
    pub(crate) fn of(names: &[&str]) -> Self {
        let mut wanted = BTreeSet::new();
        for name in names {
            match name.split_once("{}") {
                None => {
                    wanted.insert((*name).to_owned());
                }
                Some((before, after)) => {
                    let fits = |found: &String| number(found, before, after).is_some();
                    wanted.extend(known(before).into_iter().filter(fits));
                }
            }
        }
        if wanted.is_empty() {
            return Self(BTreeMap::new());
        }
        let policy = run::ask(Command::new("apt-cache").arg("policy").args(wanted).env("LC_ALL", "C"));
        Self(candidates(&policy.unwrap_or_default()))
    }

    /// Whether it can be installed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The packages of the first choice of which all can be installed.
    pub(crate) fn pick(&self, choices: &[Choice]) -> Option<Vec<String>> {
        choices.iter().find_map(|choice| self.fill(choice))
    }

    /// The names of one choice, with the highest number that fits all of them.
    fn fill(&self, choice: &Choice) -> Option<Vec<String>> {
        let first = choice.packages[0];
        let mut numbers = match first.split_once("{}") {
            None => vec![(0, 0)],
            Some((before, after)) => self.0.keys().filter_map(|name| number(name, before, after)).collect(),
        };
        numbers.sort_unstable();
        numbers.into_iter().rev().find_map(|number| {
            let names: Vec<String> = choice.packages.iter().map(|name| name.replace("{}", &written(number))).collect();
            let version = self.0.get(&names[0])?;
            let fits = release(version)? >= choice.at_least && version.contains(choice.version_has);
            (fits && names.iter().all(|name| self.has(name))).then_some(names)
        })
    }
}

/// All package names with this prefix.
fn known(prefix: &str) -> Vec<String> {
    let names = run::ask(Command::new("apt-cache").args(["pkgnames", prefix]));
    names.unwrap_or_default().lines().map(str::to_owned).collect()
}

/// The number that stands between the two parts of a name: `22`, or `1.89`.
fn number(name: &str, before: &str, after: &str) -> Option<(u32, u32)> {
    let text = name.strip_prefix(before)?.strip_suffix(after)?;
    match text.split_once('.') {
        None => Some((text.parse().ok()?, u32::MAX)),
        Some((major, minor)) => Some((major.parse().ok()?, minor.parse().ok()?)),
    }
}

/// The number as it is written in names.
fn written((major, minor): (u32, u32)) -> String {
    if minor == u32::MAX { major.to_string() } else { format!("{major}.{minor}") }
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
mod tests;
