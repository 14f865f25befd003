//! `manifest.txt`: one line for each file, `name path`, sorted by name.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::asset::Asset;

/// The file's name within the site.
pub(crate) const FILE: &str = "manifest.txt";

/// The manifest of these files.
pub(crate) fn text(assets: &[Asset]) -> String {
    let mut lines: Vec<String> = assets.iter().map(|asset| format!("{} {}\n", asset.name, asset.path)).collect();
    lines.sort_unstable();
    lines.concat()
}

/// The names and paths of a built site.
pub(crate) fn read(site: &Path) -> Result<Vec<(String, String)>> {
    let file = site.join(FILE);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(entries(&text))
}

/// Whether the site is there with every file it lists.
pub(crate) fn is_complete(site: &Path) -> bool {
    read(site).is_ok_and(|entries| !entries.is_empty() && entries.iter().all(|(_, path)| site.join(path).is_file()))
}

fn entries(text: &str) -> Vec<(String, String)> {
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(name, path)| (name.to_owned(), path.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let assets = [Asset::public("favicon.svg", vec![]), Asset::hashed("boot.js", b"abc".to_vec())];
        let written = text(&assets);
        assert_eq!(written, "boot.js pkg/boot.ba7816bf8f01cfea.js\nfavicon.svg public/favicon.svg\n");
        assert_eq!(entries(&written)[1], ("favicon.svg".to_owned(), "public/favicon.svg".to_owned()));
    }
}
