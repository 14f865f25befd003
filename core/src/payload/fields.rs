//! The kind `fields`: a login or other credentials, a value each (section 5).

use super::{CONTENT, InvalidPayload, KIND, NAME, PayloadError, expect_key, expect_pairs, head};
use minicbor::{Decoder, Encoder};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The most fields of one item.
pub const MAX_FIELDS: usize = 64;
/// The longest label, in characters.
pub const MAX_LABEL_CHARS: usize = 64;
/// The longest name of a type, in bytes.
pub const MAX_FIELD_TYPE_BYTES: usize = 32;

/// One value with its type, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Field {
    /// What the value is.
    pub field_type: FieldType,
    /// Byte for byte.
    pub value: String,
    /// The sender's word for it, at most [`MAX_LABEL_CHARS`] characters; empty where the type says enough. Hostile
    /// until [`crate::safe_name::safe_label`] has made it safe.
    pub label: String,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Field(…)")
    }
}

/// What the value of a field is.
#[derive(Debug, Clone, PartialEq, Eq, Zeroize)]
pub enum FieldType {
    /// Any text that is not hidden.
    Text,
    /// The name that one signs in with.
    User,
    /// A password, a PIN or a token.
    Password,
    /// An address. A link only where its scheme is `http` or `https`.
    Url,
    /// An `otpauth` address, from which one-time codes are computed.
    Totp,
    /// Some lines of text.
    Note,
    /// A private key as its file holds it.
    SshKey,
    /// A type of a later writer, by its name: shown as a text.
    Other(String),
}

impl FieldType {
    /// The type of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        match name {
            "text" => Self::Text,
            "user" => Self::User,
            "password" => Self::Password,
            "url" => Self::Url,
            "totp" => Self::Totp,
            "note" => Self::Note,
            "ssh_key" => Self::SshKey,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Its name, as the payload has it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Text => "text",
            Self::User => "user",
            Self::Password => "password",
            Self::Url => "url",
            Self::Totp => "totp",
            Self::Note => "note",
            Self::SshKey => "ssh_key",
            Self::Other(name) => name,
        }
    }

    /// Whether the value is shown only to who asks for it.
    #[must_use]
    pub const fn is_hidden(&self) -> bool {
        match self {
            Self::Password | Self::Totp | Self::SshKey => true,
            Self::Text | Self::User | Self::Url | Self::Note | Self::Other(_) => false,
        }
    }
}

/// Whether these fields can be a payload.
pub(super) fn check(fields: &[Field]) -> Result<(), InvalidPayload> {
    if !(1..=MAX_FIELDS).contains(&fields.len()) {
        return Err(InvalidPayload::Fields);
    }
    fields.iter().try_for_each(|field| {
        let name = field.field_type.name();
        if !(1..=MAX_FIELD_TYPE_BYTES).contains(&name.len()) || FieldType::new(name) != field.field_type {
            return Err(InvalidPayload::FieldType);
        }
        // Bytes first: no character has more than four of them, and none is counted for nothing.
        if field.label.len() > 4 * MAX_LABEL_CHARS || field.label.chars().count() > MAX_LABEL_CHARS {
            return Err(InvalidPayload::Label);
        }
        Ok(())
    })
}

/// Writes the array.
pub(super) fn encode(
    fields: &[Field],
    encoder: &mut Encoder<Vec<u8>>,
) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
    encoder.array(fields.len() as u64)?;
    for Field { field_type, value, label } in fields {
        encoder.map(3)?.u8(KIND)?.str(field_type.name())?;
        encoder.u8(CONTENT)?.str(value)?.u8(NAME)?.str(label)?;
    }
    Ok(())
}

/// Reads the array; its bounds are [`check`]'s.
pub(super) fn decode(decoder: &mut Decoder<'_>) -> Result<Vec<Field>, PayloadError> {
    let len = decoder.array()?.ok_or(PayloadError::Malformed)?;
    let mut fields = Vec::new();
    for _ in 0..len.min(MAX_FIELDS as u64 + 1) {
        let (pairs, name) = head(decoder)?;
        expect_pairs(pairs, 3)?;
        let field_type = FieldType::new(name);
        expect_key(decoder, CONTENT)?;
        let value = decoder.str()?.to_owned();
        expect_key(decoder, NAME)?;
        let label = decoder.str()?.to_owned();
        fields.push(Field { field_type, value, label });
    }
    Ok(fields)
}

/// Bytes that encoding takes at most.
pub(super) fn size_hint(fields: &[Field]) -> usize {
    let size = |field: &Field| 32 + field.field_type.name().len() + field.value.len() + field.label.len();
    fields.iter().map(size).sum()
}

#[cfg(test)]
mod tests {
    use super::super::{Item, Payload};
    use super::*;

    fn field(name: &str, label: &str) -> Field {
        Field { field_type: FieldType::new(name), value: "v".into(), label: label.into() }
    }

    #[test]
    fn each_type_has_one_name() {
        for name in ["text", "user", "password", "url", "totp", "note", "ssh_key"] {
            let field_type = FieldType::new(name);
            assert!(!matches!(field_type, FieldType::Other(_)), "{name}");
            assert_eq!(field_type.name(), name);
        }
        assert_eq!(FieldType::new("card_number"), FieldType::Other("card_number".into()));
        assert_eq!(FieldType::new("Password"), FieldType::Other("Password".into()), "case counts");
    }

    #[test]
    fn what_breaks_a_bound_is_no_payload() {
        let of = |fields: Vec<Field>| Payload::one(Item::Fields(fields)).map(|_| ());
        assert_eq!(of(vec![]), Err(InvalidPayload::Fields));
        assert_eq!(of(vec![field("text", ""); MAX_FIELDS]), Ok(()));
        assert_eq!(of(vec![field("text", ""); MAX_FIELDS + 1]), Err(InvalidPayload::Fields));
        assert_eq!(of(vec![field(&"t".repeat(32), "")]), Ok(()));
        for name in ["", &"t".repeat(33)] {
            assert_eq!(of(vec![field(name, "")]), Err(InvalidPayload::FieldType));
        }
        let mut twice = field("user", "");
        twice.field_type = FieldType::Other("user".into());
        assert_eq!(of(vec![twice]), Err(InvalidPayload::FieldType), "a known name is its type");
        for character in ["x", "é", "𝄞"] {
            assert_eq!(of(vec![field("text", &character.repeat(64))]), Ok(()));
            assert_eq!(of(vec![field("text", &character.repeat(65))]), Err(InvalidPayload::Label));
        }
    }
}
