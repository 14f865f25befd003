//! Writes the page's files, and removes those of the build before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};

use super::asset::Asset;
use super::compress::CODINGS;
use super::manifest;

/// Makes the folder hold exactly these files, each with its compressed forms beside it.
pub(crate) fn write(assets: &[Asset], site: &Path) -> Result<()> {
    let mut files = compressed(assets)?;
    for asset in assets {
        files.insert(asset.path.clone().into(), asset.bytes.clone());
    }
    files.insert(manifest::FILE.into(), manifest::text(assets).into_bytes());

    for (path, bytes) in &files {
        let path = site.join(path);
        // A file that stays as it is keeps its time, and the server is not built again for it.
        if fs::read(&path).is_ok_and(|found| found == *bytes) {
            continue;
        }
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for (path, file) in list(site)? {
        if !files.contains_key(&path) {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// The compressed forms of all files: one thread for each, as brotli takes its time over the modules.
fn compressed(assets: &[Asset]) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    thread::scope(|scope| {
        let work: Vec<_> = assets
            .iter()
            .flat_map(|asset| CODINGS.map(|(extension, encode)| (asset, extension, encode)))
            .map(|(asset, extension, encode)| {
                let path = PathBuf::from(format!("{}.{extension}", asset.path));
                (path, scope.spawn(move || encode(&asset.bytes)))
            })
            .collect();
        work.into_iter()
            .map(|(path, work)| Ok((path, work.join().expect("encoders return errors, not panics")?)))
            .collect()
    })
}

/// Every file below a folder, by its path within it, sorted.
pub(crate) fn list(dir: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let within = path.strip_prefix(dir).expect("it was found below that folder").to_path_buf();
                found.push((within, path));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_ends_up_with_these_files_alone() {
        let site = tempfile::tempdir().unwrap();
        let names = || list(site.path()).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        write(&[Asset::hashed("a.js", b"1".to_vec()), Asset::public("icons/x.svg", b"x".to_vec())], site.path())
            .unwrap();
        let first = names();
        assert_eq!(first.len(), 7, "{first:?}");
        assert!(manifest::is_complete(site.path()));

        write(&[Asset::hashed("a.js", b"2".to_vec())], site.path()).unwrap();
        let second = names();
        assert_eq!(second.len(), 4, "{second:?}");
        assert!(!second.contains(&first[1]));
    }
}
