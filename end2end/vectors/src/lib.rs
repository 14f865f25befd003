//! The format's vectors as a module for a browser: every case of `core/testdata`, run by
//! the engine that will open secrets.
#![cfg(target_arch = "wasm32")]

use ashlink_core::passphrase::{Passphrase, PassphraseTooLong};
use ashlink_core::vectors::check_all_with;
use js_sys::JsString;
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

/// Runs all vectors. JSON: `{"cases": 620, "failures": []}`, each failure as a text.
#[wasm_bindgen]
#[must_use]
pub fn run() -> String {
    let report = check_all_with(normalized_by_the_browser);
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    json!({ "cases": report.cases(), "failures": failures }).to_string()
}

/// As the crypto worker does it: with the browser's NFC.
fn normalized_by_the_browser(typed: &str) -> Result<Option<Passphrase>, PassphraseTooLong> {
    Passphrase::parse_with(typed, |text| JsString::from(text).normalize("NFC").into())
}
