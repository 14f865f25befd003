//! The pages: everything around the islands, and nothing that depends on a secret.

mod about;
mod body;
mod create;
#[cfg(feature = "ssr")]
mod document;
mod manage;
mod open;
mod parts;
pub mod reference;

#[cfg(feature = "csr")]
pub mod client;
#[cfg(feature = "csr")]
pub use client::App;
#[cfg(feature = "ssr")]
pub use document::{Assets, PageContext, document};

use reference::Reference;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// `/`: make a link.
    Create,
    /// `/s`: open one.
    Open,
    /// `/m`: the sender's side.
    Manage,
    /// `/about`: how it works.
    About,
    /// `/docs/api`: the API, for people who write programs.
    Reference(Box<Reference>),
    /// No such address.
    NotFound,
    /// The server failed.
    ServerError,
}

impl Page {
    /// Whether it has an island.
    const fn is_interactive(&self) -> bool {
        matches!(self, Self::Create | Self::Open | Self::Manage)
    }
}
