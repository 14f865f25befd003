//! Notes below `target` about work already done, so that the next run can skip it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A SHA-256 over named parts, each with its length, so that no two sets of parts look alike.
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Of nothing yet.
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    /// Adds one part under its name.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        for field in [name.as_bytes(), bytes] {
            self.0.update((field.len() as u64).to_le_bytes());
            self.0.update(field);
        }
    }

    /// The digest in hexadecimal.
    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// The SHA-256 of one run of bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the note says exactly this.
pub(crate) fn says(note: &Path, text: &str) -> bool {
    fs::read_to_string(note).is_ok_and(|found| found == text)
}

/// Whether the note says this and was written within the given time.
pub(crate) fn says_since(note: &Path, text: &str, age: Duration) -> bool {
    let written = fs::metadata(note).and_then(|data| data.modified()).ok();
    says(note, text) && written.and_then(|time| time.elapsed().ok()).is_some_and(|elapsed| elapsed < age)
}

/// Writes the note, making its folder.
pub(crate) fn write(note: &Path, text: &str) -> Result<()> {
    if let Some(dir) = note.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    fs::write(note, text).with_context(|| format!("cannot write {}", note.display()))
}

/// Takes the note back before the work it speaks of is begun again.
pub(crate) fn forget(note: &Path) {
    // A note that cannot be removed was not there; if it stays for another reason, `write` says so.
    let _ = fs::remove_file(note);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[(&str, &str)]) -> String {
        let mut fingerprint = Fingerprint::new();
        for (name, text) in parts {
            fingerprint.add(name, text.as_bytes());
        }
        fingerprint.finish()
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(of(&[("a", "bc")]), of(&[("ab", "c")]));
        assert_ne!(of(&[("a", ""), ("b", "")]), of(&[("a", "b")]));
        assert_eq!(of(&[("a", "b")]), of(&[("a", "b")]));
    }

    #[test]
    fn sha256_is_the_standard_one() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
