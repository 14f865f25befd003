//! Opening the store's file, or making it.
//!
//! A file is made beside its place and then moved there, so that what stands under the name
//! is always a whole store; and one that is there is never overwritten, whatever it holds.

use super::disk::Disk;
use super::glance::Glance;
use super::layout::{self, Unfit};
use super::volume::Volume;
use redb::{Builder, Database, DatabaseError, StorageBackend, StorageError};
use rustix::fs::{Access, access};
use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Memory for pages of the file, besides what the system keeps of it anyway.
const CACHE: usize = 64 * 1024 * 1024;
/// Bits of a file's mode that let others than its owner at it.
const OTHERS: u32 = 0o077;

/// Why a file cannot be the store, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum UnusableFile {
    /// The place for it is missing.
    #[error("the folder {} does not exist", .0.display())]
    NoFolder(PathBuf),
    /// The user may not.
    #[error("this user may not {0}; give it to the user that the server runs as")]
    Denied(&'static str),
    /// The system answered EROFS.
    #[error("its disk is mounted read-only; choose a folder that can be written, in a container one of a volume")]
    ReadOnly,
    /// A folder, a device …
    #[error("it is not a regular file")]
    NotAFile,
    /// Something made an empty file, or lost what was in it.
    #[error("it is empty; remove it, and a new store is made in its place")]
    Empty,
    /// Another process uses it.
    #[error("another process has it open; stop that one, or give each server a file of its own")]
    InUse,
    /// Another program's file.
    #[error("it is not a store of Ashlink's, and was left as it is")]
    Foreign,
    /// A later version's file, or a much earlier one's.
    #[error("another version of Ashlink wrote it ({0}); use that version, or move the file away to begin anew")]
    OtherVersion(String),
    /// Checksums do not fit.
    #[error("it is damaged ({0}); move it away to begin anew")]
    Damaged(String),
    /// Others may read it, and that cannot be changed.
    #[error("others than its owner may read or write it; make its mode 600")]
    Open,
    /// The disk did not take what it was given.
    #[error("the disk failed to write it; check the disk, then start the server again")]
    Unsynced,
    /// Anything else that the system says.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<DatabaseError> for UnusableFile {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => Self::InUse,
            DatabaseError::UpgradeRequired(format) => Self::OtherVersion(format!("file format {format}")),
            // What redb says of a file that does not begin as its own do.
            DatabaseError::Storage(StorageError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
                Self::Foreign
            }
            DatabaseError::Storage(StorageError::Io(error)) => Self::Io(error),
            error => Self::Damaged(error.to_string()),
        }
    }
}

impl From<Unfit> for UnusableFile {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Foreign => Self::Foreign,
            Unfit::OtherLayout(layout) => Self::OtherVersion(format!("layout {layout}")),
            Unfit::Damaged(error) => Self::Damaged(error.to_string()),
        }
    }
}

