//! The pages: everything around the islands, and nothing that depends on a secret.

mod about;
mod body;
mod create;
#[cfg(feature = "ssr")]
mod document;
mod marks;
mod open;
pub mod operator;
mod parts;
mod receipt;
pub mod reference;
#[cfg(feature = "ssr")]
#[cfg(test)]
pub(crate) mod testing;

#[cfg(feature = "csr")]
pub mod client;
#[cfg(feature = "csr")]
pub use client::App;
#[cfg(feature = "ssr")]
pub use document::{Assets, Islands, PageContext, render};

use reference::Reference;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// `/`: create a link.
    Create,
    /// `/s`: open one.
    Open,
    /// `/m`: the sender's side.
    Receipt,
    /// `/about`: how it works.
    About,
    /// `/docs/api`: the API, for people who write programs.
    Reference(Box<Reference>),
    /// No such address.
    NotFound,
}

/// What a server is set to by default.
#[cfg(any(feature = "csr", test))]
pub(crate) fn default_config() -> ashlink_core::api::Config {
    use ashlink_core::api::{Config, MaxViews, PRODUCT_NAME, Ttl};
    Config {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        public_url: None,
        client_origin: None,
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
    }
}
