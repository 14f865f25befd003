//! The pages rendered in the browser, for designers: `trunk serve`.

use super::operator::{Operator, values};
use super::{Page, body, default_config};
use crate::browser::dom;
use crate::text::Language;
use leptos::prelude::*;

/// The page that the address names, with the limits that a server has by default.
#[component]
pub fn App() -> impl IntoView {
    let page = match dom::window().location().pathname().unwrap_or_default().as_str() {
        "/" => Page::Create,
        "/s" => Page::Open,
        "/m" => Page::Receipt,
        "/about" => Page::About,
        _ => Page::NotFound,
    };
    let language = Language::english();
    let values = values(&default_config(), "", "", None, language.common);
    body::body(page, language, &Operator::of(values))
}
