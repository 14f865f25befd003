//! The file as redb uses it, with three things more: a file system without locks is refused, a sync
//! that failed is remembered, and on a full disk what is written takes the room that is kept for it.

use super::volume::{Volume, is_full};
use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};
use std::fs::File;
use std::io;
use std::ops::Bound;

/// redb's own file.
#[derive(Debug)]
pub(super) struct Disk {
    file: FileBackend,
    volume: Volume,
}

impl Disk {
    pub(super) fn new(file: File, volume: Volume) -> Result<Self, DatabaseError> {
        Ok(Self { file: FileBackend::new(file)?, volume })
    }

    /// Does something for which the disk may be too full, with what is kept if need be. redb takes
    /// nothing more after an error, so it must not see one.
    fn with_room(&self, bytes: u64, act: impl Fn() -> io::Result<()>) -> io::Result<()> {
        loop {
            match act() {
                Err(error) if is_full(&error) && self.volume.give_way(bytes) => {}
                done => return done,
            }
        }
    }
}

/// What redb asks of its storage and a file underneath, `self.file`, does as it is: closing, and all locks but the
/// one of which a store may need to know.
macro_rules! forwarded {
    () => {
        fn close(&self) -> std::io::Result<()> {
            self.file.close()
        }

        fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
            self.file.try_lock_shared_range(start, end)
        }

        fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
            self.file.lock_range(start, end)
        }

        fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
            self.file.lock_shared_range(start, end)
        }

        fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
            self.file.unlock_range(start, end)
        }

        fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
            self.file.query_lock_range(start, end)
        }
    };
}
pub(super) use forwarded;

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with_room(0, || self.file.set_len(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data().inspect_err(|_| self.volume.sync_failed())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.with_room(data.len() as u64, || self.file.write(offset, data))
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        match self.file.try_lock_range(start, end) {
            // redb would go on without a lock, and two processes would hand out one view twice.
            Err(BackendError::Unsupported) if (start, end) == (Bound::Unbounded, Bound::Unbounded) => {
                Err(BackendError::Io(io::Error::other("its file system has no locks")))
            }
            locked => locked,
        }
    }

    forwarded!();
}
