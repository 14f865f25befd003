//! The tables of the embedded store and what one request does to them.

use super::fault::Fault;
use super::record::{Life, StoredRecord, Unreadable};
use crate::store::{Burn, Claim, Create, NewSecret};
use ashlink_core::api::{BurnedBy, State};
use ashlink_core::bytes::{AccessVerifier, OwnerVerifier, SecretId};
use redb::{ReadableTable as _, ReadableTableMetadata as _, Table, TableDefinition, WriteTransaction};
use subtle::ConstantTimeEq as _;

type Id = [u8; 16];

/// Records by id.
pub(super) const RECORDS: TableDefinition<'_, Id, &[u8]> = TableDefinition::new("records");
/// Ciphertexts by id.
pub(super) const ENVELOPES: TableDefinition<'_, Id, &[u8]> = TableDefinition::new("envelopes");
/// What happens by itself, in order of time.
pub(super) const DEADLINES: TableDefinition<'_, (u64, Id), ()> = TableDefinition::new("deadlines");

/// Bytes that a secret counts besides its envelope, and a tombstone counts in all: record,
/// deadline, and their share of the pages they lie in.
pub const RECORD_COST: u64 = 384;
/// How many deadlines one transaction handles.
const SWEEP_BATCH: usize = 500;

/// Whether a sweep left anything for another one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sweep {
    /// Nothing is due any more.
    Done,
    /// The batch was full.
    More,
}

/// What one must match to destroy a secret.
pub(super) enum Proof {
    Access(AccessVerifier),
    Owner(OwnerVerifier),
}

/// The tables, open for one transaction, and the bytes in use.
pub(super) struct Tables<'t> {
    records: Table<'t, Id, &'static [u8]>,
    envelopes: Table<'t, Id, &'static [u8]>,
    deadlines: Table<'t, (u64, Id), ()>,
    /// Bytes in use, as the budget counts them.
    used: u64,
    budget: u64,
    /// Whether anything was written, and so is to be committed.
    changed: Changed,
}

/// Whether a transaction wrote anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    No,
    Yes,
}

