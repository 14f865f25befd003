//! The tables of the embedded store and what one request does to them.

use super::fault::Fault;
use super::leases::Leases;
use super::record::{Life, Settled, StoredRecord, Unreadable};
use super::tries::WrongTries;
use crate::store::{Ack, Attempt, Burn, Claim, Create, Lease, LeaseToken, NewSecret, Usage};
use ashlink_core::api::{BurnedBy, State};
use ashlink_core::bytes::{OwnerVerifier, SecretId};
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

/// What came of looking at a recipient's proof.
enum Proven {
    Right {
        views_left: u32,
    },
    Wrong,
    /// Not looked at, for so many milliseconds.
    Wait(u64),
    Gone(State),
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

    /// What is in use, and the budget.
    pub(super) const fn usage(&self) -> Usage {
        Usage { used: self.used, limit: Some(self.budget) }
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
            burn_after: secret.burn_after,
            tries: WrongTries::default(),
            leases: Leases::default(),
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

    pub(super) fn claim(&mut self, attempt: &Attempt, lease: Option<Lease>, now: u64) -> Result<Claim, Fault> {
        let id = attempt.id;
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Claim::Unknown);
        };
        if let Some(lease) = lease
            && let Some(views_left) = record.leases.views_left(lease.token, now)
            && let Some(envelope) = self.read_envelope(id)?
        {
            return Ok(Claim::Granted { envelope, views_left });
        }
        let before = record.deadline();
        let views_left = match self.prove(attempt, &mut record, now)? {
            Proven::Right { views_left } => views_left - 1,
            Proven::Wrong => return Ok(Claim::WrongProof),
            Proven::Wait(wait) => return Ok(Claim::TooManyTries { wait }),
            Proven::Gone(state) => return Ok(Claim::Gone(state)),
        };
        let keep = views_left > 0 || lease.is_some();
        let envelope = if keep { self.read_envelope(id)? } else { self.take_envelope(id)? };
        let Some(envelope) = envelope else {
            self.end(id, record, State::Lost, None, now)?;
            return Ok(Claim::Gone(State::Lost));
        };
        record.opened_at.push(now);
        let mut leases = std::mem::take(&mut record.leases);
        if let Some(lease) = lease {
            leases.begin(lease, views_left, now);
        }
        if views_left == 0 {
            record.end(State::Opened, now, None);
            if let Life::Ended { leased_until, .. } = &mut record.life {
                *leased_until = lease.and(leases.until());
            }
        } else if let Life::Waiting { views_left: left, .. } = &mut record.life {
            *left = views_left;
        }
        record.leases = leases;
        self.replace(id, before, &record)?;
        Ok(Claim::Granted { envelope, views_left })
    }

    pub(super) fn ack(&mut self, id: SecretId, token: LeaseToken, now: u64) -> Result<Ack, Fault> {
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Ack::Unknown);
        };
        let before = record.deadline();
        if record.leases.end(token) {
            let until = record.leases.until().filter(|until| now < *until);
            if let Life::Ended { leased_until, .. } = &mut record.life {
                *leased_until = until;
                if until.is_none() {
                    self.drop_envelope(id)?;
                }
            }
            self.replace(id, before, &record)?;
        }
        Ok(Ack::Ended)
    }

    pub(super) fn destroy(&mut self, attempt: &Attempt, now: u64) -> Result<Burn, Fault> {
        let id = attempt.id;
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Burn::Unknown);
        };
        if record.was_burned_by(BurnedBy::Recipient) {
            return Ok(Burn::Burned);
        }
        match self.prove(attempt, &mut record, now)? {
            Proven::Right { .. } => self.end(id, record, State::Burned, Some(BurnedBy::Recipient), now)?,
            Proven::Wrong => return Ok(Burn::WrongProof),
            Proven::Wait(wait) => return Ok(Burn::TooManyTries { wait }),
            Proven::Gone(state) => return Ok(Burn::Gone(state)),
        }
        Ok(Burn::Burned)
    }

    pub(super) fn burn(&mut self, id: SecretId, owner: &OwnerVerifier, now: u64) -> Result<Burn, Fault> {
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Burn::Unknown);
        };
        if !bool::from(record.owner_verifier.ct_eq(owner.as_bytes())) {
            return Ok(Burn::WrongProof);
        }
        if record.was_burned_by(BurnedBy::Sender) {
            return Ok(Burn::Burned);
        }
        let before = record.deadline();
        match &mut record.life {
            Life::Waiting { .. } => {
                self.end(id, record, State::Burned, Some(BurnedBy::Sender), now)?;
                Ok(Burn::Burned)
            }
            Life::Ended { state, leased_until, .. } => {
                let state = *state;
                // Too late for the view that was spent, and not for its repetition.
                if leased_until.take().is_some() {
                    record.leases = Leases::default();
                    self.drop_envelope(id)?;
                    self.replace(id, before, &record)?;
                }
                Ok(Burn::Gone(state))
            }
        }
    }

    /// Looks at a recipient's proof, if this client may still try; counts a wrong one.
    fn prove(&mut self, attempt: &Attempt, record: &mut StoredRecord, now: u64) -> Result<Proven, Fault> {
        let before = record.deadline();
        let (views_left, verifier) = match &record.life {
            Life::Waiting { views_left, access_verifier, .. } => (*views_left, access_verifier),
            Life::Ended { state, .. } => return Ok(Proven::Gone(*state)),
        };
        if let Some(wait) = record.tries.wait(attempt.client, now) {
            return Ok(Proven::Wait(wait));
        }
        if bool::from(verifier.ct_eq(attempt.access.as_bytes())) {
            return Ok(Proven::Right { views_left });
        }
        record.tries.count(attempt.client, now);
        if record.burn_after.is_some_and(|most| record.tries.total >= most.get()) {
            self.drop_envelope(attempt.id)?;
            record.end(State::Burned, now, Some(BurnedBy::WrongTries));
            self.replace(attempt.id, before, record)?;
            return Ok(Proven::Gone(State::Burned));
        }
        self.replace(attempt.id, before, record)?;
        Ok(Proven::Wrong)
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

    /// The record as of now: what was to happen by itself is done here, and a tombstone whose
    /// time is over is removed.
    fn get(&mut self, id: SecretId, now: u64) -> Result<Option<StoredRecord>, Fault> {
        let Some(mut record) = self.read(id)? else {
            return Ok(None);
        };
        let before = record.deadline();
        let settled = record.settle(now);
        if settled == Settled::Emptied {
            self.drop_envelope(id)?;
        }
        if settled != Settled::AsItWas {
            self.replace(id, before, &record)?;
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

    /// Writes a record anew whose deadline was this one.
    fn replace(&mut self, id: SecretId, before: u64, record: &StoredRecord) -> Result<(), Fault> {
        self.deadlines.remove((before, *id.as_bytes()))?;
        self.put(id, record)
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
        let before = record.deadline();
        record.end(state, now, burned_by);
        self.replace(id, before, &record)
    }

    fn read_envelope(&self, id: SecretId) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.envelopes.get(id.as_bytes())?.map(|envelope| envelope.value().to_vec()))
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
            || record.burn_after != secret.burn_after
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
    fn was_burned_by(&self, by: BurnedBy) -> bool {
        matches!(self.life, Life::Ended { state: State::Burned, burned_by, .. } if burned_by == Some(by))
    }
}
