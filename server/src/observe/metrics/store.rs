//! What is counted of the store.

use super::encode::{Page, Zeros};
use super::label::labels;
use super::table::Table;
use super::timings::Timings;
use ashlink_core::api::State;
use ashlink_store::StoreError;
use std::fmt;

labels! {
    /// What is asked of a store.
    Operation, "operation": {
        Create = "create", Look = "look", Claim = "claim", Ack = "ack", Destroy = "destroy", Burn = "burn",
        Ping = "ping",
    }

    /// Why there was no answer.
    Trouble, "error": {
        Unavailable = "unavailable", OutcomeUnknown = "outcome_unknown", Corrupt = "corrupt", Abandoned = "abandoned",
    }

    /// Whether a view was the last one.
    View, "view": { Last = "last", Earlier = "earlier" }

    /// Who destroyed a secret.
    By, "by": { Sender = "sender", Recipient = "recipient" }

    /// Why a store did not do what was asked.
    Reason, "reason": {
        Unknown = "unknown", WrongProof = "wrong_proof", TooManyTries = "too_many_tries", Opened = "opened",
        Burned = "burned", Expired = "expired", Lost = "lost", IdTaken = "id_taken", StoreFull = "store_full",
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
            State::Burned => Some(Self::Burned),
            State::Expired => Some(Self::Expired),
            State::Lost => Some(Self::Lost),
            // A contradiction, which the handler answers as an error of the server's own.
            State::Waiting => None,
        }
    }
}

/// Operations and what came of them.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(super) durations: Timings<Operation>,
    pub(super) errors: Table<(Operation, Trouble)>,
    pub(super) created: Table<()>,
    pub(super) opened: Table<(View,)>,
    pub(super) burned: Table<(By,)>,
    pub(super) refused: Table<(Reason,)>,
}

impl Store {
    pub(super) fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        page.timings("ashlink_store_duration_seconds", "How long the store took to answer.", &self.durations)?;
        page.counters(
            "ashlink_store_errors",
            "What the store did not answer: it did not take it, it may have done it, it holds something unreadable, \
             or the client went away before the answer.",
            &self.errors,
            Zeros::Written,
        )?;
        page.counters(
            "ashlink_secrets_created",
            "Secrets that were stored; a repetition of the same request counts again.",
            &self.created,
            Zeros::Written,
        )?;
        page.counters(
            "ashlink_secrets_opened",
            "Views that were handed out; a repetition of the same claim during its lease counts again.",
            &self.opened,
            Zeros::Written,
        )?;
        page.counters(
            "ashlink_secrets_burned",
            "Secrets that were destroyed on request, by whom; a repetition counts again. \
             Those that wrong tries burned are in ashlink_secrets_refused, as burned.",
            &self.burned,
            Zeros::Written,
        )?;
        page.counters(
            "ashlink_secrets_refused",
            "What the store did not do, and why: storing, opening, acknowledging, destroying.",
            &self.refused,
            Zeros::Written,
        )
    }
}