impl<'t> Tables<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction, used: u64, budget: u64) -> Result<Self, redb::TableError> {
        Ok(Self {
            records: transaction.open_table(RECORDS)?,
            envelopes: transaction.open_table(ENVELOPES)?,
            deadlines: transaction.open_table(DEADLINES)?,
            used,
            budget,
            changed: Changed::No,
        })
    }

    /// What the transaction came to.
    pub(super) const fn outcome(&self) -> (Changed, u64) {
        (self.changed, self.used)
    }

    pub(super) fn create(&mut self, secret: &NewSecret, now: u64) -> Result<Create, Fault> {
        let expires_at = now.saturating_add(secret.ttl.as_millis());
        if let Some(record) = self.get(secret.id, now)? {
            return Ok(if self.is_same(secret, &record)? {
                Create::Stored { expires_at: record.expires_at }
            } else {
                Create::IdTaken
            });
        }
        let cost = RECORD_COST + secret.envelope.len() as u64;
        if self.used.saturating_add(cost) > self.budget {
            return Ok(Create::Full);
        }
        let record = StoredRecord {
            created_at: now,
            expires_at,
            max_views: secret.max_views,
            opened_at: Vec::new(),
            owner_verifier: *secret.owner_verifier.as_bytes(),
            life: Life::Waiting {
                views_left: secret.max_views.get(),
                size: secret.envelope.len() as u64,
                access_verifier: *secret.access_verifier.as_bytes(),
            },
        };
        self.changed = Changed::Yes;
        self.envelopes.insert(secret.id.as_bytes(), secret.envelope.as_slice())?;
        self.put(secret.id, &record)?;
        self.used += cost;
        Ok(Create::Stored { expires_at })
    }

    pub(super) fn claim(&mut self, id: SecretId, access: &AccessVerifier, now: u64) -> Result<Claim, Fault> {
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Claim::Unknown);
        };
        let Life::Waiting { views_left, access_verifier, .. } = &mut record.life else {
            return Ok(Claim::Gone(record.ended_state()));
        };
        if !bool::from(access_verifier.ct_eq(access.as_bytes())) {
            return Ok(Claim::WrongProof);
        }
        let left = *views_left - 1;
        let envelope = if left == 0 {
            self.take_envelope(id)?
        } else {
            self.envelopes.get(id.as_bytes())?.map(|envelope| envelope.value().to_vec())
        };
        let Some(envelope) = envelope else {
            self.end(id, record, State::Lost, None, now)?;
            return Ok(Claim::Gone(State::Lost));
        };
        *views_left = left;
        record.opened_at.push(now);
        if left == 0 {
            self.end(id, record, State::Opened, None, now)?;
        } else {
            self.put(id, &record)?;
        }
        Ok(Claim::Granted { envelope, views_left: left })
    }

    pub(super) fn burn(&mut self, id: SecretId, proof: &Proof, by: BurnedBy, now: u64) -> Result<Burn, Fault> {
        let Some(record) = self.get(id, now)? else {
            return Ok(Burn::Unknown);
        };
        // The sender's proof outlives the secret; the recipient's does not.
        if let Proof::Owner(owner) = proof
            && !bool::from(record.owner_verifier.ct_eq(owner.as_bytes()))
        {
            return Ok(Burn::WrongProof);
        }
        let access_verifier = match &record.life {
            Life::Waiting { access_verifier, .. } => access_verifier,
            Life::Ended { state: State::Burned, burned_by, .. } if *burned_by == Some(by) => return Ok(Burn::Burned),
            Life::Ended { state, .. } => return Ok(Burn::Gone(*state)),
        };
        if let Proof::Access(access) = proof
            && !bool::from(access_verifier.ct_eq(access.as_bytes()))
        {
            return Ok(Burn::WrongProof);
        }
        self.end(id, record, State::Burned, Some(by), now)?;
        Ok(Burn::Burned)
    }

    /// Handles what is due: expired secrets become tombstones, old tombstones go.
    pub(super) fn sweep(&mut self, now: u64) -> Result<Sweep, Fault> {
        let mut due = Vec::new();
        for entry in self.deadlines.range(..=(now, [0xFF; 16]))?.take(SWEEP_BATCH) {
            due.push(entry?.0.value());
        }
        for (deadline, id) in &due {
            self.changed = Changed::Yes;
            self.deadlines.remove((*deadline, *id))?;
            let id = SecretId::new(*id);
            // Reading a record settles its state for this time; that is all that is due.
            match self.get(id, now) {
                // It dies like any other: nothing stays for ever because it cannot be read.
                Err(Fault::Unreadable) => self.discard(id)?,
                settled => drop(settled?),
            }
        }
        Ok(if due.len() == SWEEP_BATCH { Sweep::More } else { Sweep::Done })
    }

    /// The record as of now. One whose time has come is turned into a tombstone here, and
    /// a tombstone whose time is over is removed.
    fn get(&mut self, id: SecretId, now: u64) -> Result<Option<StoredRecord>, Fault> {
        let Some(mut record) = self.read(id)? else {
            return Ok(None);
        };
        if matches!(record.life, Life::Waiting { .. }) && now >= record.expires_at {
            let before = record.deadline();
            self.changed = Changed::Yes;
            record.expire(now);
            self.drop_envelope(id)?;
            self.deadlines.remove((before, *id.as_bytes()))?;
            self.put(id, &record)?;
        }
        if matches!(record.life, Life::Ended { .. }) && now >= record.deadline() {
            self.changed = Changed::Yes;
            self.deadlines.remove((record.deadline(), *id.as_bytes()))?;
            self.records.remove(id.as_bytes())?;
            self.used = self.used.saturating_sub(RECORD_COST);
            return Ok(None);
        }
        Ok(Some(record))
    }

    fn read(&self, id: SecretId) -> Result<Option<StoredRecord>, Fault> {
        let Some(bytes) = self.records.get(id.as_bytes())? else {
            return Ok(None);
        };
        Ok(Some(StoredRecord::decode(bytes.value())?))
    }

    /// Removes a record that cannot be read, and its ciphertext.
    fn discard(&mut self, id: SecretId) -> Result<(), Fault> {
        tracing::error!("a record that cannot be read is removed, as its time has come");
        self.drop_envelope(id)?;
        self.records.remove(id.as_bytes())?;
        self.used = self.used.saturating_sub(RECORD_COST);
        Ok(())
    }

    fn put(&mut self, id: SecretId, record: &StoredRecord) -> Result<(), Fault> {
        self.changed = Changed::Yes;
        self.records.insert(id.as_bytes(), record.encode().as_slice())?;
        self.deadlines.insert((record.deadline(), *id.as_bytes()), ())?;
        Ok(())
    }

    /// Ends a waiting secret: the ciphertext goes, the tombstone stays.
    fn end(
        &mut self,
        id: SecretId,
        mut record: StoredRecord,
        state: State,
        burned_by: Option<BurnedBy>,
        now: u64,
    ) -> Result<(), Fault> {
        self.drop_envelope(id)?;
        self.deadlines.remove((record.deadline(), *id.as_bytes()))?;
        record.life = Life::Ended { state, at: now, burned_by };
        self.put(id, &record)
    }

    fn take_envelope(&mut self, id: SecretId) -> Result<Option<Vec<u8>>, Fault> {
        self.changed = Changed::Yes;
        let taken = self.envelopes.remove(id.as_bytes())?.map(|envelope| envelope.value().to_vec());
        if let Some(envelope) = &taken {
            self.used = self.used.saturating_sub(envelope.len() as u64);
        }
        Ok(taken)
    }

    fn drop_envelope(&mut self, id: SecretId) -> Result<(), Fault> {
        self.take_envelope(id).map(drop)
    }

    fn is_same(&self, secret: &NewSecret, record: &StoredRecord) -> Result<bool, Fault> {
        let Life::Waiting { access_verifier, .. } = &record.life else {
            return Ok(false);
        };
        if access_verifier != secret.access_verifier.as_bytes()
            || &record.owner_verifier != secret.owner_verifier.as_bytes()
            || record.max_views != secret.max_views
            || record.expires_at - record.created_at != secret.ttl.as_millis()
        {
            return Ok(false);
        }
        let stored = self.envelopes.get(secret.id.as_bytes())?;
        Ok(stored.is_some_and(|stored| stored.value() == secret.envelope))
    }

    /// Counts anew what is stored, and finds the latest time in it.
    pub(super) fn take_stock(&self) -> Result<Stock, redb::StorageError> {
        let mut used = RECORD_COST.saturating_mul(self.records.len()?);
        for entry in self.envelopes.iter()? {
            used = used.saturating_add(entry?.1.value().len() as u64);
        }
        let mut latest = 0;
        for entry in self.records.iter()? {
            match StoredRecord::decode(entry?.1.value()) {
                Ok(record) => latest = record.latest().max(latest),
                Err(Unreadable) => tracing::error!("the embedded store holds a record that cannot be read"),
            }
        }
        Ok(Stock { used, latest })
    }

    /// Loses a ciphertext, as a broken disk would.
    #[cfg(test)]
    pub(super) fn lose(&mut self, id: SecretId) -> Result<(), Fault> {
        self.drop_envelope(id)
    }

    /// Makes a record unreadable, as a broken disk would.
    #[cfg(test)]
    pub(super) fn spoil(&mut self, id: SecretId) -> Result<(), Fault> {
        self.changed = Changed::Yes;
        self.records.insert(id.as_bytes(), [0xFF; 40].as_slice())?;
        Ok(())
    }

    /// How many records, envelopes and deadlines there are.
    #[cfg(test)]
    pub(super) fn counts(&self) -> Result<[u64; 3], Fault> {
        Ok([self.records.len()?, self.envelopes.len()?, self.deadlines.len()?])
    }
}

/// What a store holds when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stock {
    /// Bytes in use, as the budget counts them.
    pub(super) used: u64,
    /// The latest time in it; 0 when it is empty.
    pub(super) latest: u64,
}

impl StoredRecord {
    const fn ended_state(&self) -> State {
        match self.life {
            Life::Waiting { .. } => State::Waiting,
            Life::Ended { state, .. } => state,
        }
    }
}
