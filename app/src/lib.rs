//! Ashlink's pages: server-rendered HTML with one island each.
//!
//! - [`text`]: all visible words;
//! - [`flow`]: what happens, as state machines that know no DOM;
//! - [`browser`]: the worker's client, clipboard, clock, history;
//! - [`islands`]: the interactive part of each page;
//! - [`page`]: documents, rendered by the server (or by Trunk, for designers);
//! - [`ids`]: what markup, islands and browser tests call the elements.

// Views are deeply nested types.
#![recursion_limit = "256"]

pub mod browser;
pub mod flow;
pub mod ids;
pub mod islands;
#[cfg(any(feature = "ssr", feature = "csr"))]
pub mod page;
pub mod text;

#[cfg(feature = "csr")]
pub use page::App;
#[cfg(feature = "ssr")]
pub use page::{Assets, Islands, Page, PageContext, render};
