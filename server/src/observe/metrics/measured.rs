//! A store whose answers are timed and counted: the one place where that is done.

use super::Metrics;
use super::label::Label as _;
use super::store::{By, Operation, Reason, Store, Trouble, View};
use crate::observe::trace;
use ashlink_core::api::State;
use ashlink_core::bytes::{OwnerVerifier, SecretId};
use ashlink_store::{
    Ack, Attempt, Claim, Create, Destroy, Lease, LeaseName, NewSecret, Record, SecretStore, StoreError,
};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument as _;

/// A store around a store.
pub struct Measured {
    inner: Arc<dyn SecretStore>,
    metrics: Arc<Metrics>,
}

/// An operation that is not answered yet.
struct Asked<'a> {
    store: &'a Store,
    operation: Operation,
    since: Instant,
    answered: bool,
}

impl Drop for Asked<'_> {
    /// Nobody waits any more; the store may well do it all the same.
    fn drop(&mut self) {
        if !self.answered {
            self.store.failed(self.operation, Trouble::Abandoned);
        }
    }
}

impl Measured {
    /// Counts what this store does.
    #[must_use]
    pub const fn new(inner: Arc<dyn SecretStore>, metrics: Arc<Metrics>) -> Self {
        Self { inner, metrics }
    }

    /// Waits for an answer, and times it.
    async fn timed<T>(
        &self,
        operation: Operation,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let store = &self.metrics.store;
        let mut asked = Asked { store, operation, since: Instant::now(), answered: false };
        let answer = answer.instrument(trace::store(operation.text())).await;
        asked.answered = true;
        store.answered(operation, asked.since.elapsed());
        if let Err(error) = &answer {
            store.failed(operation, (*error).into());
        }
        answer
    }

    fn refused(&self, reason: impl Into<Option<Reason>>) {
        if let Some(reason) = reason.into() {
            self.metrics.store.refused(reason);
        }
    }

    fn ended(&self, by: By, outcome: Destroy) {
        match outcome {
            Destroy::Destroyed => self.metrics.store.destroyed(by),
            Destroy::Unknown => self.refused(Reason::Unknown),
            Destroy::WrongProof(_) | Destroy::NotSender => self.refused(Reason::WrongProof),
            Destroy::TooManyAttempts { .. } => self.refused(Reason::TooManyAttempts),
            Destroy::Gone(state) => self.refused(Reason::gone(state)),
        }
    }
}

#[async_trait]
impl SecretStore for Measured {
    async fn create(&self, secret: NewSecret) -> Result<Create, StoreError> {
        let outcome = self.timed(Operation::Create, self.inner.create(secret)).await?;
        match outcome {
            Create::Stored { .. } => self.metrics.store.created(),
            Create::IdTaken => self.refused(Reason::IdTaken),
            Create::QuotaExceeded => self.refused(Reason::QuotaExceeded),
            Create::Full => self.refused(Reason::StoreFull),
        }
        Ok(outcome)
    }

    async fn lookup(&self, id: SecretId) -> Result<Option<Record>, StoreError> {
        self.timed(Operation::Lookup, self.inner.lookup(id)).await
    }

    async fn claim(&self, attempt: Attempt, lease: Option<Lease>) -> Result<Claim, StoreError> {
        let outcome = self.timed(Operation::Claim, self.inner.claim(attempt, lease)).await?;
        match &outcome {
            Claim::Granted { views_left: 0, .. } => self.metrics.store.opened(View::Last),
            Claim::Granted { .. } => self.metrics.store.opened(View::Earlier),
            Claim::Unknown => self.refused(Reason::Unknown),
            Claim::WrongProof(_) => self.refused(Reason::WrongProof),
            Claim::TooManyAttempts { .. } => self.refused(Reason::TooManyAttempts),
            Claim::Gone(state) => self.refused(Reason::gone(*state)),
            Claim::Acknowledged => self.refused(Reason::gone(State::Opened)),
        }
        Ok(outcome)
    }

    async fn ack(&self, id: SecretId, lease: LeaseName) -> Result<Ack, StoreError> {
        let outcome = self.timed(Operation::Ack, self.inner.ack(id, lease)).await?;
        if outcome == Ack::Unknown {
            self.refused(Reason::Unknown);
        }
        Ok(outcome)
    }

    async fn destroy(&self, attempt: Attempt) -> Result<Destroy, StoreError> {
        let outcome = self.timed(Operation::Destroy, self.inner.destroy(attempt)).await?;
        self.ended(By::Recipient, outcome);
        Ok(outcome)
    }

    async fn destroy_as_sender(&self, id: SecretId, owner: OwnerVerifier) -> Result<Destroy, StoreError> {
        let outcome = self.timed(Operation::DestroyAsSender, self.inner.destroy_as_sender(id, owner)).await?;
        self.ended(By::Sender, outcome);
        Ok(outcome)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.timed(Operation::Ping, self.inner.ping()).await
    }
}
