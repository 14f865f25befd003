//! The server: keeps ciphertext for a time and a number of views, and serves the page.
//!
//! It never sees a plaintext, a key or a passphrase. `router` is the table of routes,
//! `store` decides who gets a view, `http` holds what all routes share.

pub mod api;
pub mod brand;
pub mod check;
pub mod client;
pub mod command;
pub mod config;
mod files;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod health;
pub mod http;
pub mod limit;
pub mod listener;
pub mod logging;
pub mod metrics;
pub mod output;
pub mod page;
pub mod reload;
pub mod router;
mod routes;
pub mod serve;
pub mod site;
pub mod start;
pub mod state;
pub mod store;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod trace;
