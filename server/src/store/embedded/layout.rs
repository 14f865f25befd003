//! What makes a redb database a store of ours: its tables, and a mark that says how they are
//! to be read.

use super::rows::database::{DEADLINES, ENVELOPES, RECORDS};
use redb::{Database, ReadableDatabase as _, TableDefinition, TableError};

/// The mark. It carries our name, so that another program's database is not taken for a store.
const MARK: TableDefinition<'_, &str, u32> = TableDefinition::new("ashlink");
const KEY: &str = "layout";

/// The way in which this version lays out tables and keys. A change that an older version
/// would misread takes the next number. Records carry a version of their own.
pub(super) const LAYOUT: u32 = 3;

/// Why a database is none that this version can use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    /// It is another program's.
    #[error("there is no mark of ours in it")]
    Foreign,
    /// A version with another layout wrote it.
    #[error("layout {0}")]
    OtherLayout(u32),
    /// It says to be a store, and is none.
    #[error(transparent)]
    Damaged(#[from] redb::Error),
}

/// Makes the tables and the mark, in one step.
pub(super) fn create(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(RECORDS)?;
    transaction.open_table(ENVELOPES)?;
    transaction.open_table(DEADLINES)?;
    transaction.open_table(MARK)?.insert(KEY, LAYOUT)?;
    transaction.commit()?;
    Ok(())
}

/// Checks that this version can read the database. Changes nothing.
pub(super) fn check(database: &Database) -> Result<(), Unfit> {
    let transaction = database.begin_read().map_err(redb::Error::from)?;
    let mark = match transaction.open_table(MARK) {
        Ok(mark) => mark,
        Err(TableError::Storage(error)) => return Err(Unfit::Damaged(error.into())),
        Err(_) => return Err(Unfit::Foreign),
    };
    match mark.get(KEY).map_err(redb::Error::from)?.map(|layout| layout.value()) {
        Some(LAYOUT) => {}
        Some(other) => return Err(Unfit::OtherLayout(other)),
        None => return Err(Unfit::Foreign),
    }
    transaction.open_table(RECORDS).map_err(redb::Error::from)?;
    transaction.open_table(ENVELOPES).map_err(redb::Error::from)?;
    transaction.open_table(DEADLINES).map_err(redb::Error::from)?;
    Ok(())
}

#[cfg(test)]
pub(super) fn mark_as(database: &Database, layout: u32) {
    let transaction = database.begin_write().unwrap();
    transaction.open_table(MARK).unwrap().insert(KEY, layout).unwrap();
    transaction.commit().unwrap();
}
