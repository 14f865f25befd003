//! The server: keeps ciphertext for a time and a number of views, and serves the page.
//!
//! It never sees a plaintext, a key or a passphrase. From the ground up: `web` speaks HTTP and knows no
//! product, `observe` counts and logs, `api` answers for secrets, `site` shows the page; on top of them
//! are the settings, and what puts all of it together. The stores are a crate of their own.

pub mod output;
pub mod web;

mod routes;

pub mod observe;

pub mod api;
pub mod site;

pub mod settings;
pub mod state;

pub mod router;
pub mod serve;

pub mod reload;
pub mod start;

pub mod check;
pub mod command;
pub mod export;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod package;
#[cfg(test)]
mod testing;
