//! What is inside: texts, files or fields as deterministic CBOR, then padding (section 5).

mod fields;

pub use fields::{Field, FieldType, MAX_FIELD_TYPE_BYTES, MAX_FIELDS, MAX_LABEL_CHARS};

use crate::envelope::{HEADER_LEN, TAG_LEN};
use crate::padding::{longest_payload, padded_len};
use minicbor::decode::Error as CborError;
use minicbor::{Decoder, Encoder};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The longest file name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 255;
/// The longest media type, in bytes.
pub const MAX_TYPE_BYTES: usize = 127;
/// The most items of a bundle.
pub const MAX_ITEMS: usize = 64;

const KIND: u8 = 0;
const CONTENT: u8 = 1;
const NAME: u8 = 2;
const TYPE: u8 = 3;
const TEXT: &str = "text";
const FILE: &str = "file";
const FIELDS: &str = "fields";
const BUNDLE: &str = "bundle";

/// The longest text, in bytes of UTF-8, whose envelope has at most `max_envelope` bytes.
#[must_use]
pub const fn longest_text(max_envelope: usize) -> usize {
    /// Map, key, `text` with its head, key, and a head of the text for up to 4 GiB.
    const FRAME: usize = 1 + 1 + 5 + 1 + 5;
    match longest_payload(max_envelope.saturating_sub(HEADER_LEN + TAG_LEN)) {
        Some(payload) => payload - FRAME,
        None => 0,
    }
}

/// A text, a file or fields, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Item {
    /// Text, byte for byte; shown as text and nothing else.
    Text(String),
    /// A file; saved and never shown.
    File(File),
    /// 1 to [`MAX_FIELDS`] values of a login or other credentials, in the sender's order.
    Fields(Vec<Field>),
}

/// A file, wiped when dropped. Name and media type are the sender's words: hostile until made safe.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct File {
    /// 1 to [`MAX_NAME_BYTES`] bytes.
    pub name: String,
    /// 0 to [`MAX_TYPE_BYTES`] bytes; empty for unknown.
    pub media_type: String,
    /// What the file holds, byte for byte.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Item(…)")
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("File(…)")
    }
}

/// What a secret holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// One item.
    One(Item),
    /// 1 to [`MAX_ITEMS`] items.
    Bundle(Vec<Item>),
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Payload(…)")
    }
}

/// Why a plaintext is not a payload. The plaintext itself is still the recipient's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Of a kind that this generation does not know.
    #[error("the content is of an unknown kind")]
    UnknownKind,
    /// Not what section 5 describes.
    #[error("the content is malformed")]
    Malformed,
}

impl From<CborError> for PayloadError {
    fn from(_: CborError) -> Self {
        Self::Malformed
    }
}

/// Why something cannot be made a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPayload {
    /// A file name is empty or too long.
    #[error("a file name must have 1 to {MAX_NAME_BYTES} bytes")]
    Name,
    /// A media type is too long.
    #[error("a media type must have at most {MAX_TYPE_BYTES} bytes")]
    MediaType,
    /// Too many items, or none.
    #[error("a bundle must have 1 to {MAX_ITEMS} items")]
    Items,
    /// Too many fields, or none.
    #[error("there must be 1 to {MAX_FIELDS} fields")]
    Fields,
    /// The name of a field's type is empty or too long, or that of another type.
    #[error("the type of a field must have 1 to {MAX_FIELD_TYPE_BYTES} bytes")]
    FieldType,
    /// A label is too long.
    #[error("a label must have at most {MAX_LABEL_CHARS} characters")]
    Label,
}

impl Item {
    fn check(&self) -> Result<(), InvalidPayload> {
        match self {
            Self::Text(_) => Ok(()),
            Self::File(file) if !(1..=MAX_NAME_BYTES).contains(&file.name.len()) => Err(InvalidPayload::Name),
            Self::File(file) if file.media_type.len() > MAX_TYPE_BYTES => Err(InvalidPayload::MediaType),
            Self::File(_) => Ok(()),
            Self::Fields(fields) => fields::check(fields),
        }
    }

    fn encode(&self, encoder: &mut Encoder<Vec<u8>>) {
        let written = match self {
            Self::Text(text) => (|| encoder.map(2)?.u8(KIND)?.str(TEXT)?.u8(CONTENT)?.str(text)?.ok())(),
            Self::File(File { name, media_type, data }) => (|| {
                encoder.map(4)?.u8(KIND)?.str(FILE)?.u8(CONTENT)?.bytes(data)?;
                encoder.u8(NAME)?.str(name)?.u8(TYPE)?.str(media_type)?.ok()
            })(),
            Self::Fields(fields) => (|| {
                encoder.map(2)?.u8(KIND)?.str(FIELDS)?.u8(CONTENT)?;
                fields::encode(fields, encoder)
            })(),
        };
        infallible(&written);
    }

    /// Bytes that encoding takes at most, so that the buffer is never moved.
    fn size_hint(&self) -> usize {
        32 + match self {
            Self::Text(text) => text.len(),
            Self::File(File { name, media_type, data }) => name.len() + media_type.len() + data.len(),
            Self::Fields(fields) => fields::size_hint(fields),
        }
    }
}

