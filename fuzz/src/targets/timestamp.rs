//! Times on the wire, held against the library that servers used to read them with.

use crate::support::{Pieces, text};
use ashlink_core::api::Timestamp;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let read = serde_json::from_value::<Timestamp>(Value::from(&*text)).ok();
    // The library reads more forms; ours is the one that it writes, from the epoch on.
    let library = OffsetDateTime::parse(&text, &Rfc3339).ok();
    let expected = library.filter(|time| {
        time.unix_timestamp() >= 0 && time.offset().is_utc() && time.format(&Rfc3339).is_ok_and(|form| form == text)
    });
    let expected = expected.filter(|time| time.nanosecond() == 0);
    assert_eq!(read.map(Timestamp::unix_secs), expected.map(OffsetDateTime::unix_timestamp), "{text:?}");

    let millis = u64::from_le_bytes(Pieces(bytes).array());
    let time = Timestamp::from_unix_millis(millis);
    let library = i64::try_from(millis / 1000).ok().and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
    let written = serde_json::to_value(time).ok();
    assert_eq!(written, library.and_then(|time| time.format(&Rfc3339).ok()).map(Value::from));
    if let Some(written) = written {
        assert_eq!(serde_json::from_value::<Timestamp>(written).ok(), Some(time), "a time is read as written");
    }
}
