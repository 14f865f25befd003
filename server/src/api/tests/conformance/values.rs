//! Secrets that belong together, and values made from schemas.

use super::schema::Schemas;
use ashlink_core::bytes::{Access, ClaimNonce, LinkProof, OwnerProof, to_base64url};
use serde_json::{Map, Value, json};
use std::net::Ipv4Addr;

/// How many secrets are in play at a time.
const SECRETS: usize = 16;
/// What an envelope of a test has at most besides the least that is allowed.
const LONGEST: usize = 400;

/// Everything that is random.
pub(super) struct World {
    pub(super) rng: fastrand::Rng,
    secrets: Vec<Secret>,
}

/// A secret, by its place.
#[derive(Clone, Copy)]
pub(super) struct Chosen(usize);

struct Secret {
    link: LinkProof,
    access: Access,
    owner: OwnerProof,
    nonce: ClaimNonce,
    envelope: String,
    views: u64,
    /// One client who is interested in it.
    peer: Ipv4Addr,
}

impl Secret {
    fn random(rng: &mut fastrand::Rng) -> Self {
        let mut bytes = [[0; 32]; 3];
        bytes.iter_mut().for_each(|bytes| rng.fill(bytes));
        let mut nonce = [0; 16];
        rng.fill(&mut nonce);
        let mut envelope = vec![0; 287 + rng.usize(..LONGEST)];
        rng.fill(&mut envelope);
        Self {
            link: LinkProof::new(bytes[0]),
            access: Access::new(bytes[1]),
            owner: OwnerProof::new(bytes[2]),
            nonce: ClaimNonce::new(nonce),
            envelope: to_base64url(&envelope),
            views: rng.u64(1..4),
            peer: Ipv4Addr::from(rng.u32(..)),
        }
    }

    /// What a schema of this name means for this secret.
    fn value(&self, schema: &str) -> Option<Value> {
        Some(json!(match schema {
            "SecretId" => self.link.secret_id().to_text(),
            "LinkProof" => self.link.to_text(),
            "Access" => self.access.to_text(),
            "AccessVerifier" => self.access.verifier().to_text(),
            "OwnerProof" => self.owner.to_text(),
            "OwnerVerifier" => self.owner.verifier().to_text(),
            "ClaimNonce" => self.nonce.to_text(),
            "EnvelopeBytes" => self.envelope.clone(),
            "MaxViews" => return Some(json!(self.views)),
            _ => return None,
        }))
    }
}

impl World {
    pub(super) fn new(mut rng: fastrand::Rng) -> Self {
        let secrets = (0..SECRETS).map(|_| Secret::random(&mut rng)).collect();
        Self { rng, secrets }
    }

    /// Another secret takes its place.
    pub(super) fn renew(&mut self, Chosen(place): Chosen) {
        self.secrets[place] = Secret::random(&mut self.rng);
    }

    pub(super) fn any(&mut self) -> Chosen {
        Chosen(self.rng.usize(..SECRETS))
    }

    /// Somebody: a stranger, one who comes again, or one who never stops.
    pub(super) fn peer(&mut self, Chosen(secret): Chosen) -> Ipv4Addr {
        match self.rng.u32(..10) {
            0..5 => self.secrets[secret].peer,
            5..8 => Ipv4Addr::from(self.rng.u32(..)),
            _ => Ipv4Addr::LOCALHOST,
        }
    }

    /// A value that a schema allows, about this secret.
    pub(super) fn right(&mut self, schemas: &Schemas, schema: &Value, chosen: Chosen) -> Value {
        let named = Schemas::name(schema).and_then(|name| self.secrets[chosen.0].value(name));
        if let Some(value) = named {
            return value;
        }
        let schema = schemas.resolve(schema);
        if let Some(either) = schema["oneOf"].as_array() {
            let schema = self.rng.choice(either).expect("there is a choice");
            return self.right(schemas, schema, chosen);
        }
        if let Some(values) = schema["enum"].as_array() {
            return self.rng.choice(values).expect("there is a choice").clone();
        }
        match schema["type"].as_str() {
            Some("object") => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let mut fields = Map::new();
                for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                    if required.contains(&json!(name)) || self.rng.u32(..4) == 0 {
                        fields.insert(name.clone(), self.right(schemas, field, chosen));
                    }
                }
                Value::Object(fields)
            }
            Some("integer") => {
                let min = schema["minimum"].as_u64().unwrap_or(0);
                let max = schema["maximum"].as_u64().unwrap_or(i64::MAX as u64);
                // Small ones matter as much as all others.
                let max = if self.rng.bool() { max } else { max.min(min.saturating_mul(100).max(100)) };
                json!(self.rng.u64(min..=max))
            }
            Some("boolean") => json!(self.rng.bool()),
            Some("string") => {
                let length = schema["minLength"].as_u64().unwrap_or(8) as usize;
                json!((0..length).map(|_| self.rng.alphanumeric()).collect::<String>())
            }
            Some("array") => json!([]),
            _ => Value::Null,
        }
    }

    /// A value at the edge of what a schema allows, or beyond it.
    pub(super) fn odd(&mut self, schemas: &Schemas, schema: &Value, right: &Value) -> Value {
        let mut values = vec![
            Value::Null,
            json!(true),
            json!(0),
            json!(-1),
            json!(u64::MAX),
            json!(i64::MAX),
            json!(0.5),
            json!(1e300),
            json!(""),
            json!("\u{0}"),
            json!("١٢٣"),
            json!("e\u{301}🔥\u{202e}\u{feff}"),
            json!("x".repeat(2_000)),
            json!([]),
            json!([right]),
            json!({}),
            json!({"value": right}),
            json!(right.to_string()),
        ];
        if let Some(number) = right.as_u64() {
            values.extend([json!(number as f64), json!(number as f64 + 0.5)]);
        }
        if let Some(text) = right.as_str() {
            let shorter: String = text.chars().skip(1).collect();
            values.extend([
                json!(shorter),
                json!(format!("{text}A")),
                json!(format!("{text}=")),
                json!(format!(" {text}")),
                json!(format!("{shorter}/")),
                json!(format!("{shorter}B")),
                json!(format!("{shorter}A")),
                json!(format!("{shorter}ä")),
                json!(text.to_uppercase()),
            ]);
        }
        let either = schemas.resolve(schema)["oneOf"].as_array().and_then(|either| either.first());
        let schema = schemas.resolve(either.unwrap_or(schema));
        for bound in ["minimum", "maximum"].into_iter().filter_map(|name| schema[name].as_i64()) {
            values.extend([json!(bound - 1), json!(bound), json!(bound + 1), json!(bound.to_string())]);
        }
        for length in ["minLength", "maxLength"].into_iter().filter_map(|name| schema[name].as_u64()) {
            // The longest envelope of all is more than this server takes anyway.
            let length = length.min(4_000) as usize;
            values.extend([length - 1, length, length + 1].map(|length| json!("A".repeat(length))));
        }
        self.rng.choice(values).expect("there are many")
    }
}
