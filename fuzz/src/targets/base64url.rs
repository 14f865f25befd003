//! Ids, proofs, verifiers and envelopes as they travel: base64url of a known length.

use crate::support::{text, within};
use ashlink_core::api::EnvelopeBytes;
use ashlink_core::bytes::{
    Access, AccessVerifier, BytesError, ClaimNonce, LinkProof, OwnerProof, OwnerVerifier, SecretId, from_base64url,
    to_base64url,
};
use ashlink_core::envelope::{MAX_ENVELOPE, MIN_ENVELOPE};

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let decoded = within(text.len(), || from_base64url(&text));
    if let Ok(decoded) = &decoded {
        assert_eq!(to_base64url(decoded), text, "bytes have one text");
    }
    assert_eq!(from_base64url(&to_base64url(bytes)).as_deref(), Ok(bytes), "every text is read as written");

    macro_rules! fixed {
        ($($type:ident),*) => {$({
            let parsed = within(0, || $type::parse(&text));
            let expected = match &decoded {
                _ if text.len() != ($type::LEN * 4).div_ceil(3) => Err(BytesError::Length { expected: $type::LEN }),
                Ok(decoded) => Ok(decoded.as_slice()),
                Err(error) => Err(*error),
            };
            assert_eq!(parsed.as_ref().map(|value| value.as_bytes().as_slice()), expected.as_ref().copied());
            let quoted = serde_json::Value::from(&*text);
            assert_eq!(serde_json::from_value::<$type>(quoted).ok(), parsed.clone().ok());
            if let Ok(value) = parsed {
                assert_eq!(value.to_text(), text);
            }
        })*};
    }
    fixed!(Access, AccessVerifier, ClaimNonce, LinkProof, OwnerProof, OwnerVerifier, SecretId);

    let envelope = serde_json::from_value::<EnvelopeBytes>(serde_json::Value::from(&*text)).ok();
    let expected = decoded.ok().filter(|decoded| (MIN_ENVELOPE..=MAX_ENVELOPE).contains(&decoded.len()));
    assert_eq!(envelope.map(EnvelopeBytes::into_bytes), expected);
}
