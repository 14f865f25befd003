//! Rows in redb, within one transaction.

use super::{Id, Rows, Stock};
use crate::embedded::fault::Fault;
use crate::embedded::record::{StoredRecord, Unreadable};
use crate::embedded::used::RECORD_COST;
use crate::quota::QuotaGroup;
#[cfg(test)]
use redb::ReadableTableMetadata as _;
use redb::{Database, ReadableTable as _, Table, TableDefinition, WriteTransaction};

/// Encoded [`StoredRecord`]s by id, tombstones too.
pub(in crate::embedded) const RECORDS: TableDefinition<'_, Id, &[u8]> = TableDefinition::new("records");
/// Ciphertexts by id.
pub(in crate::embedded) const ENVELOPES: TableDefinition<'_, Id, &[u8]> = TableDefinition::new("envelopes");
/// What happens by itself, in order of time.
pub(in crate::embedded) const DEADLINES: TableDefinition<'_, (u64, Id), ()> = TableDefinition::new("deadlines");

/// The tables, open for one transaction.
pub(in crate::embedded) struct Transaction<'t> {
    records: Table<'t, Id, &'static [u8]>,
    envelopes: Table<'t, Id, &'static [u8]>,
    deadlines: Table<'t, (u64, Id), ()>,
}

impl<'t> Transaction<'t> {
    pub(in crate::embedded) fn open(transaction: &'t WriteTransaction) -> Result<Self, redb::TableError> {
        Ok(Self {
            records: transaction.open_table(RECORDS)?,
            envelopes: transaction.open_table(ENVELOPES)?,
            deadlines: transaction.open_table(DEADLINES)?,
        })
    }
}

/// Counts what a database holds.
pub(in crate::embedded) fn take_stock(database: &Database) -> Result<Stock, redb::Error> {
    let transaction = database.begin_write()?;
    let stock = Transaction::open(&transaction)?.count()?;
    transaction.abort()?;
    Ok(stock)
}

/// Against whose quota a record counts, and the latest time in it; neither, where it cannot be read.
fn counted(bytes: &[u8]) -> (Option<QuotaGroup>, u64) {
    match StoredRecord::decode(bytes) {
        Ok(record) => (record.quota_group, record.latest()),
        Err(Unreadable) => {
            tracing::error!("the embedded store holds a record that cannot be read");
            (None, 0)
        }
    }
}

impl Transaction<'_> {
    fn count(&self) -> Result<Stock, redb::StorageError> {
        let mut stock = Stock::default();
        // Both are in order of ids, and nearly every envelope has a record: they are walked side by side.
        let mut envelopes = self.envelopes.iter()?;
        let mut envelope = envelopes.next().transpose()?;
        for entry in self.records.iter()? {
            let (id, record) = entry?;
            let (group, latest) = counted(record.value());
            stock.used.add(group, RECORD_COST);
            stock.latest = stock.latest.max(latest);
            while let Some((of, bytes)) = &envelope
                && of.value() <= id.value()
            {
                let group = group.filter(|_| of.value() == id.value());
                stock.used.add(group, bytes.value().len() as u64);
                envelope = envelopes.next().transpose()?;
            }
        }
        while let Some((_, bytes)) = &envelope {
            stock.used.add(None, bytes.value().len() as u64);
            envelope = envelopes.next().transpose()?;
        }
        Ok(stock)
    }
}

impl Rows for Transaction<'_> {
    fn record(&self, id: &Id) -> Result<Option<StoredRecord>, Fault> {
        let Some(bytes) = self.records.get(id)? else {
            return Ok(None);
        };
        Ok(Some(StoredRecord::decode(bytes.value())?))
    }

    fn put_record(&mut self, id: &Id, record: Vec<u8>) -> Result<(), Fault> {
        self.records.insert(id, record.as_slice())?;
        Ok(())
    }

    fn remove_record(&mut self, id: &Id) -> Result<(), Fault> {
        self.records.remove(id)?;
        Ok(())
    }

    fn envelope(&self, id: &Id) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.envelopes.get(id)?.map(|envelope| envelope.value().to_vec()))
    }

    fn put_envelope(&mut self, id: &Id, envelope: Vec<u8>) -> Result<(), Fault> {
        self.envelopes.insert(id, envelope.as_slice())?;
        Ok(())
    }

    fn take_envelope(&mut self, id: &Id) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.envelopes.remove(id)?.map(|envelope| envelope.value().to_vec()))
    }

    fn remove_envelope(&mut self, id: &Id) -> Result<Option<u64>, Fault> {
        Ok(self.envelopes.remove(id)?.map(|envelope| envelope.value().len() as u64))
    }

    fn put_deadline(&mut self, at: u64, id: &Id) -> Result<(), Fault> {
        self.deadlines.insert((at, *id), ())?;
        Ok(())
    }

    fn remove_deadline(&mut self, at: u64, id: &Id) -> Result<(), Fault> {
        self.deadlines.remove((at, *id))?;
        Ok(())
    }

    fn due(&self, now: u64, most: usize) -> Result<Vec<(u64, Id)>, Fault> {
        let range = self.deadlines.range(..=(now, [0xFF; 16]))?;
        let due: Result<_, redb::StorageError> = range.take(most).map(|entry| Ok(entry?.0.value())).collect();
        Ok(due?)
    }

    #[cfg(test)]
    fn take_stock(&self) -> Result<Stock, Fault> {
        Ok(self.count()?)
    }

    #[cfg(test)]
    fn counts(&self) -> Result<[u64; 3], Fault> {
        Ok([self.records.len()?, self.envelopes.len()?, self.deadlines.len()?])
    }
}
