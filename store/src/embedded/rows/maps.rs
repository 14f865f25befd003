//! Rows in memory. Trees rather than hash tables: those are copied as a whole when they grow, and
//! everybody waits for it.

#[cfg(test)]
use super::Stock;
use super::{Id, Rows};
use crate::embedded::fault::Fault;
use crate::embedded::record::StoredRecord;
#[cfg(test)]
use crate::embedded::used::RECORD_COST;
use std::collections::{BTreeMap, BTreeSet};

/// Values without the room that a `Vec` keeps to grow.
type Map = BTreeMap<Id, Box<[u8]>>;

#[derive(Default)]
pub(in crate::embedded) struct Maps {
    /// Encoded, which is half of what they take taken apart.
    records: Map,
    envelopes: Map,
    deadlines: BTreeSet<(u64, Id)>,
}

impl Rows for Maps {
    fn record(&self, id: &Id) -> Result<Option<StoredRecord>, Fault> {
        let Some(bytes) = self.records.get(id) else {
            return Ok(None);
        };
        Ok(Some(StoredRecord::decode(bytes)?))
    }

    fn put_record(&mut self, id: &Id, record: Vec<u8>) -> Result<(), Fault> {
        self.records.insert(*id, record.into());
        Ok(())
    }

    fn remove_record(&mut self, id: &Id) -> Result<(), Fault> {
        self.records.remove(id);
        Ok(())
    }

    fn envelope(&self, id: &Id) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.envelopes.get(id).map(|envelope| envelope.to_vec()))
    }

    fn put_envelope(&mut self, id: &Id, envelope: Vec<u8>) -> Result<(), Fault> {
        self.envelopes.insert(*id, envelope.into());
        Ok(())
    }

    fn take_envelope(&mut self, id: &Id) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.envelopes.remove(id).map(<[u8]>::into_vec))
    }

    fn remove_envelope(&mut self, id: &Id) -> Result<Option<u64>, Fault> {
        Ok(self.envelopes.remove(id).map(|envelope| envelope.len() as u64))
    }

    fn put_deadline(&mut self, at: u64, id: &Id) -> Result<(), Fault> {
        self.deadlines.insert((at, *id));
        Ok(())
    }

    fn remove_deadline(&mut self, at: u64, id: &Id) -> Result<(), Fault> {
        self.deadlines.remove(&(at, *id));
        Ok(())
    }

    fn due(&self, now: u64, most: usize) -> Result<Vec<(u64, Id)>, Fault> {
        Ok(self.deadlines.range(..=(now, [0xFF; 16])).take(most).copied().collect())
    }

    #[cfg(test)]
    fn take_stock(&self) -> Result<Stock, Fault> {
        let mut stock = Stock::default();
        // Neither its time nor whom it counts for can be read of a broken record.
        let read = |bytes: &[u8]| StoredRecord::decode(bytes).map_or((None, 0), |it| (it.quota_group, it.latest()));
        for bytes in self.records.values() {
            let (group, latest) = read(bytes);
            stock.used.add(group, RECORD_COST);
            stock.latest = stock.latest.max(latest);
        }
        for (id, envelope) in &self.envelopes {
            let group = self.records.get(id).and_then(|bytes| read(bytes).0);
            stock.used.add(group, envelope.len() as u64);
        }
        Ok(stock)
    }

    #[cfg(test)]
    fn counts(&self) -> Result<[u64; 3], Fault> {
        Ok([self.records.len(), self.envelopes.len(), self.deadlines.len()].map(|count| count as u64))
    }
}
