//! How many cases are tried, and what they are made of.

use ashlink_core::bytes::OwnerProof;
use ashlink_core::derive::{LinkKey, LinkSecrets, OpenSecrets};
use ashlink_core::envelope::EnvelopeNonce;
use ashlink_core::passphrase::{Passphrase, Profile};
use ashlink_core::payload::{Field, FieldType, File, Item, MAX_LABEL_CHARS, Payload};
use ashlink_core::seal::Entropy;
use proptest::prelude::*;

/// So many cases, or many more in a large run.
pub(crate) fn cases(few: u32) -> ProptestConfig {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    ProptestConfig {
        cases: if large { few * 20 } else { few },
        // A failure prints what is needed to try it again; no files are left about.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The bytes of [`Entropy`], which cannot be copied itself.
pub(crate) type Random = ([u8; 32], [u8; 32], [u8; 12]);

pub(crate) fn entropy((key, owner, nonce): Random) -> Entropy {
    Entropy { link_key: LinkKey::new(key), owner_proof: OwnerProof::new(owner), nonce: EnvelopeNonce::new(nonce) }
}

pub(crate) fn unlock(key: [u8; 32], profile: Profile, passphrase: Option<&Passphrase>) -> OpenSecrets {
    LinkSecrets::derive(&LinkKey::new(key)).unlock(profile, passphrase).unwrap()
}

/// Any text, from all of Unicode, with more of what makes trouble than chance would bring.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(
        ['\0', '\t', '\n', '\r', ' ', '\u{85}', '\u{a0}', '\u{301}', '\u{323}', '\u{1100}', '\u{1161}', '\u{11a8}']
            .into_iter()
            .chain(['\u{200b}', '\u{2003}', '\u{202e}', '\u{212b}', '\u{feff}', '\u{fffd}', '\u{10ffff}', '#', 'e'])
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![any::<char>(), odd, prop::char::range(' ', '~')], 0..120)
        .prop_map(|chars| chars.into_iter().collect())
}

/// A text of at most so many bytes.
fn text_within(bytes: usize) -> impl Strategy<Value = String> {
    any_text().prop_map(move |mut text| {
        while text.len() > bytes {
            text.pop();
        }
        text
    })
}

/// A payload that can be shown; the real one never is.
#[derive(Debug, Clone)]
pub(crate) enum Parts {
    One(Part),
    Bundle(Vec<Part>),
}

/// An item that can be shown.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Text(String),
    File {
        name: String,
        media_type: String,
        data: Vec<u8>,
    },
    /// Type, value and label of each.
    Fields(Vec<(String, String, String)>),
}

impl Parts {
    pub(crate) fn payload(&self) -> Payload {
        match self {
            Self::One(part) => Payload::one(part.item()),
            Self::Bundle(parts) => Payload::bundle(parts.iter().map(Part::item).collect()),
        }
        .unwrap()
    }
}

impl Part {
    fn item(&self) -> Item {
        match self.clone() {
            Self::Text(text) => Item::Text(text),
            Self::File { name, media_type, data } => Item::File(File { name, media_type, data }),
            Self::Fields(fields) => Item::Fields(
                fields
                    .into_iter()
                    .map(|(name, value, label)| Field { field_type: FieldType::new(&name), value, label })
                    .collect(),
            ),
        }
    }
}

fn any_fields() -> impl Strategy<Value = Vec<(String, String, String)>> {
    let known = prop::sample::select(vec!["text", "user", "password", "url", "totp", "note", "ssh_key"]);
    let other = text_within(32).prop_map(|name| if name.is_empty() { "-".to_owned() } else { name });
    let label = any_text().prop_map(|label| label.chars().take(MAX_LABEL_CHARS).collect());
    let field = (prop_oneof![known.prop_map(str::to_owned), other], any_text(), label).boxed();
    prop_oneof![prop::collection::vec(field.clone(), 1..6), (field, 1..65_usize).prop_map(|(field, n)| vec![field; n]),]
}

fn any_part() -> impl Strategy<Value = Part> {
    let data = prop::collection::vec(any::<u8>(), 0..700);
    let name = text_within(255).prop_map(|name| if name.is_empty() { "-".to_owned() } else { name });
    prop_oneof![
        any_text().prop_map(Part::Text),
        (name, text_within(127), data).prop_map(|(name, media_type, data)| Part::File { name, media_type, data }),
        any_fields().prop_map(Part::Fields),
    ]
}

pub(crate) fn any_parts() -> impl Strategy<Value = Parts> {
    prop_oneof![
        3 => any_part().prop_map(Parts::One),
        1 => prop::collection::vec(any_part(), 1..6).prop_map(Parts::Bundle),
        1 => (any_part(), 1..65_usize).prop_map(|(part, n)| Parts::Bundle(vec![part; n])),
    ]
}
