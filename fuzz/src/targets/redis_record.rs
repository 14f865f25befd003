//! What Redis answers when it is asked for a record. The input is a list of fields: a byte for
//! the length, or 255 for none, and the field.

use crate::support::{Pieces, within};
use ashlink_core::api::{DestroyedBy, State};
use ashlink_store::fuzzing::redis_record;
use ashlink_store::{Record, TOMBSTONE_MILLIS};

pub(crate) fn run(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let mut fields = Vec::new();
    while !pieces.is_empty() {
        fields.push(match pieces.byte() {
            255 => None,
            len => Some(pieces.bytes(len.into()).to_vec()),
        });
    }
    let now = fields.first().cloned().flatten();
    let copy = fields.clone();
    let Ok(Some(record)) = within(32 * bytes.len() + 1024, || redis_record(copy)) else { return };

    assert_eq!(fields.len(), 14);
    let now: u64 = String::from_utf8_lossy(&now.expect("the time is told")).parse().expect("the time is a number");
    if record.state == State::Waiting {
        assert!(now < record.expires_at, "what waits has not expired");
    } else {
        let forgotten = record.ended_at.map(|ended| ended.saturating_add(TOMBSTONE_MILLIS));
        assert!(forgotten.is_none_or(|at| now < at), "tombstones are forgotten in time");
        assert_eq!((record.views_left, record.size), (0, None), "the dead have no views and no size");
    }
    assert!(record.views_left <= record.max_views.get(), "no more views are left than there were");
    assert_eq!(redis_record(written(&record, now)), Ok(Some(record)), "a record is read as written");
}

/// The record as the scripts write it.
fn written(record: &Record, now: u64) -> Vec<Option<Vec<u8>>> {
    let number = |number: u64| Some(number.to_string().into_bytes());
    let word = |word: &str| Some(word.as_bytes().to_vec());
    let times: Vec<String> = record.opened_at.iter().map(u64::to_string).collect();
    vec![
        number(now),
        number(record.created_at),
        number(record.expires_at),
        match record.state {
            State::Waiting => None,
            State::Opened => word("opened"),
            State::Destroyed => word("destroyed"),
            State::Expired => word("expired"),
            State::Lost => word("lost"),
        },
        record.ended_at.and_then(number),
        number(record.max_views.get().into()),
        number(record.views_left.into()),
        record.size.and_then(number),
        if times.is_empty() { None } else { word(&times.join(",")) },
        record.destroyed_by.and_then(|by| match by {
            DestroyedBy::Sender => word("sender"),
            DestroyedBy::Recipient => word("recipient"),
            DestroyedBy::FailedAttempts => word("attempts"),
        }),
        Some(record.owner_verifier.as_bytes().to_vec()),
        record.attempt_limit.and_then(|tries| number(tries.get().into())),
        number(record.failed_attempts.into()),
        record.last_failed_at.and_then(number),
    ]
}
