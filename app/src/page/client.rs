//! The pages rendered in the browser, for designers: `trunk serve`.

use super::{Page, body};
use crate::browser::dom;
use crate::text::Language;
use ashlink_core::api::{Config, MaxViews, PRODUCT_NAME, Ttl};
use leptos::prelude::*;

/// The page that the address names, with the limits that a server has by default.
#[component]
pub fn App() -> impl IntoView {
    let page = match dom::window().location().pathname().unwrap_or_default().as_str() {
        "/" => Page::Create,
        "/s" => Page::Open,
        "/m" => Page::Manage,
        "/about" => Page::About,
        _ => Page::NotFound,
    };
    let config = Config {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        public_url: None,
        max_envelope: 1024 * 1024,
        min_ttl: Ttl::MIN,
        max_ttl: Ttl::MAX,
        default_ttl: Ttl::DEFAULT,
        max_views: MaxViews::MAX,
        lease: 60,
        passphrase_required: false,
        product_name: PRODUCT_NAME.to_owned(),
        notice: None,
        imprint_url: None,
        privacy_url: None,
        accent: None,
        logo: None,
        token_required: false,
    };
    body::body(page, Language::english(), "", &config)
}
