//! The pages: everything around the islands, and nothing that depends on a secret.

mod body;
mod create;
mod manage;
mod open;
mod parts;
#[cfg(feature = "ssr")]
mod document;

#[cfg(feature = "csr")]
mod client;
#[cfg(feature = "csr")]
pub use client::App;
#[cfg(feature = "ssr")]
pub use document::{Assets, PageContext, document};

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// `/`: make a link.
    Create,
    /// `/s`: open one.
    Open,
    /// `/m`: the sender's side.
    Manage,
    /// No such address.
    NotFound,
    /// The server failed.
    ServerError,
}
