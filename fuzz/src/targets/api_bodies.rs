//! Bodies of the API's requests: bad ones are 400 or 422, good ones are within their bounds.

use crate::support::within;
use ashlink_core::api::{ClaimRequest, CreateRequest, ErrorCode, MaxViews, Ttl};
use ashlink_core::envelope::{MAX_ENVELOPE, MIN_ENVELOPE};
use ashlink_server::fuzzing::body;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// The most characters of an answer that says what is wrong with a body, however long that is.
const MAX_ANSWER: usize = 1024;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(request) = read::<CreateRequest>(bytes, &FIELDS_OF_CREATE) {
        assert!((MIN_ENVELOPE..=MAX_ENVELOPE).contains(&request.envelope.len()));
        assert!((Ttl::MIN..=Ttl::MAX).contains(&request.expires_in));
        assert!((MaxViews::ONE..=MaxViews::MAX).contains(&request.max_views));
    }
    read::<ClaimRequest>(bytes, &["access", "nonce"]);
}

const FIELDS_OF_CREATE: [&str; 7] =
    ["id", "access_verifier", "owner_verifier", "envelope", "expires_in", "max_views", "attempt_limit"];

fn read<T: DeserializeOwned + Serialize>(bytes: &[u8], fields: &[&str]) -> Option<T> {
    let error = match within(32 * bytes.len() + 16 * 1024, || body::<T>(bytes)) {
        Ok(value) => {
            assert!(serde_json::from_slice::<IgnoredAny>(bytes).is_ok(), "only JSON is read");
            // What was read is written as the same, and read as that.
            let written = serde_json::to_vec(&value).expect("a request can be written");
            let again = body::<T>(&written).expect("a written request can be read");
            assert_eq!(serde_json::to_vec(&again).expect("a request can be written"), written);
            return Some(value);
        }
        Err(error) => error,
    };
    let (code, answer) = error;
    match code {
        ErrorCode::Malformed => assert_eq!(answer.error.field, None),
        ErrorCode::InvalidField => {
            let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
            // Only of an object it is a field that is wrong.
            let known = answer.error.field.as_deref().map_or(!is_object, |field| is_object && fields.contains(&field));
            assert!(known, "no field of the request: {:?}", answer.error.field);
        }
        other => panic!("a body is answered with {other:?}"),
    }
    let answer = serde_json::to_string(&answer).expect("an answer can be written");
    assert!(answer.len() <= MAX_ANSWER, "an answer of {} bytes: {answer:.200}", answer.len());
    None
}
