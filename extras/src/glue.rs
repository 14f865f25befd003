//! What the page calls. Nothing comes back where there is nothing to give.

use crate::qr::Qr;
use crate::weakness::is_weak;
use ashlink_core::generate::{self, Alphabets};
use wasm_bindgen::prelude::wasm_bindgen;

/// A password of characters.
#[wasm_bindgen]
pub fn password(len: usize, lower: bool, upper: bool, digits: bool, symbols: bool) -> Option<String> {
    let alphabets = Alphabets { lower, upper, digits, symbols };
    generate::password(len, alphabets).ok().map(|text| text.to_string())
}

/// A password of words.
#[wasm_bindgen]
pub fn words(count: usize) -> Option<String> {
    generate::words(count).ok().map(|text| text.to_string())
}

/// Something, where a passphrase can be guessed.
#[wasm_bindgen]
pub fn weakness(passphrase: &str) -> Option<String> {
    is_weak(passphrase).then(String::new)
}

/// A QR code as side length, a space, and the path of its dark modules.
#[wasm_bindgen]
pub fn qr(text: &str) -> Option<String> {
    Qr::encode(text).map(|qr| [&qr.side.to_string(), " ", &qr.path].concat())
}
