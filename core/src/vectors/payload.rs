//! `payload.json`, and payloads in JSON.

use super::ParsePassphrase;
use super::case::{Case, expected, failed, from_hex, to_hex};
use super::report::Checks;
use crate::payload::{Field, FieldType, File, Item, Payload, PayloadError};
use serde::Deserialize;

/// A payload as section 7 writes it.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum JsonPayload {
    Text {
        text: String,
    },
    File {
        name: String,
        #[serde(rename = "type")]
        media_type: String,
        data: String,
    },
    Fields {
        fields: Vec<JsonField>,
    },
    Bundle {
        items: Vec<Self>,
    },
}

/// A field as section 7 writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonField {
    #[serde(rename = "type")]
    field_type: String,
    value: String,
    label: String,
}

impl JsonPayload {
    pub(super) fn payload(&self) -> Result<Payload, String> {
        match self {
            Self::Bundle { items } => Payload::bundle(items.iter().map(Self::item).collect::<Result<_, _>>()?),
            one => Payload::one(one.item()?),
        }
        .map_err(|error| error.to_string())
    }

    fn item(&self) -> Result<Item, String> {
        match self {
            Self::Text { text } => Ok(Item::Text(text.clone())),
            Self::File { name, media_type, data } => {
                Ok(Item::File(File { name: name.clone(), media_type: media_type.clone(), data: from_hex(data)? }))
            }
            Self::Fields { fields } => Ok(Item::Fields(fields.iter().map(JsonField::field).collect())),
            Self::Bundle { .. } => Err("a bundle within a bundle".to_owned()),
        }
    }
}

impl JsonField {
    fn field(&self) -> Field {
        let Self { field_type, value, label } = self;
        Field { field_type: FieldType::new(field_type), value: value.clone(), label: label.clone() }
    }
}

/// A plaintext, and the payload in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plaintext {
    name: String,
    plaintext: String,
    payload: Option<JsonPayload>,
    error: Option<String>,
}

impl Case for Plaintext {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, _: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String> {
        let payload = self.payload.as_ref().map(JsonPayload::payload).transpose()?;
        if let Some(payload) = &payload {
            checks.same("plaintext", &self.plaintext, &to_hex(&payload.to_plaintext()));
        }
        let expected = expected(payload.as_ref().map(describe), self.error.as_deref())?;
        let got = match Payload::parse(&from_hex(&self.plaintext)?) {
            Ok(payload) => describe(&payload),
            Err(PayloadError::Malformed) => failed("malformed"),
            Err(PayloadError::UnknownKind) => failed("unknown_kind"),
        };
        checks.same("payload", &expected, &got);
        Ok(())
    }
}

/// A payload as a text that no other payload has.
pub(super) fn describe(payload: &Payload) -> String {
    match payload {
        Payload::One(one) => item(one),
        Payload::Bundle(items) => format!("bundle [{}]", items.iter().map(item).collect::<Vec<_>>().join(", ")),
    }
}

fn item(item: &Item) -> String {
    match item {
        Item::Text(text) => format!("text {text:?}"),
        Item::File(File { name, media_type, data }) => format!("file {name:?} {media_type:?} {}", to_hex(data)),
        Item::Fields(fields) => {
            let field = |Field { field_type, value, label }: &Field| format!("{field_type:?} {value:?} {label:?}");
            format!("fields [{}]", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
    }
}
