//! Checks that the page's two halves agree on the islands' names.
//!
//! A name contains a hash of the island's source as the compiler prints it. The
//! server and the WASM may come from two compilers, and one that prints
//! differently would leave the page dead in the browser with no error anywhere.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::places::Places;
use crate::site::manifest;
use crate::stamp;

/// Fails when the server renders an island under another name than the WASM exports.
pub(crate) fn check(places: &Places) -> Result<()> {
    let binary = places.server();
    let about = fs::metadata(&binary).with_context(|| format!("cannot find {}", binary.display()))?;
    let entries = manifest::read(&places.site())?;
    let note = places.notes().join("islands");
    let state = format!("{entries:?} {} {:?}", about.len(), about.modified().ok());
    if stamp::says(&note, &state) {
        return Ok(());
    }
    let (_, script) = entries.iter().find(|(name, _)| name == "frontend.js").context("the site has no frontend.js")?;
    let script = places.site().join(script);
    let script = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    let server = fs::read(&binary).with_context(|| format!("cannot read {}", binary.display()))?;
    for island in exports(&script) {
        if disagrees(&server, island) {
            bail!(
                "the server does not know the island {island}: the compilers of server and WASM print its \
                 source differently; use one toolchain for both (ASHLINK_WASM_TOOLCHAIN=rustup)"
            );
        }
    }
    stamp::write(&note, &state)
}

/// The islands that the page's script exports: `Name_` and a hash in decimal.
fn exports(script: &str) -> Vec<&str> {
    let functions =
        script.lines().filter_map(|line| line.trim_start().strip_prefix("export function ")?.split('(').next());
    functions.filter(|name| split(name).is_some()).collect()
}

/// Name with its underscore, and hash, of an island's export.
fn split(export: &str) -> Option<(&str, &str)> {
    let (stem, hash) = export.split_at(export.rfind('_')? + 1);
    let is_island =
        stem.starts_with(char::is_uppercase) && !hash.is_empty() && hash.bytes().all(|b| b.is_ascii_digit());
    is_island.then_some((stem, hash))
}

/// Whether the program has the island's name with other hashes only. One that it does not
/// have at all is not rendered, which is no disagreement.
fn disagrees(program: &[u8], export: &str) -> bool {
    let Some((stem, hash)) = split(export) else {
        return false;
    };
    let mut has_another = false;
    let mut rest = program;
    while let Some(at) = find(rest, stem.as_bytes()) {
        rest = &rest[at + stem.len()..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if rest.starts_with(hash.as_bytes()) {
            return false;
        }
        // A hash has nearly always 18 digits or more; fewer may be any other name.
        has_another |= digits > 12;
    }
    has_another
}

/// The position of the first occurrence.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(step) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + step..].starts_with(wanted) {
            return Some(from + step);
        }
        from += step + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str =
        "export function Create_12910692146096290814(el) {\nexport function hydrate() {\nfunction Other_1(";

    #[test]
    fn islands_are_the_exports_with_a_hash() {
        assert_eq!(exports(SCRIPT), ["Create_12910692146096290814"]);
    }

    #[test]
    fn the_same_name_agrees_and_an_absent_one_is_no_matter() {
        assert!(!disagrees(b"..Create_1..Create_12910692146096290814leptos", "Create_12910692146096290814"));
        assert!(!disagrees(b"..Create_view..", "Create_12910692146096290814"));
    }

    #[test]
    fn another_hash_disagrees() {
        assert!(disagrees(b"..Create_9991069214609629081leptos", "Create_12910692146096290814"));
    }
}