impl Payload {
    /// One text, of any length: none of the bounds of [`InvalidPayload`] is for texts.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::One(Item::Text(text.into()))
    }

    /// One item, checked.
    ///
    /// # Errors
    /// [`InvalidPayload`] names the bound that is broken.
    pub fn one(item: Item) -> Result<Self, InvalidPayload> {
        item.check()?;
        Ok(Self::One(item))
    }

    /// Several, checked.
    ///
    /// # Errors
    /// [`InvalidPayload`] names the bound that is broken.
    pub fn bundle(items: Vec<Item>) -> Result<Self, InvalidPayload> {
        if !(1..=MAX_ITEMS).contains(&items.len()) {
            return Err(InvalidPayload::Items);
        }
        items.iter().try_for_each(Item::check)?;
        Ok(Self::Bundle(items))
    }

    /// The plaintext to encrypt: encoded and padded.
    #[must_use]
    pub fn to_plaintext(&self) -> Zeroizing<Vec<u8>> {
        let hint = match self {
            Self::One(item) => item.size_hint(),
            Self::Bundle(items) => 32 + items.iter().map(Item::size_hint).sum::<usize>(),
        };
        let mut encoder = Encoder::new(Vec::with_capacity(padded_len(hint)));
        match self {
            Self::One(item) => item.encode(&mut encoder),
            Self::Bundle(items) => {
                infallible(&(|| {
                    let array = encoder.map(2)?.u8(KIND)?.str(BUNDLE)?.u8(CONTENT)?;
                    array.array(items.len() as u64)?.ok()
                })());
                items.iter().for_each(|item| item.encode(&mut encoder));
            }
        }
        let mut plaintext = encoder.into_writer();
        plaintext.resize(padded_len(plaintext.len()), 0);
        Zeroizing::new(plaintext)
    }

    /// Reads a decrypted plaintext.
    ///
    /// # Errors
    /// [`PayloadError`]; the plaintext can then still be offered as raw bytes.
    pub fn parse(plaintext: &[u8]) -> Result<Self, PayloadError> {
        let mut decoder = Decoder::new(plaintext);
        let payload = Self::decode(&mut decoder)?;
        // One encoding and one padding exist for each payload: whatever decodes to it but
        // is written otherwise (longer heads, other order, other padding) is refused here.
        if payload.to_plaintext().as_slice() == plaintext { Ok(payload) } else { Err(PayloadError::Malformed) }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, PayloadError> {
        let (pairs, kind) = head(decoder)?;
        if kind != BUNDLE {
            return item(decoder, pairs, kind).map(Self::One);
        }
        expect_pairs(pairs, 2)?;
        expect_key(decoder, CONTENT)?;
        let len = decoder.array()?.ok_or(PayloadError::Malformed)?;
        if !(1..=MAX_ITEMS as u64).contains(&len) {
            return Err(PayloadError::Malformed);
        }
        let mut items = Vec::new();
        for _ in 0..len {
            let (pairs, kind) = head(decoder)?;
            // A kind that is unknown only inside a bundle has no meaning of its own.
            items.push(item(decoder, pairs, kind).map_err(|_| PayloadError::Malformed)?);
        }
        Ok(Self::Bundle(items))
    }
}

/// Not `expect`: it would put the library's texts for errors into every browser.
fn infallible<E>(written: &Result<(), E>) {
    assert!(written.is_ok(), "writing to a Vec cannot fail");
}

/// Reads a map's head and its kind, shortest heads or not.
fn head<'b>(decoder: &mut Decoder<'b>) -> Result<(u64, &'b str), PayloadError> {
    // An empty map has no kind, whatever stands behind it.
    let pairs = decoder.map()?.filter(|pairs| *pairs > 0).ok_or(PayloadError::Malformed)?;
    expect_key(decoder, KIND)?;
    Ok((pairs, decoder.str()?))
}

/// Reads the rest of an item.
fn item(decoder: &mut Decoder<'_>, pairs: u64, kind: &str) -> Result<Item, PayloadError> {
    let item = match kind {
        TEXT => {
            expect_pairs(pairs, 2)?;
            expect_key(decoder, CONTENT)?;
            Item::Text(decoder.str()?.to_owned())
        }
        FILE => {
            expect_pairs(pairs, 4)?;
            expect_key(decoder, CONTENT)?;
            let data = decoder.bytes()?.to_vec();
            expect_key(decoder, NAME)?;
            let name = decoder.str()?.to_owned();
            expect_key(decoder, TYPE)?;
            let media_type = decoder.str()?.to_owned();
            Item::File(File { name, media_type, data })
        }
        FIELDS => {
            expect_pairs(pairs, 2)?;
            expect_key(decoder, CONTENT)?;
            Item::Fields(fields::decode(decoder)?)
        }
        BUNDLE => return Err(PayloadError::Malformed),
        _ => return Err(PayloadError::UnknownKind),
    };
    item.check().map_err(|_| PayloadError::Malformed)?;
    Ok(item)
}

fn expect_pairs(pairs: u64, expected: u64) -> Result<(), PayloadError> {
    if pairs == expected { Ok(()) } else { Err(PayloadError::Malformed) }
}

fn expect_key(decoder: &mut Decoder<'_>, key: u8) -> Result<(), PayloadError> {
    // `u64` takes an unsigned integer of any width, and nothing else.
    if decoder.u64()? == u64::from(key) { Ok(()) } else { Err(PayloadError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_fits() {
        for max_envelope in [287, 1024, 8192, 65_536, 1024 * 1024] {
            let longest = longest_text(max_envelope);
            let envelope = |len: usize| HEADER_LEN + Payload::text("x".repeat(len)).to_plaintext().len() + TAG_LEN;
            assert!(envelope(longest) <= max_envelope);
            // Short texts have shorter heads than the longest, so a few more bytes may fit.
            assert!(envelope(longest + 5) > max_envelope, "{max_envelope}");
        }
        assert_eq!(longest_text(100), 0);
    }
}
