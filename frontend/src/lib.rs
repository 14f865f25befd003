//! The page's WASM entry point: brings the server-rendered islands to life.
#![cfg(target_arch = "wasm32")]

// Without this the islands' exports are not linked in, and the page is dead.
use app as _;

/// Hydrates every island on the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