/// Opens the store in this file, or makes an empty one when there is no such file.
pub(super) fn open(path: &Path, volume: &Volume) -> Result<Database, UnusableFile> {
    match open_existing(path, volume) {
        Err(UnusableFile::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    match create(path, volume) {
        // Another process was quicker: its file it is.
        Err(UnusableFile::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => open_existing(path, volume),
        created => created,
    }
}

/// Opens the store in this file.
pub(super) fn open_existing(path: &Path, volume: &Volume) -> Result<Database, UnusableFile> {
    let (file, found) = own_file(path)?;
    tracing::info!(bytes = found.len(), "checking the store's file");
    let database = checked(Disk::new(file, volume.clone())?)?;
    if is_open_to_others(&found) {
        // Only now is it known to be ours.
        std::fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(|_| UnusableFile::Open)?;
        tracing::warn!("others could read the store's file; its mode is now 600");
    }
    Ok(database)
}

/// Opens what [`open`] would open, and changes nothing: what redb writes stays in memory. No store
/// when there is no such file, and one could be made.
///
/// Who opens it for real meanwhile is told that it is in use.
pub(super) fn glance(path: &Path) -> Result<Option<Database>, UnusableFile> {
    let (file, found) = match own_file(path) {
        Err(UnusableFile::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            return may_create(folder_of(path)).map(|()| None);
        }
        found => found?,
    };
    // As the start would, which makes it the owner's alone.
    if is_open_to_others(&found) && !may_change_mode(&found) {
        return Err(UnusableFile::Open);
    }
    checked(Glance::new(file)?).map(Some)
}

/// Opens the store in this file to look into it: what redb writes stays in memory.
pub(super) fn open_to_look(path: &Path) -> Result<Database, UnusableFile> {
    checked(Glance::new(own_file(path)?.0)?)
}

fn is_open_to_others(found: &Metadata) -> bool {
    found.permissions().mode() & OTHERS != 0
}

fn may_change_mode(found: &Metadata) -> bool {
    let user = rustix::process::geteuid();
    user.is_root() || user.as_raw() == found.uid()
}

/// Whether files can be made in a folder.
fn may_create(folder: &Path) -> Result<(), UnusableFile> {
    if !folder.is_dir() {
        return Err(UnusableFile::NoFolder(folder.to_owned()));
    }
    access(folder, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| denied(error.into(), "create files in its folder"))
}

/// A file that may be the store, opened for reading and writing.
fn own_file(path: &Path) -> Result<(File, Metadata), UnusableFile> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(UnusableFile::NotAFile);
    }
    let file =
        OpenOptions::new().read(true).write(true).open(path).map_err(|error| denied(error, "read and write it"))?;
    let found = file.metadata()?;
    if found.len() == 0 {
        return Err(UnusableFile::Empty);
    }
    Ok((file, found))
}

/// Opens it, and holds that it is a store of this version.
fn checked(disk: impl StorageBackend) -> Result<Database, UnusableFile> {
    // redb reports most damage, and stumbles over some of it.
    catch_unwind(AssertUnwindSafe(|| -> Result<_, UnusableFile> {
        let database = builder().create_with_backend(disk)?;
        layout::check(&database)?;
        Ok(database)
    }))
    .unwrap_or_else(|_| Err(UnusableFile::Damaged("its pages contradict each other".to_owned())))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn create(path: &Path, volume: &Volume) -> Result<Database, UnusableFile> {
    let folder = folder_of(path);
    // Its mode is 600 from its first moment, whatever the umask.
    let (file, temporary) = tempfile::Builder::new()
        .prefix(".ashlink-")
        .suffix(".new")
        .tempfile_in(folder)
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => UnusableFile::NoFolder(folder.to_owned()),
            _ => denied(error, "create files in its folder"),
        })?
        .into_parts();
    let database = builder().create_with_backend(Disk::new(file, volume.clone())?)?;
    layout::create(&database).map_err(|error| match error {
        redb::Error::Io(error) => UnusableFile::Io(error),
        error => UnusableFile::Damaged(error.to_string()),
    })?;
    temporary.persist_noclobber(path).map_err(|error| error.error)?;
    // The name must survive a loss of power too, or the secrets would go with it.
    File::open(folder)?.sync_all()?;
    tracing::info!("made a new store");
    Ok(database)
}

/// How a file is opened.
///
/// Every page is checked against its checksum each time, not only after a crash: what is
/// damaged is found here, with words, and not by somebody's claim. That takes half a second
/// for 256 MiB in large secrets, and some seconds in small ones. It also finds the free pages anew, which is
/// why commits need not write them down (redb's quick repair) at the price of a second sync
/// each. For the same reason one sync is enough: a commit that power was cut from has wrong
/// checksums, and nobody was answered.
pub(super) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE).set_check_integrity_on_open(true);
    builder
}

fn denied(error: io::Error, what: &'static str) -> UnusableFile {
    match error.kind() {
        io::ErrorKind::PermissionDenied => UnusableFile::Denied(what),
        io::ErrorKind::ReadOnlyFilesystem => UnusableFile::ReadOnly,
        _ => UnusableFile::Io(error),
    }
}

#[cfg(test)]
mod tests;
