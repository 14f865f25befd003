//! The rows of the embedded store kept in step with each other: a record with its ciphertext, its
//! deadline and the bytes that it takes. What requests do with them is in `requests.rs`.

use super::fault::Fault;
use super::record::{Life, Settled, StoredRecord};
use super::rows::Rows;
use super::used::{RECORD_COST, Used};
use crate::Usage;
use crate::quota::{self, QuotaGroup};
use ashlink_core::api::{DestroyedBy, State};
use ashlink_core::bytes::SecretId;

/// Whether a sweep left anything for another one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sweep {
    /// Nothing is due any more.
    Done,
    /// The batch was full.
    More,
}

/// The rows, open for one request or those that share a transaction, and the bytes in use.
pub(super) struct Tables<'t> {
    pub(super) rows: &'t mut dyn Rows,
    pub(super) used: &'t mut Used,
    budget: u64,
    /// Whether anything was written, and so is to be committed.
    pub(super) changed: Changed,
}

/// Whether the budget had room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Enough,
    TooLittle,
    /// Enough in all, and too little of it for whom it is.
    QuotaExceeded,
}

/// Whether a transaction wrote anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    No,
    Yes,
}

impl<'t> Tables<'t> {
    pub(super) fn new(rows: &'t mut dyn Rows, used: &'t mut Used, budget: u64) -> Self {
        Self { rows, used, budget, changed: Changed::No }
    }

    /// What is in use, and the budget.
    pub(super) const fn usage(&self) -> Usage {
        Usage { used: self.used.total(), limit: Some(self.budget) }
    }

    /// What the transaction came to.
    pub(super) const fn outcome(&self) -> Changed {
        self.changed
    }

    /// Handles what is due, at most so much of it: expired secrets become tombstones, old tombstones go.
    pub(super) fn sweep(&mut self, now: u64, most: usize) -> Result<Sweep, Fault> {
        let due = self.rows.due(now, most)?;
        for (deadline, id) in &due {
            self.changed = Changed::Yes;
            self.rows.remove_deadline(*deadline, id)?;
            let id = SecretId::new(*id);
            // Reading a record settles its state for this time; that is all that is due.
            match self.get(id, now) {
                // It dies like any other: nothing stays for ever because it cannot be read.
                Err(Fault::Unreadable) => self.discard(id)?,
                settled => drop(settled?),
            }
        }
        Ok(if due.len() == most { Sweep::More } else { Sweep::Done })
    }

    /// The record as of now: what was to happen by itself is done here, and a tombstone whose
    /// time is over is removed.
    pub(super) fn get(&mut self, id: SecretId, now: u64) -> Result<Option<StoredRecord>, Fault> {
        let Some(mut record) = self.rows.record(id.as_bytes())? else {
            return Ok(None);
        };
        let before = record.deadline();
        let settled = record.settle(now);
        if settled == Settled::Emptied {
            self.drop_envelope(id, record.quota_group)?;
        }
        if settled != Settled::AsItWas {
            self.replace(id, before, &record)?;
        }
        if matches!(record.life, Life::Ended { .. }) && now >= record.deadline() {
            self.changed = Changed::Yes;
            self.rows.remove_deadline(record.deadline(), id.as_bytes())?;
            self.rows.remove_record(id.as_bytes())?;
            self.used.subtract(record.quota_group, RECORD_COST);
            return Ok(None);
        }
        Ok(Some(record))
    }

    /// Removes a record that cannot be read, and its ciphertext.
    fn discard(&mut self, id: SecretId) -> Result<(), Fault> {
        tracing::error!("a record that cannot be read is removed, as its time has come");
        self.drop_envelope(id, None)?;
        self.rows.remove_record(id.as_bytes())?;
        // For whom it counted is unknown now, and counted anew with the next start.
        self.used.subtract(None, RECORD_COST);
        Ok(())
    }

    pub(super) fn put(&mut self, id: SecretId, record: &StoredRecord) -> Result<(), Fault> {
        self.changed = Changed::Yes;
        self.rows.put_record(id.as_bytes(), record.encode())?;
        self.rows.put_deadline(record.deadline(), id.as_bytes())
    }

    /// Stores a new record and its ciphertext, if there is room.
    pub(super) fn insert(&mut self, id: SecretId, record: &StoredRecord, envelope: Vec<u8>) -> Result<Space, Fault> {
        let cost = RECORD_COST + envelope.len() as u64;
        if self.used.total().saturating_add(cost) > self.budget {
            return Ok(Space::TooLittle);
        }
        let group = record.quota_group;
        if group.is_some_and(|group| !quota::allows(self.budget, self.used.of(group), cost)) {
            return Ok(Space::QuotaExceeded);
        }
        self.changed = Changed::Yes;
        self.rows.put_envelope(id.as_bytes(), envelope)?;
        self.put(id, record)?;
        self.used.add(group, cost);
        Ok(Space::Enough)
    }

    /// Writes a record anew whose deadline was this one.
    pub(super) fn replace(&mut self, id: SecretId, before: u64, record: &StoredRecord) -> Result<(), Fault> {
        self.rows.remove_deadline(before, id.as_bytes())?;
        self.put(id, record)
    }

    /// Ends a waiting secret: the ciphertext goes, the tombstone stays.
    pub(super) fn bury(
        &mut self,
        id: SecretId,
        mut record: StoredRecord,
        state: State,
        destroyed_by: Option<DestroyedBy>,
        now: u64,
    ) -> Result<(), Fault> {
        self.drop_envelope(id, record.quota_group)?;
        let before = record.deadline();
        record.end(state, now, destroyed_by);
        self.replace(id, before, &record)
    }

    pub(super) fn read_envelope(&self, id: SecretId) -> Result<Option<Vec<u8>>, Fault> {
        self.rows.envelope(id.as_bytes())
    }

    /// Takes a ciphertext out, which counts against this quota.
    pub(super) fn take_envelope(&mut self, id: SecretId, group: Option<QuotaGroup>) -> Result<Option<Vec<u8>>, Fault> {
        self.changed = Changed::Yes;
        let taken = self.rows.take_envelope(id.as_bytes())?;
        if let Some(envelope) = &taken {
            self.used.subtract(group, envelope.len() as u64);
        }
        Ok(taken)
    }

    /// Removes one, which counts against this quota: everybody waits meanwhile, so nothing of it is read.
    pub(super) fn drop_envelope(&mut self, id: SecretId, group: Option<QuotaGroup>) -> Result<(), Fault> {
        self.changed = Changed::Yes;
        if let Some(len) = self.rows.remove_envelope(id.as_bytes())? {
            self.used.subtract(group, len);
        }
        Ok(())
    }
}
