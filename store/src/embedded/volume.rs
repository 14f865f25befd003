//! The disk that the store's file is on, and the room that is kept on it.
//!
//! A claim, an acknowledgement and the end of a lifetime all write before they free anything. So some
//! room is kept in a file beside the store's, and given back piece by piece when the disk is full:
//! what is stored is handed out and dies on a full disk too. New secrets are refused before that.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The bounds of what is kept, in bytes.
const LEAST: u64 = 1024 * 1024;
const MOST: u64 = 16 * 1024 * 1024;
/// Of a budget and of a disk, such a part is kept.
const OF_BUDGET: u64 = 16;
const OF_DISK: u64 = 8;
/// In such steps room is taken and given back.
const STEP: u64 = 256 * 1024;
/// How much is written at once where room cannot be taken otherwise.
const PIECE: usize = 64 * 1024;

/// The disk, for all databases that are opened on it one after another. The default one is of unknown
/// size, and nothing is kept on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Volume(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether a sync has failed. After that the system may hold pages that it takes for written
    /// and the disk does not have, so what is read is no longer what is stored.
    sync_failed: AtomicBool,
    reserve: Mutex<Option<Reserve>>,
}

/// The file that keeps room.
#[derive(Debug)]
struct Reserve {
    path: PathBuf,
    file: Option<File>,
    /// How much is to be kept.
    size: u64,
    /// How much is kept now, in bytes.
    kept: u64,
    /// Whether the rest could not be had for lack of room.
    short: bool,
}

/// How much room there is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// What the disk has free.
    pub(super) free: u64,
    /// What is kept of it besides.
    pub(super) kept: u64,
    /// What is to be kept.
    pub(super) size: u64,
    /// Whether the disk had no room for that, whatever it says to have free.
    pub(super) short: bool,
}

impl Volume {
    /// The disk of a store's file, which need not be there yet, and a store of so many bytes. Makes
    /// nothing: a file that is refused gets no other beside it.
    pub(super) fn of(path: &Path, budget: u64) -> Self {
        // Behind a symbolic link is another disk, perhaps.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut name = path.clone().into_os_string();
        name.push(".reserve");
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Ok(found) = rustix::fs::statvfs(folder) else { return Self::default() };
        if found.f_blocks == 0 {
            // It does not say how large it is.
            return Self::default();
        }
        let disk = found.f_blocks.saturating_mul(found.f_frsize);
        let size = (budget / OF_BUDGET).min(disk / OF_DISK).clamp(LEAST, MOST);
        let mut reserve = Reserve { path: name.into(), file: None, size, kept: 0, short: false };
        reserve.find();
        Self(Arc::new(State { sync_failed: AtomicBool::new(false), reserve: Mutex::new(Some(reserve)) }))
    }

    /// A sync has failed.
    pub(super) fn sync_failed(&self) {
        self.0.sync_failed.store(true, Ordering::Relaxed);
    }

    /// Whether a sync has ever failed.
    pub(super) fn has_sync_failed(&self) -> bool {
        self.0.sync_failed.load(Ordering::Relaxed)
    }

    /// Gives back so much of what is kept, or more; says whether there was any.
    pub(super) fn give_way(&self, bytes: u64) -> bool {
        self.reserve().as_mut().is_some_and(|reserve| reserve.give_back(bytes))
    }

    /// Keeps what is to be kept, as far as there is room, and says how much there is. Nothing where
    /// that is unknown.
    pub(super) fn room(&self) -> Option<Room> {
        let mut reserve = self.reserve();
        let reserve = reserve.as_mut()?;
        reserve.fill();
        let found = rustix::fs::statvfs(reserve.path.parent()?).ok()?;
        let free = found.f_bavail.saturating_mul(found.f_frsize);
        Some(Room { free, kept: reserve.kept, size: reserve.size, short: reserve.short })
    }

