//! The pages: everything around the islands, and nothing that depends on a secret.

mod about;
mod body;
mod create;
#[cfg(feature = "ssr")]
mod document;
mod manage;
mod open;
mod parts;

#[cfg(feature = "csr")]
pub mod client;
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
    /// `/about`: how it works.
    About,
    /// No such address.
    NotFound,
    /// The server failed.
    ServerError,
}
