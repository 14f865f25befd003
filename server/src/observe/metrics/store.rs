//! What is counted of the store.

use super::families::{Counters, Timings, counters, timings};
use super::label::{Value, labels};
use ashlink_core::api::State;
use ashlink_store::StoreError;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;
use std::time::Duration;

labels! {
    /// What is asked of a store.
    Operation: {
        Create = "create", Lookup = "lookup", Claim = "claim", Ack = "ack", Destroy = "destroy", DestroyAsSender = "destroy_as_sender",
        Ping = "ping",
    }

    /// Why there was no answer.
    Trouble: {
        Unavailable = "unavailable", OutcomeUnknown = "outcome_unknown", Corrupt = "corrupt", Abandoned = "abandoned",
    }

    /// Whether a view was the last one.
    View: { Last = "last", Earlier = "earlier" }

    /// Who destroyed a secret.
    By: { Sender = "sender", Recipient = "recipient" }

    /// Why a store did not do what was asked.
    Reason: {
        Unknown = "unknown", WrongProof = "wrong_proof", TooManyAttempts = "too_many_attempts", Opened = "opened",
        Destroyed = "destroyed", Expired = "expired", Lost = "lost", IdTaken = "id_taken", StoreFull = "store_full",
        QuotaExceeded = "quota_exceeded",
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable => Self::Unavailable,
            StoreError::OutcomeUnknown => Self::OutcomeUnknown,
            StoreError::Corrupt => Self::Corrupt,
        }
    }
}

impl Reason {
    /// It no longer waits.
    pub(super) const fn gone(state: State) -> Option<Self> {
        match state {
            State::Opened => Some(Self::Opened),
            State::Destroyed => Some(Self::Destroyed),
            State::Expired => Some(Self::Expired),
            State::Lost => Some(Self::Lost),
            // A contradiction, which the handler answers as an error of the server's own.
            State::Waiting => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfOperation {
    operation: Value<Operation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failure {
    operation: Value<Operation>,
    error: Value<Trouble>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfView {
    view: Value<View>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfBy {
    by: Value<By>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReason {
    reason: Value<Reason>,
}

/// Operations and what came of them.
#[derive(Debug)]
pub(crate) struct Store {
    durations: Timings<OfOperation>,
    errors: Counters<Failure>,
    created: Counter,
    opened: Counters<OfView>,
    destroyed: Counters<OfBy>,
    refused: Counters<OfReason>,
}

impl Store {
    /// With a place on the page for each number.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let operations = || Operation::ALL.iter().copied().map(Value);
        let troubles = || Trouble::ALL.iter().copied().map(Value);
        let durations = timings(
            registry,
            "ashlink_store_duration_seconds",
            "How long the store took to answer",
            operations().map(|operation| OfOperation { operation }),
        );
        let errors = counters(
            registry,
            "ashlink_store_errors",
            "What the store did not answer: it did not take it, it may have done it, it holds something unreadable, \
             or the client went away before the answer",
            operations().flat_map(|operation| troubles().map(move |error| Failure { operation, error })),
        );
        let created = Counter::default();
        registry.register(
            "ashlink_secrets_created",
            "Secrets that were stored; a repetition of the same request counts again",
            created.clone(),
        );
        let opened = counters(
            registry,
            "ashlink_secrets_opened",
            "Views that were handed out; a repetition of the same claim during its lease counts again",
            View::ALL.iter().map(|view| OfView { view: Value(*view) }),
        );
        let destroyed = counters(
            registry,
            "ashlink_secrets_destroyed",
            "Secrets that were destroyed on request, by whom; a repetition counts again. \
             Those that failed attempts destroyed are in ashlink_secrets_refused, as destroyed",
            By::ALL.iter().map(|by| OfBy { by: Value(*by) }),
        );
        let refused = counters(
            registry,
            "ashlink_secrets_refused",
            "What the store did not do, and why: storing, opening, acknowledging, destroying",
            Reason::ALL.iter().map(|reason| OfReason { reason: Value(*reason) }),
        );
        Self { durations, errors, created, opened, destroyed, refused }
    }

    /// An operation was answered, after so long.
    pub(super) fn answered(&self, operation: Operation, took: Duration) {
        self.durations.get_or_create(&OfOperation { operation: Value(operation) }).observe(took.as_secs_f64());
    }

    /// An operation had no answer.
    pub(super) fn failed(&self, operation: Operation, trouble: Trouble) {
        self.errors.get_or_create(&Failure { operation: Value(operation), error: Value(trouble) }).inc();
    }

    /// A secret was stored.
    pub(super) fn created(&self) {
        self.created.inc();
    }

    /// A view was handed out.
    pub(super) fn opened(&self, view: View) {
        self.opened.get_or_create(&OfView { view: Value(view) }).inc();
    }

    /// A secret was destroyed.
    pub(super) fn destroyed(&self, by: By) {
        self.destroyed.get_or_create(&OfBy { by: Value(by) }).inc();
    }

    /// The store did not do what was asked.
    pub(super) fn refused(&self, reason: Reason) {
        self.refused.get_or_create(&OfReason { reason: Value(reason) }).inc();
    }
}