    fn reserve(&self) -> MutexGuard<'_, Option<Reserve>> {
        self.0.reserve.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the disk, or the user's part of it, is full.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl Reserve {
    /// Takes over what an earlier process has kept.
    fn find(&mut self) {
        let Ok(file) = self.open(false) else { return };
        let Ok(found) = file.metadata() else { return };
        // A copy may have lost what was in it, which was nothing.
        let whole = take(&file, 0, found.len()).is_ok();
        self.kept = if whole { found.len() } else { found.len().min(found.blocks() * 512) };
        self.file = Some(file);
    }

    fn open(&self, create: bool) -> io::Result<File> {
        let nofollow = rustix::fs::OFlags::NOFOLLOW.bits();
        let flags = i32::try_from(nofollow).map_err(io::Error::other)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(create).truncate(false).mode(0o600).custom_flags(flags);
        let file = options.open(&self.path)?;
        if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
    }

    fn fill(&mut self) {
        if self.kept >= self.size {
            return;
        }
        let filled = self.fill_up();
        let short = filled.as_ref().is_err_and(is_full);
        match filled {
            Ok(()) if self.short => tracing::info!("the store's reserve on the disk is whole again"),
            Err(error) if !short => {
                tracing::debug!(%error, "no room can be kept beside the store's file");
            }
            _ => {}
        }
        self.short = short;
    }

    fn fill_up(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(self.open(true)?);
        }
        let Some(file) = &self.file else { return Ok(()) };
        while self.kept < self.size {
            let step = STEP.min(self.size - self.kept);
            take(file, self.kept, step)?;
            self.kept += step;
        }
        Ok(())
    }

    fn give_back(&mut self, bytes: u64) -> bool {
        let Some(file) = self.file.as_ref().filter(|_| self.kept > 0) else { return false };
        if self.kept >= self.size {
            tracing::warn!("the disk is full: what is stored is handed out, nothing new is taken until there is room");
        }
        let left = self.kept.saturating_sub(bytes.next_multiple_of(STEP).max(STEP));
        // Some systems give it back with the next sync only.
        if let Err(error) = file.set_len(left).and_then(|()| file.sync_all()) {
            tracing::error!(%error, "the room that is kept beside the store's file cannot be given back");
            return false;
        }
        self.kept = left;
        self.short = true;
        true
    }
}

/// Takes room for a part of a file.
fn take(file: &File, from: u64, len: u64) -> io::Result<()> {
    use rustix::io::Errno;
    if len == 0 {
        return Ok(());
    }
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), from, len) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => write(file, from, len),
        taken => Ok(taken?),
    }
}

/// Takes room by writing what no file system makes smaller.
fn write(file: &File, from: u64, len: u64) -> io::Result<()> {
    use std::os::unix::fs::FileExt as _;
    let mut noise = vec![0; PIECE];
    getrandom::fill(&mut noise).map_err(io::Error::other)?;
    let mut at = from;
    while at < from + len {
        let piece = usize::try_from(from + len - at).unwrap_or(PIECE).min(PIECE);
        file.write_all_at(&noise[..piece], at)?;
        at += piece as u64;
    }
    Ok(())
}

/// What a store may grow to on its disk, in bytes as the budget counts them.
#[derive(Debug)]
pub(super) struct Growth {
    /// The most that the file has held since it was opened or compacted: it has the room for that
    /// again, whatever is free outside.
    held: u64,
    /// Whether the disk stood in the way of anything new at last.
    stopped: bool,
}

impl Growth {
    /// That of a file that holds so much.
    pub(super) const fn of(used: u64) -> Self {
        Self { held: used, stopped: false }
    }

    /// How much may be in use; `used` is.
    pub(super) fn limit(&mut self, used: u64, budget: u64, room: Option<Room>) -> u64 {
        self.held = self.held.max(used);
        let Some(room) = room else { return budget };
        let limit = budget.min(used.saturating_add(room.takes(used, self.held)));
        let stopped = limit < budget && limit.saturating_sub(used) < STEP;
        if stopped != self.stopped {
            self.stopped = stopped;
            if stopped {
                tracing::warn!(free = room.free, "the disk has no room for new secrets; what is stored is handed out");
            } else {
                tracing::info!("the disk has room for new secrets again");
            }
        }
        limit
    }
}

