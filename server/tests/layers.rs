//! Which crate may know what, as a test: the layers are what makes the promises of
//! `docs/ARCHITECTURE.md` readable in one place each.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

use std::fs;
use std::path::{Path, PathBuf};

/// The crates of the workspace, by their folders.
const CRATES: [&str; 13] = [
    "core",
    "app",
    "frontend",
    "client",
    "cli",
    "worker",
    "extras",
    "store",
    "server",
    "bench",
    "xtask",
    "end2end/vectors",
    "fuzz",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every Rust file below a crate's `src`, by its path from the root.
fn sources(name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(name).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let place = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((place, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{name} has sources");
    found
}

/// The files that have one of these words in a line of code.
fn naming(crates: &[&str], words: &[&str]) -> Vec<String> {
    let has_word = |text: &str| {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.into_iter().any(|line| words.iter().any(|word| line.contains(word)))
    };
    let mut found: Vec<_> = crates
        .iter()
        .flat_map(|name| sources(name))
        .filter(|(_, text)| has_word(text))
        .map(|(place, _)| place)
        .collect();
    found.sort();
    found
}

/// The crates whose manifests name this package at the start of a line.
fn depending_on(package: &str) -> Vec<&'static str> {
    let names =
        |line: &str| line.strip_prefix(package).is_some_and(|rest| rest.starts_with('.') || rest.starts_with(' '));
    CRATES
        .into_iter()
        .filter(|name| fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap().lines().any(names))
        .collect()
}

#[test]
fn every_crate_of_the_workspace_is_looked_at() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.lines().find(|line| line.starts_with("members")).unwrap();
    let named: Vec<_> = members.split('"').skip(1).step_by(2).collect();
    assert_eq!(named, CRATES);
}

#[test]
fn aes_is_called_in_one_module() {
    assert_eq!(naming(&["core"], &["aes_gcm"]), ["core/src/seal.rs"]);
    assert_eq!(depending_on("aes-gcm"), ["core"]);
}

#[test]
fn only_the_store_crate_knows_a_store() {
    // The benchmark asks them directly, to compare.
    assert_eq!(depending_on("redb"), ["store", "bench"]);
    assert_eq!(depending_on("redis"), ["store", "bench"]);
}

/// What is built for everyone sends nothing anywhere.
#[test]
fn traces_are_for_those_who_build_them_in() {
    let manifest = fs::read_to_string(root().join("server/Cargo.toml")).unwrap();
    let lines = |word: &str| manifest.lines().filter(|line| line.starts_with(word)).collect::<Vec<_>>();
    assert!(lines("default =").is_empty());
    for package in ["opentelemetry", "tracing-opentelemetry", "ureq"] {
        let named = lines(package);
        assert!(!named.is_empty() && named.iter().all(|line| line.contains("optional = true")), "{named:?}");
    }
}

#[test]
fn only_the_page_knows_the_dom() {
    assert_eq!(depending_on("web-sys"), ["app"]);
    assert_eq!(depending_on("leptos"), ["app", "frontend"]);
    for place in naming(&["app"], &["web_sys::", "js_sys::"]) {
        let may = ["app/src/browser/", "app/src/islands/"];
        assert!(may.iter().any(|folder| place.starts_with(folder)), "{place} knows the DOM");
    }
}

#[test]
fn core_does_no_io() {
    let outside = ["std::fs", "std::net", "std::env", "std::io", "std::process", "std::thread", "std::time::Instant"];
    assert_eq!(naming(&["core"], &outside), [""; 0]);
    for package in ["tokio", "axum", "js-sys", "wasm-bindgen", "reqwest", "ureq"] {
        assert!(!depending_on(package).contains(&"core"), "core asks for {package}");
    }
}
