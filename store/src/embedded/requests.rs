//! What each request does: the rules of views, leases, proofs and destroying.

use super::attempts::FailedAttempts;
use super::fault::Fault;
use super::leases::{Leases, Standing};
use super::record::{Life, StoredRecord};
use super::tables::{Space, Tables};
use crate::quota::QuotaGroup;
use crate::{Ack, AfterFailure, Attempt, Claim, Create, Destroy, Lease, LeaseName, NewSecret};
use ashlink_core::api::{DestroyedBy, State};
use ashlink_core::bytes::{OwnerVerifier, SecretId};
use subtle::ConstantTimeEq as _;

/// What came of looking at a recipient's proof.
enum Proven {
    Right {
        views_left: u32,
    },
    Wrong(AfterFailure),
    /// Not looked at, for so many milliseconds.
    Wait(u64),
    Gone(State),
}

impl Tables<'_> {
    /// Stores a secret, against the quota of this group.
    pub(super) fn create(
        &mut self,
        secret: NewSecret,
        quota_group: Option<QuotaGroup>,
        now: u64,
    ) -> Result<Create, Fault> {
        let expires_at = now.saturating_add(secret.ttl.as_millis());
        if let Some(record) = self.get(secret.id, now)? {
            return Ok(if self.is_same(&secret, &record)? {
                Create::Stored { expires_at: record.expires_at }
            } else {
                Create::IdTaken
            });
        }
        let record = StoredRecord {
            created_at: now,
            expires_at,
            max_views: secret.max_views,
            opened_at: Vec::new(),
            owner_verifier: *secret.owner_verifier.as_bytes(),
            attempt_limit: secret.attempt_limit,
            attempts: FailedAttempts::default(),
            leases: Leases::default(),
            quota_group,
            life: Life::Waiting {
                views_left: secret.max_views.get(),
                size: secret.envelope.len() as u64,
                access_verifier: *secret.access_verifier.as_bytes(),
            },
        };
        Ok(match self.insert(secret.id, &record, secret.envelope)? {
            Space::Enough => Create::Stored { expires_at },
            Space::TooLittle => Create::Full,
            Space::QuotaExceeded => Create::QuotaExceeded,
        })
    }

    pub(super) fn claim(&mut self, attempt: &Attempt, lease: Option<Lease>, now: u64) -> Result<Claim, Fault> {
        let id = attempt.id;
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Claim::Unknown);
        };
        match lease.and_then(|lease| record.leases.standing(lease.name, now)) {
            Some(Standing::Runs { views_left }) => {
                if let Some(envelope) = self.read_envelope(id)? {
                    return Ok(Claim::Granted { envelope, views_left });
                }
            }
            Some(Standing::Acknowledged) if matches!(record.life, Life::Waiting { .. }) => {
                return Ok(Claim::Acknowledged);
            }
            Some(Standing::Acknowledged) | None => {}
        }
        let before = record.deadline();
        let views_left = match self.prove(attempt, &mut record, now)? {
            Proven::Right { views_left } => views_left - 1,
            Proven::Wrong(next) => return Ok(Claim::WrongProof(next)),
            Proven::Wait(wait) => return Ok(Claim::TooManyAttempts { wait }),
            Proven::Gone(state) => return Ok(Claim::Gone(state)),
        };
        let keep = views_left > 0 || lease.is_some();
        let envelope = if keep { self.read_envelope(id)? } else { self.take_envelope(id, record.quota_group)? };
        let Some(envelope) = envelope else {
            self.bury(id, record, State::Lost, None, now)?;
            return Ok(Claim::Gone(State::Lost));
        };
        record.opened_at.push(now);
        // Taken out before `end`, which drops the record's leases: with the last view, those that still run stay.
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

    pub(super) fn ack(&mut self, id: SecretId, lease: LeaseName, now: u64) -> Result<Ack, Fault> {
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Ack::Unknown);
        };
        let before = record.deadline();
        if record.leases.acknowledge(lease) {
            let until = record.leases.until().filter(|until| now < *until);
            if let Life::Ended { leased_until, .. } = &mut record.life {
                *leased_until = until;
                if until.is_none() {
                    record.leases = Leases::default();
                    self.drop_envelope(id, record.quota_group)?;
                }
            }
            self.replace(id, before, &record)?;
        }
        Ok(Ack::Ended)
    }

    pub(super) fn destroy(&mut self, attempt: &Attempt, now: u64) -> Result<Destroy, Fault> {
        let id = attempt.id;
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Destroy::Unknown);
        };
        if record.was_destroyed_by(DestroyedBy::Recipient) {
            return Ok(Destroy::Destroyed);
        }
        match self.prove(attempt, &mut record, now)? {
            Proven::Right { .. } => self.bury(id, record, State::Destroyed, Some(DestroyedBy::Recipient), now)?,
            Proven::Wrong(next) => return Ok(Destroy::WrongProof(next)),
            Proven::Wait(wait) => return Ok(Destroy::TooManyAttempts { wait }),
            Proven::Gone(state) => return Ok(Destroy::Gone(state)),
        }
        Ok(Destroy::Destroyed)
    }

    pub(super) fn destroy_as_sender(
        &mut self,
        id: SecretId,
        owner: &OwnerVerifier,
        now: u64,
    ) -> Result<Destroy, Fault> {
        let Some(mut record) = self.get(id, now)? else {
            return Ok(Destroy::Unknown);
        };
        if !bool::from(record.owner_verifier.ct_eq(owner.as_bytes())) {
            return Ok(Destroy::NotSender);
        }
        if record.was_destroyed_by(DestroyedBy::Sender) {
            return Ok(Destroy::Destroyed);
        }
        let before = record.deadline();
        match &mut record.life {
            Life::Waiting { .. } => {
                self.bury(id, record, State::Destroyed, Some(DestroyedBy::Sender), now)?;
                Ok(Destroy::Destroyed)
            }
            Life::Ended { state, leased_until, .. } => {
                let state = *state;
                // Too late for the view that was spent, and not for its repetition.
                if leased_until.take().is_some() {
                    record.leases = Leases::default();
                    self.drop_envelope(id, record.quota_group)?;
                    self.replace(id, before, &record)?;
                }
                Ok(Destroy::Gone(state))
            }
        }
    }

    /// Looks at a recipient's proof, if its caller need not wait; counts a wrong one.
    fn prove(&mut self, attempt: &Attempt, record: &mut StoredRecord, now: u64) -> Result<Proven, Fault> {
        let before = record.deadline();
        let (views_left, verifier) = match &record.life {
            Life::Waiting { views_left, access_verifier, .. } => (*views_left, access_verifier),
            Life::Ended { state, .. } => return Ok(Proven::Gone(*state)),
        };
        if let Some(wait) = record.attempts.wait(attempt.caller, now) {
            return Ok(Proven::Wait(wait));
        }
        if bool::from(verifier.ct_eq(attempt.access.as_bytes())) {
            return Ok(Proven::Right { views_left });
        }
        let failed = record.attempts.count(attempt.caller, now);
        if record.attempt_limit.is_some_and(|most| failed.by_all >= most.get()) {
            self.drop_envelope(attempt.id, record.quota_group)?;
            record.end(State::Destroyed, now, Some(DestroyedBy::FailedAttempts));
            self.replace(attempt.id, before, record)?;
            return Ok(Proven::Gone(State::Destroyed));
        }
        self.replace(attempt.id, before, record)?;
        Ok(Proven::Wrong(AfterFailure::after(failed, record.attempt_limit)))
    }

    fn is_same(&self, secret: &NewSecret, record: &StoredRecord) -> Result<bool, Fault> {
        let Life::Waiting { access_verifier, .. } = &record.life else {
            return Ok(false);
        };
        if access_verifier != secret.access_verifier.as_bytes()
            || &record.owner_verifier != secret.owner_verifier.as_bytes()
            || record.max_views != secret.max_views
            || record.attempt_limit != secret.attempt_limit
            || record.expires_at - record.created_at != secret.ttl.as_millis()
        {
            return Ok(false);
        }
        Ok(self.read_envelope(secret.id)?.is_some_and(|stored| stored == secret.envelope))
    }
}

impl StoredRecord {
    fn was_destroyed_by(&self, by: DestroyedBy) -> bool {
        matches!(self.life, Life::Ended { state: State::Destroyed, destroyed_by, .. } if destroyed_by == Some(by))
    }
}
