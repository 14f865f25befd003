//! The page's files as they are served: their names, their compressed forms, and the list of them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::notes;
use crate::places;

/// How much of the SHA-256 is in a name: 64 bits, as these names need not resist forgery.
const HASH_DIGITS: usize = 16;

/// The list: one line for each file, `name path`, sorted by name.
const MANIFEST: &str = "manifest.txt";

/// The extension of what is compressed with brotli.
pub(crate) const BROTLI: &str = "br";

type Encode = fn(&[u8]) -> Result<Vec<u8>>;

/// The content codings, by the extension under which they lie beside the file: as hard as it goes,
/// since it is done once and served often.
const CODINGS: [(&str, Encode); 2] = [(BROTLI, brotli), ("gz", gzip)];

pub(super) struct Asset {
    /// The name that the server's code knows it by.
    pub(super) name: String,
    pub(super) path: String,
    bytes: Vec<u8>,
}

impl Asset {
    /// A file whose path changes with its contents, so that browsers may keep it for ever.
    pub(super) fn hashed(name: &str, bytes: Vec<u8>) -> Self {
        let hash = &notes::sha256(&bytes)[..HASH_DIGITS];
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        Self { name: name.to_owned(), path: format!("pkg/{stem}.{hash}.{extension}"), bytes }
    }

    /// A file that others know by its own name.
    pub(super) fn public(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), path: format!("public/{name}"), bytes }
    }
}

/// The names and files of the built page.
pub(crate) fn manifest() -> Result<Vec<(String, PathBuf)>> {
    let file = places::site().join(MANIFEST);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    Ok(pairs.map(|(name, path)| (name.to_owned(), places::site().join(path))).collect())
}

/// Makes the folder hold exactly these files, each with its compressed forms beside it.
pub(super) fn write(assets: &[Asset], site: &Path) -> Result<()> {
    let mut files = compressed(assets)?;
    files.extend(assets.iter().map(|asset| (PathBuf::from(&asset.path), asset.bytes.clone())));
    let mut lines: Vec<String> = assets.iter().map(|asset| format!("{} {}\n", asset.name, asset.path)).collect();
    lines.sort_unstable();
    files.insert(MANIFEST.into(), lines.concat().into_bytes());

    if site.exists() {
        fs::remove_dir_all(site).with_context(|| format!("cannot remove {}", site.display()))?;
    }
    files.iter().try_for_each(|(path, bytes)| notes::write(&site.join(path), bytes))
}

/// The compressed forms of all files: one thread for each, as brotli takes its time over the modules.
fn compressed(assets: &[Asset]) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    thread::scope(|scope| {
        let forms = assets.iter().flat_map(|asset| CODINGS.map(|coding| (asset, coding)));
        let work: Vec<_> = forms
            .map(|(asset, (extension, encode))| {
                let path = PathBuf::from(format!("{}.{extension}", asset.path));
                (path, scope.spawn(move || encode(&asset.bytes)))
            })
            .collect();
        work.into_iter()
            .map(|(path, work)| Ok((path, work.join().expect("encoders return errors, not panics")?)))
            .collect()
    })
}

/// Brotli at quality 11 with the largest window that every browser takes.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).context("compressing with brotli")?;
    Ok(out)
}

/// Gzip at level 9, without name or time, so that equal files stay equal.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).context("compressing with gzip")?;
    encoder.finish().context("compressing with gzip")
}

/// Every file below a folder, by its path within it, sorted.
pub(super) fn list(dir: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
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
    use std::io::Read as _;

    #[test]
    fn both_codings_give_the_bytes_back() {
        let bytes = "ash to ash, ".repeat(500).into_bytes();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &brotli(&bytes).unwrap()[..], &mut back).unwrap();
        assert_eq!(back, bytes);
        back.clear();
        flate2::read::GzDecoder::new(&gzip(&bytes).unwrap()[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
    }

    #[test]
    fn the_folder_ends_up_with_these_files_alone() {
        let site = tempfile::tempdir().unwrap();
        let names = || list(site.path()).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let icon = Asset::public("icons/x.svg", b"x".to_vec());
        write(&[icon, Asset::hashed("a_b.js", b"abc".to_vec())], site.path()).unwrap();
        let first = names();
        assert_eq!(first.len(), 7, "{first:?}");
        assert_eq!(
            fs::read_to_string(site.path().join(MANIFEST)).unwrap(),
            "a_b.js pkg/a_b.ba7816bf8f01cfea.js\nicons/x.svg public/icons/x.svg\n"
        );

        write(&[Asset::hashed("a_b.js", b"2".to_vec())], site.path()).unwrap();
        let second = names();
        assert_eq!(second.len(), 4, "{second:?}");
        assert!(!second.contains(&first[1]));
    }
}
