//! redb alone: each change a transaction of its own, and in a file each with its sync.

use redb::backends::InMemoryBackend;
use redb::{Database, TableDefinition};
use std::path::Path;
use std::time::{Duration, Instant};

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("values");

/// Cycles of insert and remove, as many a second as one writer can: redb has one at a time,
/// however many ask.
pub(crate) fn measure(file: Option<&Path>, value: &[u8], window: Duration) -> anyhow::Result<crate::load::Outcome> {
    let database = match file {
        Some(path) => {
            if path.exists() {
                std::fs::remove_file(path)?;
            }
            Database::create(path)?
        }
        None => Database::builder().create_with_backend(InMemoryBackend::new())?,
    };
    let begin = Instant::now();
    let mut cycles = Vec::new();
    while begin.elapsed() < window {
        let start = Instant::now();
        let mut key = [0; 16];
        fastrand::fill(&mut key);
        let write = database.begin_write()?;
        write.open_table(TABLE)?.insert(key.as_slice(), value)?;
        write.commit()?;
        let write = database.begin_write()?;
        write.open_table(TABLE)?.remove(key.as_slice())?;
        write.commit()?;
        cycles.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    // There is no driver: the thread is the contender.
    Ok(crate::load::Outcome::new(cycles, begin.elapsed(), Duration::ZERO))
}
