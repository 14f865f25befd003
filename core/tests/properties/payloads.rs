//! Plaintexts: one for each payload, and no other is read.

use crate::support::{any_parts, cases};
use ashlink_core::padding::{MIN_PLAINTEXT, padded_len};
use ashlink_core::payload::{Payload, PayloadError};
use proptest::prelude::*;
use proptest::sample::Index;

/// Reads a plaintext; what is read has no other plaintext.
fn read(plaintext: &[u8]) -> Result<Payload, PayloadError> {
    let read = Payload::parse(plaintext);
    if let Ok(payload) = &read {
        assert_eq!(payload.to_plaintext().as_slice(), plaintext);
    }
    read
}

/// Beginnings and middles of CBOR that a parser could trip over.
fn odd_cbor() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\xa2\x00\x64text\x01".to_vec()),
        Just(b"\xa2\x00\x66bundle\x01".to_vec()),
        Just(b"\xa4\x00\x64file\x01".to_vec()),
        Just(b"\xa2\x00\x66fields\x01\x81".to_vec()),
        Just(b"\xa3\x00\x64user\x01\x61a\x02\x60".to_vec()),
        Just(b"\xa2\x00\x61x\x01".to_vec()),
        (0_u8..8, 24_u8..28, any::<u64>(), 0_usize..9).prop_map(|(major, info, argument, len)| {
            let mut head = vec![major << 5 | info];
            head.extend_from_slice(&argument.to_be_bytes()[8 - len.min(8)..]);
            head
        }),
        prop::collection::vec(any::<u8>(), 1..4),
        Just(vec![0; 20]),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn every_payload_has_its_plaintext(parts in any_parts()) {
        let payload = parts.payload();
        let plaintext = payload.to_plaintext();
        prop_assert!(plaintext.len() >= MIN_PLAINTEXT);
        prop_assert_eq!(padded_len(plaintext.len()), plaintext.len());
        prop_assert!(read(&plaintext) == Ok(payload));
    }

    #[test]
    fn a_changed_plaintext_is_another_payload_or_none(
        parts in any_parts(),
        at in any::<Index>(),
        bits in 1_u8..,
    ) {
        let payload = parts.payload();
        let mut plaintext = payload.to_plaintext();
        let at = at.index(plaintext.len());
        plaintext[at] ^= bits;
        prop_assert!(read(&plaintext) != Ok(payload));
    }

    #[test]
    fn a_plaintext_of_another_length_is_none(parts in any_parts(), len in any::<Index>(), more in 1_usize..600) {
        let payload = parts.payload();
        let plaintext = payload.to_plaintext();
        prop_assert!(read(&plaintext[..len.index(plaintext.len())]).is_err());
        let mut longer = plaintext.to_vec();
        longer.resize(plaintext.len() + more, 0);
        prop_assert_eq!(read(&longer).err(), Some(PayloadError::Malformed));
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_odd_cbor_is_read_or_refused(mut bytes in odd_cbor(), padded in any::<bool>()) {
        if padded {
            bytes.resize(padded_len(bytes.len()), 0);
        }
        let _ = read(&bytes);
    }
}

#[test]
fn every_changed_byte_of_one_plaintext_is_another_payload_or_none() {
    let payload = Payload::text("hello");
    let plaintext = payload.to_plaintext();
    for at in 0..plaintext.len() {
        for bits in 1..=u8::MAX {
            let mut other = plaintext.to_vec();
            other[at] ^= bits;
            assert!(read(&other) != Ok(payload.clone()));
        }
    }
}
