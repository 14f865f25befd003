//! Which crates are compiled into a release: as a bill of materials (CycloneDX 1.5, for scanners), and as the texts of
//! their licences (for people and for the law).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::programs::TOOLS;
use super::{ARCHITECTURES, Release, VERSION};
use crate::notes;
use crate::places;
use crate::run::{ask, cargo};
use crate::wasm;

/// What is compiled for the browser, and comes inside the server.
const PAGE: [&str; 3] = ["ashlink-frontend", "ashlink-worker", "ashlink-extras"];

/// Beginnings, in capitals, of the names of files that licences ask to be passed on.
const LICENCES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// A package, as `cargo metadata` describes it.
#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    manifest_path: PathBuf,
    source: Option<String>,
}

impl Package {
    fn url(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }

    /// An expression of SPDX; older crates write `/` for `OR`.
    fn licence(&self) -> String {
        self.license.as_deref().unwrap_or("NOASSERTION").replace('/', " OR ")
    }
}

/// Writes the bill, and the licences: says where these are.
pub(super) fn write(release: &Release) -> Result<PathBuf> {
    let metadata = ask(cargo("metadata").args(["--format-version", "1"])).context("cargo does not list the crates")?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading what cargo says")?;
    let compiled = compiled()?;
    let packages: Vec<Package> = serde_json::from_value(metadata["packages"].clone()).context("the packages")?;
    let packages: BTreeMap<String, Package> = packages
        .into_iter()
        .filter(|package| compiled.contains(&format!("{} v{}", package.name, package.version)))
        .map(|package| (package.id.clone(), package))
        .collect();
    let bill = bill(&packages, &metadata["resolve"]["nodes"], &release.date("+%FT%TZ")?);
    let text = serde_json::to_string_pretty(&bill).context("writing JSON")? + "\n";
    notes::write(&release.out.join(format!("ashlink-{VERSION}.cdx.json")), text)?;
    let licences = release.out.join("LICENCES.txt");
    notes::write(&licences, texts(&packages)?)?;
    Ok(licences)
}

/// Names and versions of all that is compiled into a program or the page: what runs only during the build is not.
fn compiled() -> Result<BTreeSet<String>> {
    let programs = ARCHITECTURES.map(|architecture| (&["ashlink-server", "ashlink"][..], architecture.target()));
    let mut found = BTreeSet::new();
    for (packages, target) in programs.into_iter().chain([(&PAGE[..], wasm::TARGET.to_owned())]) {
        let mut tree = cargo("tree");
        tree.args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}", "--target", &target]);
        tree.args(packages.iter().flat_map(|package| ["--package", package]));
        let text = ask(&mut tree).with_context(|| format!("cargo does not say what is built for {target}"))?;
        let words = text.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "));
        found.extend(words.filter(|words| !words.is_empty()));
    }
    Ok(found)
}

fn bill(packages: &BTreeMap<String, Package>, nodes: &Value, time: &str) -> Value {
    let components = packages.values().map(|package| {
        json!({
            "type": "library",
            "bom-ref": package.url(),
            "name": package.name,
            "version": package.version,
            "licenses": [{ "expression": package.licence() }],
            "purl": package.url(),
        })
    });
    let url = |id: &Value| packages.get(id.as_str()?).map(Package::url);
    let dependencies = nodes.as_array().into_iter().flatten().filter_map(|node| {
        let uses: BTreeSet<String> = node["dependencies"].as_array()?.iter().filter_map(url).collect();
        Some(json!({ "ref": url(&node["id"])?, "dependsOn": uses }))
    });
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time,
            "component": { "type": "application", "bom-ref": "ashlink", "name": "ashlink", "version": VERSION },
        },
        "components": components.collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    })
}

/// Our licences, then each text of others once, with those that it is the licence of.
fn texts(packages: &BTreeMap<String, Package>) -> Result<String> {
    let mut all = String::from("Ashlink is licensed under MIT or Apache 2.0, at your choice.\n");
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        all += &format!("\n{}", read(&places::root().join(name))?);
    }
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages.values().filter(|package| package.source.is_some()) {
        let folder = package.manifest_path.parent().context("a package without a folder")?;
        let who = format!("{} {} ({})", package.name, package.version, package.licence());
        let texts = licences(folder)?;
        if texts.is_empty() {
            by_text.entry("Its package has no text of a licence.\n".to_owned()).or_default().push(who.clone());
        }
        for text in texts {
            by_text.entry(text).or_default().push(who.clone());
        }
    }
    let musl = read(&TOOLS.module("ziglang")?.join("lib/libc/musl/COPYRIGHT"))?;
    by_text.entry(musl).or_default().push("the C library musl".to_owned());
    let certifi = "Mozilla's list of certificate authorities, by certifi (MPL 2.0: https://mozilla.org/MPL/2.0/)";
    all += "\nIt contains Rust's standard library (MIT or Apache 2.0, as above), and what follows. The image also \
            contains\n";
    all += &format!("{certifi}.\n");
    let mut sections: Vec<_> = by_text.into_iter().map(|(text, who)| (who, text)).collect();
    sections.sort_unstable();
    for (who, text) in sections {
        all += &format!("\n{}\n{}\n\n{text}", "=".repeat(80), who.join("\n"));
    }
    Ok(all)
}

/// The texts in a crate's own folder.
fn licences(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        path.is_file() && LICENCES.iter().any(|start| name.starts_with(start))
    });
    files.sort_unstable();
    files.iter().map(|path| read(path)).collect()
}

/// A text with ends of lines as ours are, so that the same licence is the same text.
fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().map(|line| format!("{}\n", line.trim_end())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_release_is_listed_with_what_it_uses_and_how_it_may_be_passed_on() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [("LICENSE-MIT", "may\r\n"), ("license.txt", "must\n"), ("README", "x")] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        assert_eq!(licences(folder.path()).unwrap(), ["may\n", "must\n"]);

        let package = |name: &str| Package {
            id: format!("id-{name}"),
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: Some("MIT/Apache-2.0".to_owned()),
            manifest_path: folder.path().join("Cargo.toml"),
            source: None,
        };
        let packages = BTreeMap::from(["a", "b"].map(|name| (format!("id-{name}"), package(name))));
        let nodes = json!([{ "id": "id-a", "dependencies": ["id-b", "id-build"] }, { "id": "id-build" }]);
        let bill = bill(&packages, &nodes, "2026-01-01T00:00:00Z");
        assert_eq!(bill["components"][1]["purl"], "pkg:cargo/b@1.0.0");
        assert_eq!(bill["components"][1]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(bill["dependencies"], json!([{ "ref": "pkg:cargo/a@1.0.0", "dependsOn": ["pkg:cargo/b@1.0.0"] }]));
    }
}
