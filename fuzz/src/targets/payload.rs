//! Decrypted plaintexts: each payload has one, and no other is read.

use crate::support::within;
use ashlink_core::padding::padded_len;
use ashlink_core::payload::{
    FieldType, Item, MAX_FIELD_TYPE_BYTES, MAX_FIELDS, MAX_ITEMS, MAX_LABEL_CHARS, MAX_NAME_BYTES, MAX_TYPE_BYTES,
    Payload, PayloadError,
};

pub(crate) fn run(bytes: &[u8]) {
    check(bytes);
    // With the right padding, which a fuzzer would be long in guessing.
    let mut padded = bytes.to_vec();
    padded.resize(padded_len(bytes.len()), 0);
    check(&padded);
}

fn check(plaintext: &[u8]) {
    // Once what is read, once its plaintext to compare with, and a bundle's list. A field without a value is some
    // ten times its bytes, and a list of them doubles while it grows.
    let room = if plaintext.windows(6).any(|bytes| bytes == b"fields") { 30 } else { 3 };
    let parsed = within(room * plaintext.len() + 16 * 1024, || Payload::parse(plaintext));
    assert_eq!(parsed == Err(PayloadError::UnknownKind), is_of_unknown_kind(plaintext));
    let Ok(payload) = parsed else { return };
    assert_eq!(payload.to_plaintext().as_slice(), plaintext, "a payload has one plaintext");

    let again = match payload.clone() {
        Payload::One(item) => {
            check_item(&item);
            Payload::one(item)
        }
        Payload::Bundle(items) => {
            assert!((1..=MAX_ITEMS).contains(&items.len()));
            items.iter().for_each(check_item);
            Payload::bundle(items)
        }
    };
    assert_eq!(again, Ok(payload), "what is read could have been made");
}

fn check_item(item: &Item) {
    match item {
        Item::Text(_) => {}
        Item::File(file) => {
            assert!((1..=MAX_NAME_BYTES).contains(&file.name.len()) && file.media_type.len() <= MAX_TYPE_BYTES);
        }
        Item::Fields(fields) => {
            assert!((1..=MAX_FIELDS).contains(&fields.len()));
            for field in fields {
                let name = field.field_type.name();
                assert!((1..=MAX_FIELD_TYPE_BYTES).contains(&name.len()) && FieldType::new(name) == field.field_type);
                assert!(field.label.chars().count() <= MAX_LABEL_CHARS);
            }
        }
    }
}

/// The format's section 5, read once more: a map of at least one pair, whose first key is 0
/// and whose first value is a text other than the four kinds; heads in any definite form.
fn is_of_unknown_kind(bytes: &[u8]) -> bool {
    let kind = || {
        let (pairs, rest) = argument(bytes, 5)?;
        let (key, rest) = argument(rest, 0).filter(|_| pairs > 0)?;
        let (len, rest) = argument(rest, 3).filter(|_| key == 0)?;
        std::str::from_utf8(rest.get(..usize::try_from(len).ok()?)?).ok()
    };
    kind().is_some_and(|kind| !["text", "file", "fields", "bundle"].contains(&kind))
}

/// The argument of a head of this major type (RFC 8949, section 3), and what follows.
fn argument(bytes: &[u8], major: u8) -> Option<(u64, &[u8])> {
    let (&head, rest) = bytes.split_first().filter(|(head, _)| **head >> 5 == major)?;
    let width = match head & 31 {
        small @ 0..24 => return Some((small.into(), rest)),
        wide @ 24..28 => 1 << (wide - 24),
        _ => return None,
    };
    let (argument, rest) = rest.split_at_checked(width)?;
    Some((argument.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), rest))
}
