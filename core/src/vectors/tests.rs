//! That the checks notice what is wrong.

use super::*;
use serde_json::{Value, json};

fn failures(file: &str, json: &str) -> Vec<Failure> {
    let (file, _, check) = FILES.into_iter().find(|(name, ..)| *name == file).unwrap();
    let mut report = Report::default();
    check(file, json, Passphrase::parse, &mut report);
    report.failures
}

/// The first case that expects a value and, where there is one, the first that expects an
/// error: neither of them stretches a passphrase.
fn first_cases(json: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(json).unwrap();
    let cases = all["cases"].as_array().unwrap();
    let first = |error| cases.iter().find(|case| case.get("error").is_some() == error).cloned();
    [first(false), first(true)].into_iter().flatten().collect()
}

fn one(case: &Value) -> String {
    json!({ "format": 1, "cases": [case] }).to_string()
}

fn changed(field: &str, value: &Value) -> Value {
    match value {
        Value::Null => json!("a passphrase"),
        // One byte more is mostly padded to the same.
        Value::Number(number) if field == "length" => json!(number.as_u64().unwrap() + 1_000),
        Value::Number(number) => json!(number.as_u64().unwrap() + 1),
        Value::String(text) if text.is_empty() => json!("00"),
        Value::String(text) => json!(format!("{}{}", if text.starts_with('1') { "2" } else { "1" }, &text[1..])),
        other => json!({ "kind": "text", "text": format!("not {other}") }),
    }
}

#[test]
fn every_changed_or_missing_value_is_noticed() {
    for (file, json, _) in FILES {
        for case in first_cases(json) {
            assert_eq!(failures(file, &one(&case)), [], "{file}");
            for (field, value) in case.as_object().unwrap() {
                let mut missing = case.clone();
                missing.as_object_mut().unwrap().remove(field);
                assert_ne!(failures(file, &one(&missing)), [], "{file}: {field} missing");
                // Another input can have the same error, but no other value.
                if field != "name" && (field == "error" || case.get("error").is_none()) {
                    let mut other = case.clone();
                    other[field] = changed(field, value);
                    assert_ne!(failures(file, &one(&other)), [], "{file}: {field} changed");
                }
            }
        }
    }
}

#[test]
fn a_file_that_is_not_as_it_should_be_is_noticed() {
    for (file, json, _) in FILES {
        let case = &first_cases(json)[0];
        let mut unknown = case.clone();
        unknown["more"] = json!("x");
        for wrong in [
            json!({ "format": 1, "cases": [] }),
            json!({ "format": 2, "cases": [case] }),
            json!({ "format": 1, "cases": [case, case] }),
            json!({ "format": 1, "cases": [case], "more": 1 }),
            json!({ "format": 1, "cases": [unknown] }),
            json!([case]),
        ] {
            assert_ne!(failures(file, &wrong.to_string()), [], "{file}: {wrong}");
        }
        assert_ne!(failures(file, ""), [], "{file}");
    }
}

#[test]
fn a_value_and_an_error_at_once_are_noticed() {
    for file in ["passphrase.json", "links.json", "payload.json", "envelope.json"] {
        let (_, json, _) = FILES.into_iter().find(|(name, ..)| *name == file).unwrap();
        let mut both = first_cases(json)[0].clone();
        both["error"] = json!("damaged");
        assert_ne!(failures(file, &one(&both)), [], "{file}");
    }
}

#[test]
fn a_failure_shows_where_values_differ() {
    let failure = Failure {
        file: "links.json",
        case: "one".to_owned(),
        what: "k",
        expected: format!("{}a", "0".repeat(500)),
        got: "00".to_owned(),
    };
    assert_eq!(
        failure.to_string(),
        format!(
            "links.json, case \"one\", k: expected \"…{}…\" (from character 0 of 501), got \"00\"",
            "0".repeat(120)
        )
    );
    let late = Failure { got: "0".repeat(501), ..failure };
    assert!(late.to_string().contains(&format!("\"…{}a…\" (from character 476 of 501)", "0".repeat(24))));
}
