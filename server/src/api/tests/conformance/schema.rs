//! Whether a value is what a schema says: as much of JSON Schema as the document uses. A keyword
//! that is not known here fails the test, so that nothing is passed over.

use ashlink_core::api::Timestamp;
use regex::Regex;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// Fields that no schema names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// In requests they are for newer servers.
    Allowed,
    /// In answers they would be a secret of the server's.
    Refused,
}

/// The schemas of a document.
pub(super) struct Schemas {
    named: Value,
    patterns: RefCell<HashMap<String, Regex>>,
}

impl Schemas {
    pub(super) fn of(document: &Value) -> Self {
        Self { named: document["components"]["schemas"].clone(), patterns: RefCell::default() }
    }

    /// The name of a schema that is only named.
    pub(super) fn name(schema: &Value) -> Option<&str> {
        schema["$ref"]
            .as_str()
            .map(|place| place.strip_prefix("#/components/schemas/").expect("schemas are components"))
    }

    /// A schema itself.
    pub(super) fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match Self::name(schema) {
            Some(name) => self.resolve(self.named.get(name).unwrap_or_else(|| panic!("there is no schema {name}"))),
            None => schema,
        }
    }

    /// What is wrong with a value.
    pub(super) fn fault(&self, schema: &Value, value: &Value, unnamed: Unnamed) -> Option<String> {
        self.fault_at("", schema, value, unnamed)
    }

    fn fault_at(&self, at: &str, schema: &Value, value: &Value, unnamed: Unnamed) -> Option<String> {
        let mut faults = schema.as_object().expect("schemas are objects").iter().filter_map(|(keyword, says)| {
            let holds = match keyword.as_str() {
                "description" | "examples" => true,
                "$ref" => return self.fault_at(at, self.resolve(schema), value, unnamed),
                "properties" => return self.fault_within(at, says, value, unnamed),
                "items" => {
                    let mut items = value.as_array().into_iter().flatten();
                    return items.find_map(|item| self.fault_at(&format!("{at}[]"), says, item, unnamed));
                }
                "oneOf" => {
                    let fits = |schema: &&Value| self.fault_at(at, schema, value, unnamed).is_none();
                    list(says).iter().filter(fits).count() == 1
                }
                "type" => match says {
                    Value::Array(types) => types.iter().any(|kind| is(kind, value)),
                    kind => is(kind, value),
                },
                "enum" => list(says).contains(value),
                "required" => {
                    let has = |name: &Value| value.get(name.as_str().unwrap()).is_some();
                    !value.is_object() || list(says).iter().all(has)
                }
                "minimum" => value.as_f64().is_none_or(|number| number >= says.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|number| number <= says.as_f64().unwrap()),
                "minLength" => length(value).is_none_or(|length| length >= says.as_u64().unwrap()),
                "maxLength" => length(value).is_none_or(|length| length <= says.as_u64().unwrap()),
                "pattern" => value.as_str().is_none_or(|text| self.matches(says.as_str().unwrap(), text)),
                "format" => match (says.as_str(), value) {
                    (Some("date-time"), Value::String(_)) => serde_json::from_value::<Timestamp>(value.clone()).is_ok(),
                    (Some("int32"), Value::Number(number)) => number.as_f64().is_some_and(|n| n == f64::from(n as i32)),
                    (Some("int64"), Value::Number(number)) => number.as_f64().is_some_and(|n| n.abs() < 2_f64.powi(63)),
                    (Some("date-time" | "int32" | "int64"), _) => true,
                    _ => panic!("the format {says} is not known here"),
                },
                _ => panic!("the keyword {keyword} is not known here"),
            };
            (!holds).then(|| format!("{at} is not {keyword} {says}: {value:.200}"))
        });
        faults.next()
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        patterns.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).unwrap()).is_match(text)
    }

    fn fault_within(&self, at: &str, properties: &Value, value: &Value, unnamed: Unnamed) -> Option<String> {
        value.as_object().into_iter().flatten().find_map(|(name, field)| match properties.get(name) {
            Some(schema) => self.fault_at(&format!("{at}.{name}"), schema, field, unnamed),
            None => (unnamed == Unnamed::Refused).then(|| format!("{at}.{name} is not described")),
        })
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("this keyword has a list")
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("types are names") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        // However it is written: 60.0 is one, too.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        kind => panic!("there is no type {kind}"),
    }
}