impl Room {
    /// Whether a commit may have to do with what is kept.
    pub(super) const fn is_tight(self) -> bool {
        self.short || self.free < self.size
    }

    /// How many bytes of new secrets there is room for. A secret takes up to twice its size, and
    /// what a commit changes is written anew.
    fn takes(self, used: u64, held: u64) -> u64 {
        let Self { free, kept, size, short } = self;
        let outside = if short { 0 } else { free.saturating_sub(size.saturating_sub(kept) + size / 2) / 2 };
        // Free pages within the file: a quarter of them may be where nothing was written yet. If it
        // were all of them, half of what is kept would still be there for claims.
        let inside = (held / 4 * 3).saturating_sub(used).min(kept.saturating_sub(size / 2) / 2);
        outside.max(inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    fn room(free: u64, kept: u64) -> Room {
        Room { free, kept, size: 4 * MIB, short: kept < 4 * MIB }
    }

    #[test]
    fn a_disk_with_room_leaves_it_to_the_budget() {
        let mut growth = Growth::of(0);
        assert_eq!(growth.limit(0, 100 * MIB, None), 100 * MIB);
        assert_eq!(growth.limit(0, 100 * MIB, Some(room(1000 * MIB, 4 * MIB))), 100 * MIB);
        // A secret takes up to twice its size.
        assert_eq!(growth.limit(10 * MIB, 100 * MIB, Some(room(22 * MIB, 4 * MIB))), 20 * MIB);
    }

    #[test]
    fn a_full_disk_takes_again_what_the_file_has_held() {
        let mut growth = Growth::of(0);
        assert_eq!(growth.limit(40 * MIB, 100 * MIB, Some(room(0, 4 * MIB))), 40 * MIB);
        assert_eq!(growth.limit(31 * MIB, 100 * MIB, Some(room(0, 4 * MIB))), 31 * MIB);
        assert_eq!(growth.limit(10 * MIB, 100 * MIB, Some(room(0, 4 * MIB))), 11 * MIB);
        // Half of what is kept is for claims alone.
        assert_eq!(growth.limit(10 * MIB, 100 * MIB, Some(room(0, 2 * MIB))), 10 * MIB);
        // A quota leaves no room, whatever is free.
        assert_eq!(growth.limit(10 * MIB, 100 * MIB, Some(room(500 * MIB, 2 * MIB))), 10 * MIB);
    }

    #[test]
    fn room_is_kept_and_given_back_and_kept_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let reserve = folder.path().join("store.reserve");
        let bytes = || std::fs::metadata(&reserve).unwrap().blocks() * 512;
        let volume = Volume::of(&path, 64 * MIB);
        assert!(!reserve.exists(), "nothing is made for a store that may be refused");
        assert!(!volume.give_way(1));
        let found = volume.room().unwrap();
        assert_eq!((found.kept, found.size, found.short), (4 * MIB, 4 * MIB, false));
        assert!(bytes() >= 4 * MIB, "{}", bytes());
        assert!(volume.give_way(MIB + 1));
        assert!((2 * MIB..3 * MIB).contains(&bytes()), "{}", bytes());
        // What another process left is taken over.
        let volume = Volume::of(&path, 64 * MIB);
        assert!(volume.give_way(1));
        assert!(volume.give_way(100 * MIB));
        assert!(!volume.give_way(1), "there is nothing left");
        assert_eq!(volume.room().unwrap().kept, 4 * MIB);
        assert!(bytes() >= 4 * MIB, "{}", bytes());
    }

    #[test]
    fn where_room_cannot_be_taken_it_is_written() {
        let file = tempfile::tempfile().unwrap();
        write(&file, 1000, 200_000).unwrap();
        let found = file.metadata().unwrap();
        assert_eq!(found.len(), 201_000);
        assert!(found.blocks() * 512 >= 200_000);
    }
}
