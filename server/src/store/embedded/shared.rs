//! What readers and the writing thread share.

use super::clock::StoreClock;
use super::file::UnusableFile;
use redb::Database;
use tokio::sync::RwLock;

/// The database and its time.
pub(super) struct Shared {
    /// Readers and commits share it; compaction and opening anew have it alone. There is none
    /// after a failure, until it could be opened again.
    pub(super) database: RwLock<Option<Database>>,
    pub(super) clock: StoreClock,
}

/// Opens the database again after a failure.
pub(super) type Reopen = Box<dyn Fn() -> Result<Database, UnusableFile> + Send>;
