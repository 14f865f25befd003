//! The page's WASM entry point.
#![cfg(target_arch = "wasm32")]

// Without this the islands' exports are not linked in, and the page is dead.
#[cfg(any(feature = "create", feature = "open"))]
use app as _;

/// Hydrates the islands on the page.
#[cfg(any(feature = "create", feature = "open"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// Renders the whole page.
#[cfg(feature = "csr")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn mount() {
    leptos::mount::mount_to_body(app::App);
}
