//! What readers and the writing thread share.

use super::clock::StoreClock;
use super::file::UnusableFile;
use redb::Database;
use tokio::sync::RwLock;

/// The database and its time.
pub(super) struct Shared {
    /// Readers and commits share it; compaction and opening anew have it alone. After a failure it is
    /// one to look into, whose writes stay in memory, or none if it cannot be read either; until it
    /// could be opened again.
    pub(super) database: RwLock<Option<Database>>,
    pub(super) clock: StoreClock,
}

/// Opens the database again after a failure.
pub(super) struct Reopen {
    /// For reading and writing; where the file is missing, it makes none.
    pub(super) for_use: Open,
    /// To look into it, while it cannot be used.
    pub(super) to_look: Open,
}

/// A way to open the database; the one before must be closed.
pub(super) type Open = Box<dyn Fn() -> Result<Database, UnusableFile> + Send>;
