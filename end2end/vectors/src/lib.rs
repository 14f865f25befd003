//! The format's vectors as a module for a browser.
#![cfg(target_arch = "wasm32")]

/// Stub.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn run() -> String {
    String::new()
}
