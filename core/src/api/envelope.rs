//! An envelope on the wire.

use crate::bytes::{deserialize_text, from_base64url, to_base64url};
use crate::envelope::{MAX_ENVELOPE, MIN_ENVELOPE};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An envelope's bytes, of a length that an envelope can have. The server cannot know
/// more about them; base64url on the wire.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvelopeBytes(Vec<u8>);

/// No envelope has so many or so few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have {MIN_ENVELOPE} to {MAX_ENVELOPE} bytes")]
pub struct WrongLength;

impl EnvelopeBytes {
    /// Takes an envelope.
    ///
    /// # Errors
    /// Says the bounds when its length is none an envelope can have.
    pub fn new(bytes: Vec<u8>) -> Result<Self, WrongLength> {
        if (MIN_ENVELOPE..=MAX_ENVELOPE).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(WrongLength) }
    }

    /// Header, ciphertext and tag (docs/FORMAT.md, section 4).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, given up.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The number of bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "an envelope is never empty")]
    pub const fn len(&self) -> usize {
        self.0.len()
    }
}

impl std::fmt::Debug for EnvelopeBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EnvelopeBytes({} bytes)", self.0.len())
    }
}

impl Serialize for EnvelopeBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_base64url(&self.0))
    }
}

impl<'de> Deserialize<'de> for EnvelopeBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = deserialize_text(deserializer, from_base64url)?;
        Self::new(bytes).map_err(de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for EnvelopeBytes {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        crate::schema::base64url_between(
            MIN_ENVELOPE,
            MAX_ENVELOPE,
            "An envelope (docs/FORMAT.md, section 4), base64url without padding.",
        )
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for EnvelopeBytes {}
