//! Notes below `target` about work already done, so that the next run can skip it; and the lock that
//! lets one xtask at a time do it.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::places;

/// A SHA-256 in hexadecimal over some parts, each with its length, so that no two lists of parts look alike.
pub(crate) fn fingerprint<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// The SHA-256 of one run of bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a note is there and says exactly this.
pub(crate) fn says(note: &Path, text: &str) -> bool {
    fs::read_to_string(note).is_ok_and(|found| found == text)
}

/// Writes a note or another file, making its folder.
pub(crate) fn write(file: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    let folder = file.parent().context("a file without a folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, bytes))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Waits for other xtasks that write below `target/site`, `target/vectors` and `node_modules`; the lock
/// ends with the value, or with the process.
pub(crate) fn lock() -> Result<File> {
    let path = places::notes().join("lock");
    fs::create_dir_all(places::notes()).context("cannot make the folder of notes")?;
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Waiting for another xtask that is building.");
            file.lock().context("cannot lock")?;
        }
        // Some network file systems have no locks; there it is as if we were alone.
        Err(TryLockError::Error(error)) => println!("Going on without a lock on {}: {error}.", path.display()),
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let of = |parts: &[&str]| fingerprint(parts.iter().map(|part| part.as_bytes()));
        assert_ne!(of(&["a", "bc"]), of(&["ab", "c"]));
        assert_ne!(of(&["a", "", "b", ""]), of(&["a", "b"]));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
    }

    #[test]
    fn sha256_is_the_standard_one() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
