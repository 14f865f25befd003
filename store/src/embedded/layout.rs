//! What makes a redb database a store of ours: its tables, and a mark that says how they are
//! to be read.

use super::rows::database::{DEADLINES, ENVELOPES, RECORDS};
use crate::quota::QuotaKey;
use redb::{Database, ReadableDatabase as _, TableDefinition, TableError};

/// The mark. It carries our name, so that another program's database is not taken for a store.
const MARK: TableDefinition<'_, &str, u32> = TableDefinition::new("ashlink");
const KEY: &str = "layout";

/// What lives as long as the file: the key of the quota groups that its records hold.
const SECRETS: TableDefinition<'_, &str, [u8; 32]> = TableDefinition::new("secrets");
const QUOTA_KEY: &str = "quota";

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
    transaction.open_table(SECRETS)?.insert(QUOTA_KEY, QuotaKey::fresh().as_bytes())?;
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
    quota_key(database)?;
    Ok(())
}

/// The key of its quota groups.
pub(super) fn quota_key(database: &Database) -> Result<QuotaKey, redb::Error> {
    let secrets = database.begin_read()?.open_table(SECRETS)?;
    let key = secrets.get(QUOTA_KEY)?.map(|key| QuotaKey::new(key.value()));
    key.ok_or_else(|| redb::Error::Corrupted("the key of the quota groups is missing".to_owned()))
}

#[cfg(test)]
pub(super) fn mark_as(database: &Database, layout: u32) {
    let transaction = database.begin_write().unwrap();
    transaction.open_table(MARK).unwrap().insert(KEY, layout).unwrap();
    transaction.commit().unwrap();
}
