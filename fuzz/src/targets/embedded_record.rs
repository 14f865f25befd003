//! A record of the embedded store, as a damaged file could hold it.

use crate::support::{Pieces, within};
use ashlink_core::api::State;
use ashlink_store::TOMBSTONE_MILLIS;
use ashlink_store::fuzzing::EmbeddedRecord;

/// What a list that says to be long may reserve before its items are there.
const RESERVED: usize = 1024 * 1024;

pub(crate) fn run(bytes: &[u8]) {
    // The last bytes are a time at which it is looked at.
    let (bytes, now) = bytes.split_at(bytes.len().saturating_sub(8));
    let now = u64::from_le_bytes(Pieces(now).array());
    let Some(record) = within(16 * bytes.len() + RESERVED + 1024, || EmbeddedRecord::decode(bytes)) else { return };

    let written = record.encode();
    assert!(written.len() <= bytes.len(), "the shortest form is written");
    assert_eq!(EmbeddedRecord::decode(&written).as_ref(), Some(&record), "what is written is read as the same");
    assert_eq!(EmbeddedRecord::decode(&[&*written, &[0]].concat()), None, "nothing stands behind a record");

    let Some(seen) = record.seen_at(now) else { return };
    match seen.state {
        State::Waiting => {
            assert!(now < seen.expires_at, "what waits has not expired");
            assert!(record.deadline() <= seen.expires_at);
        }
        _ => {
            assert_eq!((seen.views_left, seen.size), (0, None), "the dead have no views and no size");
            let forgotten = seen.ended_at.map(|ended| ended.saturating_add(TOMBSTONE_MILLIS));
            assert!(forgotten.is_none_or(|at| now < at), "tombstones are forgotten in time");
        }
    }
}
