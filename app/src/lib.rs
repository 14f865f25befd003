//! The pages and islands.
use leptos::prelude::*;

/// Stub.
#[island]
pub fn Hello() -> impl IntoView {
    view! { <p>"hello"</p> }
}
