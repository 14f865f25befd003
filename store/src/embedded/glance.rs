//! A store's file as it would be after opening it: what is written stays in memory.

use super::disk::forwarded;
use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard};

/// In such pieces changes are kept.
const BLOCK: u64 = 4096;

/// redb's own file, which is only read.
#[derive(Debug)]
pub(super) struct Glance {
    file: FileBackend,
    changes: Mutex<Changes>,
}

#[derive(Debug)]
struct Changes {
    /// The length that the file would have.
    len: u64,
    /// How much of the file still counts: what is beyond was cut off, and is zero.
    kept: u64,
    blocks: BTreeMap<u64, Vec<u8>>,
}

impl Glance {
    pub(super) fn new(file: File) -> Result<Self, DatabaseError> {
        let file = FileBackend::new(file)?;
        let len = file.len()?;
        Ok(Self { file, changes: Mutex::new(Changes { len, kept: len, blocks: BTreeMap::new() }) })
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().expect("nothing panics while it has this lock")
    }

    /// A block with what was written to it.
    fn block(&self, changes: &Changes, index: u64) -> io::Result<Vec<u8>> {
        if let Some(block) = changes.blocks.get(&index) {
            return Ok(block.clone());
        }
        let start = index * BLOCK;
        let mut block = vec![0; size(BLOCK)];
        let there = changes.kept.saturating_sub(start).min(BLOCK);
        if there > 0 {
            self.file.read(start, &mut block[..size(there)])?;
        }
        Ok(block)
    }
}

/// A length within a block.
fn size(bytes: u64) -> usize {
    usize::try_from(bytes).expect("a block is small")
}

/// The blocks of a range: the number of each, where it begins within it, and how much is of it.
fn pieces(offset: u64, len: usize) -> impl Iterator<Item = (u64, usize, usize)> {
    let end = offset + len as u64;
    let mut at = offset;
    std::iter::from_fn(move || {
        let (index, from) = (at / BLOCK, at % BLOCK);
        let much = (BLOCK - from).min(end - at);
        at += much;
        (much > 0).then(|| (index, size(from), size(much)))
    })
}

impl StorageBackend for Glance {
    fn len(&self) -> io::Result<u64> {
        Ok(self.changes().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let changes = self.changes();
        if offset + out.len() as u64 > changes.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut rest = out;
        for (index, from, much) in pieces(offset, rest.len()) {
            let (piece, behind) = rest.split_at_mut(much);
            piece.copy_from_slice(&self.block(&changes, index)?[from..from + much]);
            rest = behind;
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut changes = self.changes();
        if len < changes.len {
            let mut last = self.block(&changes, len / BLOCK)?;
            last[size(len % BLOCK)..].fill(0);
            changes.blocks.split_off(&(len / BLOCK));
            changes.blocks.insert(len / BLOCK, last);
            changes.kept = changes.kept.min(len);
        }
        changes.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut changes = self.changes();
        changes.len = changes.len.max(offset + data.len() as u64);
        let mut rest = data;
        for (index, from, much) in pieces(offset, data.len()) {
            let (piece, behind) = rest.split_at(much);
            let mut block = self.block(&changes, index)?;
            block[from..from + much].copy_from_slice(piece);
            changes.blocks.insert(index, block);
            rest = behind;
        }
        Ok(())
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    forwarded!();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Seek as _, Write as _};

    #[test]
    fn it_is_read_as_it_was_written_and_the_file_stays() {
        let mut rng = fastrand::Rng::with_seed(11);
        let mut file = tempfile::tempfile().unwrap();
        let content: Vec<u8> = (0..20_000).map(|_| rng.u8(..)).collect();
        file.write_all(&content).unwrap();
        let glance = Glance::new(file.try_clone().unwrap()).unwrap();
        let mut expected = content.clone();
        for _ in 0..500 {
            match rng.u8(..10) {
                0 => {
                    let len = rng.usize(1..40_000);
                    expected.resize(len, 0);
                    glance.set_len(len as u64).unwrap();
                }
                1..6 => {
                    let start = rng.usize(..expected.len());
                    let data = vec![rng.u8(..); rng.usize(..=(expected.len() - start).min(10_000))];
                    expected[start..start + data.len()].copy_from_slice(&data);
                    glance.write(start as u64, &data).unwrap();
                }
                _ => {
                    let start = rng.usize(..expected.len());
                    let mut found = vec![0; rng.usize(..=expected.len() - start)];
                    glance.read(start as u64, &mut found).unwrap();
                    assert!(found == expected[start..start + found.len()]);
                }
            }
            assert_eq!(glance.len().unwrap(), expected.len() as u64);
        }
        assert!(glance.read(expected.len() as u64 - 1, &mut [0; 2]).is_err());
        file.rewind().unwrap();
        let mut left = Vec::new();
        file.read_to_end(&mut left).unwrap();
        assert!(left == content);
    }
}
