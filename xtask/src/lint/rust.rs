//! What the linters of Rust need, and the oldest compiler.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::{ask, cargo, find, host, plain_cargo, program, run};

/// Clippy and rustfmt for the toolchain in use; rustup's minimal profile lacks both.
pub(super) fn ready() -> Result<()> {
    let lacks = |tool: &str| ask(plain_cargo(tool).arg("--version")).is_none();
    let parts = [("clippy", "clippy"), ("fmt", "rustfmt")];
    let missing: Vec<&str> = parts.into_iter().filter(|(tool, _)| lacks(tool)).map(|(_, part)| part).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let Some(rustup) = find(&["rustup"]) else {
        bail!("cargo has no {} here: install it the way Rust was installed", missing.join(" and "));
    };
    println!("Adding to the Rust toolchain: {} (under a minute).", missing.join(", "));
    run(program(rustup).args(["component", "add"]).args(missing), "adding Rust components")
}

/// `rust-version` is what the dependencies ask for: an older one would be untrue, and a newer one
/// would shut compilers out for nothing.
pub(super) fn oldest_compiler() -> Result<()> {
    let mut command = cargo("metadata");
    command.args(["--format-version", "1", "--filter-platform", &host()?]);
    let metadata = ask(&mut command).context("cargo does not say what the workspace is made of")?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading what cargo says")?;
    let ours = env!("CARGO_PKG_RUST_VERSION");
    let (version, name) = most_demanding(&metadata).context("no dependency says which compiler it needs")?;
    println!("{name} asks for Rust 1.{version}.");
    if Some(version) != minor(ours) {
        bail!("rust-version in Cargo.toml is {ours}, and it must be 1.{version}, for {name}");
    }
    Ok(())
}

/// The dependency that needs the newest compiler, and which Rust 1.x that is.
fn most_demanding(metadata: &Value) -> Option<(u32, &str)> {
    let packages = metadata["packages"].as_array()?.iter().filter(|package| !package["source"].is_null());
    packages.filter_map(|package| Some((minor(package["rust_version"].as_str()?)?, package["name"].as_str()?))).max()
}

/// 90 of `1.90` or `1.90.0`.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_compiler_that_a_dependency_asks_for_is_found() {
        let ours = serde_json::json!({ "name": "xtask", "rust_version": "1.99", "source": null });
        let other = |name, version| serde_json::json!({ "name": name, "rust_version": version, "source": "registry" });
        let all = [ours, other("a", Some("1.9")), other("b", Some("1.88.0")), other("c", None)];
        assert_eq!(most_demanding(&serde_json::json!({ "packages": all })), Some((88, "b")));
    }
}
