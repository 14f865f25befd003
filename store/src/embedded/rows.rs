//! The rows of the embedded store, wherever they are: what its requests are made of.

pub(super) mod database;
pub(super) mod maps;

use super::fault::Fault;
use super::record::StoredRecord;
use super::used::Used;

/// A secret's name as a key.
pub(super) type Id = [u8; 16];

/// Records, ciphertexts and deadlines, as one request sees them.
pub(super) trait Rows {
    fn record(&self, id: &Id) -> Result<Option<StoredRecord>, Fault>;
    /// Writes an encoded record.
    fn put_record(&mut self, id: &Id, record: Vec<u8>) -> Result<(), Fault>;
    fn remove_record(&mut self, id: &Id) -> Result<(), Fault>;

    fn envelope(&self, id: &Id) -> Result<Option<Vec<u8>>, Fault>;
    fn put_envelope(&mut self, id: &Id, envelope: Vec<u8>) -> Result<(), Fault>;
    fn take_envelope(&mut self, id: &Id) -> Result<Option<Vec<u8>>, Fault>;
    /// Removes one without reading it out, and says how long it was, in bytes.
    fn remove_envelope(&mut self, id: &Id) -> Result<Option<u64>, Fault>;

    fn put_deadline(&mut self, at: u64, id: &Id) -> Result<(), Fault>;
    fn remove_deadline(&mut self, at: u64, id: &Id) -> Result<(), Fault>;
    /// The first so many deadlines that have come, in order of time.
    fn due(&self, now: u64, most: usize) -> Result<Vec<(u64, Id)>, Fault>;

    /// Counts anew what is stored, and finds the latest time in it.
    #[cfg(test)]
    fn take_stock(&self) -> Result<Stock, Fault>;

    /// How many records, envelopes and deadlines there are.
    #[cfg(test)]
    fn counts(&self) -> Result<[u64; 3], Fault>;
}

/// What a store holds when it is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stock {
    /// Bytes in use, as the budget counts them.
    pub(super) used: Used,
    /// The latest time in it; 0 when it is empty.
    pub(super) latest: u64,
}
