//! Fixed-size byte strings that travel as base64url without padding (RFC 4648, section 5).
//!
//! Each has a type of its own, so that an owner proof cannot be passed where a link proof
//! belongs. Those that grant something never show their bytes in `Debug`, compare in
//! constant time, and are wiped when dropped.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What is wrong with a text that should be base64url of a known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BytesError {
    /// Not base64url without padding, or with bits set behind the last byte.
    #[error("is not base64url without padding")]
    Encoding,
    /// The right alphabet, the wrong number of bytes.
    #[error("must be {expected} bytes")]
    Length {
        /// How many bytes it should have been.
        expected: usize,
    },
}

/// Encodes bytes as base64url without padding. What grants something is short and encoded in
/// constant time (`to_text` of its type); this is for ciphertext, where speed counts.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Decodes base64url without padding; refuses padding, white space and stray trailing bits.
///
/// # Errors
/// [`BytesError::Encoding`].
#[cfg(not(target_arch = "wasm32"))]
pub fn from_base64url(text: &str) -> Result<Vec<u8>, BytesError> {
    base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| BytesError::Encoding)
}

/// Encodes bytes as base64url without padding.
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes base64url without padding; refuses padding, white space and stray trailing bits.
///
/// # Errors
/// [`BytesError::Encoding`].
#[cfg(target_arch = "wasm32")]
pub fn from_base64url(text: &str) -> Result<Vec<u8>, BytesError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| BytesError::Encoding)
}

/// Deserializes what is written as a text, without a copy of the text.
pub(crate) fn deserialize_text<'de, D: Deserializer<'de>, T, E: std::fmt::Display>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    struct Text<P>(P);

    impl<T, E: std::fmt::Display, P: FnOnce(&str) -> Result<T, E>> de::Visitor<'_> for Text<P> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<F: de::Error>(self, text: &str) -> Result<T, F> {
            (self.0)(text).map_err(F::custom)
        }
    }

    deserializer.deserialize_str(Text(parse))
}

fn fixed<const N: usize>(text: &str) -> Result<[u8; N], BytesError> {
    // The longest fixed value has 32 bytes; nothing longer is decoded at all.
    let expected = BytesError::Length { expected: N };
    let mut out = [0; N];
    if text.len() != (N * 4).div_ceil(3) {
        return Err(expected);
    }
    let written = Base64UrlUnpadded::decode(text, &mut out).map_err(|_| BytesError::Encoding)?;
    if written.len() == N { Ok(out) } else { Err(expected) }
}

macro_rules! common {
    ($name:ident, $len:literal) => {
        impl $name {
            /// Its length in bytes.
            pub const LEN: usize = $len;

            /// Takes the bytes as they are.
            #[must_use]
            pub const fn new(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The raw bytes. To compare proofs use `==` on their type, which takes constant time.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// Parses base64url without padding.
            pub fn parse(text: &str) -> Result<Self, BytesError> {
                fixed(text).map(Self)
            }

            /// Writes base64url without padding.
            #[must_use]
            pub fn to_text(&self) -> String {
                Base64UrlUnpadded::encode_string(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_text())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize_text(deserializer, Self::parse)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::schema::base64url($len, stringify!($name))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

macro_rules! public_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $len]);

        common!($name, $len);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                // Enough to tell two apart in a test's output, too little to look one up.
                write!(f, concat!(stringify!($name), "({:02x}{:02x}…)"), self.0[0], self.0[1])
            }
        }
    };
}

macro_rules! secret_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; $len]);

        common!($name, $len);

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl Eq for $name {}

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

public_bytes! {
    /// Names a secret on the server: the first 16 bytes of SHA-256 of its [`LinkProof`].
    SecretId, 16
}
public_bytes! {
    /// SHA-256 of an [`Access`]; what the server keeps to recognise who may open a secret.
    AccessVerifier, 32
}
public_bytes! {
    /// SHA-256 of an [`OwnerProof`]; what the server keeps to recognise the sender.
    OwnerVerifier, 32
}
secret_bytes! {
    /// Proves that one holds the link, and nothing more. Sent as `Ashlink-Link`.
    LinkProof, 32
}
secret_bytes! {
    /// Proves that one can open the secret. Sent once, in the claim.
    Access, 32
}
secret_bytes! {
    /// Proves that one is the sender. Sent as `Ashlink-Owner`.
    OwnerProof, 32
}
secret_bytes! {
    /// Chosen at random by a reader for one claim, and kept for its repetitions.
    ClaimNonce, 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_text_is_read() {
        let id = SecretId::new(*b"0123456789abcdef");
        let text = id.to_text();
        assert_eq!(SecretId::parse(&text), Ok(id));
        assert_eq!(SecretId::parse(""), Err(BytesError::Length { expected: 16 }));
        assert_eq!(SecretId::parse(&format!("{text}==")), Err(BytesError::Length { expected: 16 }));
        assert_eq!(SecretId::parse(&format!(" {}", &text[1..])), Err(BytesError::Encoding));
        // The last character carries two bits of data and four that must be zero.
        assert_eq!(SecretId::parse(&format!("{}B", &text[..21])), Err(BytesError::Encoding));
        assert_eq!(SecretId::parse(&format!("{}+", &text[..21])), Err(BytesError::Encoding));
    }

    proptest::proptest! {
        /// The quick reader takes what the constant-time one takes, which browsers have, and nothing else.
        #[test]
        fn both_readers_agree(text in "[A-Za-z0-9_-]{0,70}|[A-Za-z0-9_+/= -]{0,9}") {
            let known = Base64UrlUnpadded::decode_vec(&text).map_err(|_| BytesError::Encoding);
            if let Ok(bytes) = &known {
                proptest::prop_assert_eq!(to_base64url(bytes), text.as_str());
            }
            proptest::prop_assert_eq!(from_base64url(&text), known);
        }
    }

    #[test]
    fn debug_shows_nothing_that_grants() {
        assert_eq!(format!("{:?}", Access::new([7; 32])), "Access(…)");
        assert_eq!(format!("{:?}", SecretId::new([7; 16])), "SecretId(0707…)");
    }
}
