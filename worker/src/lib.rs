//! The crypto worker: the only place in the browser where keys live.
//!
//! The page sends a [`ashlink_core::message::Request`] and gets a
//! [`ashlink_core::message::Reply`]; what lies between, key handling and every call of the
//! API, is here. Everything but the glue is plain Rust, tested on the host.

pub mod api;
pub mod json;
pub mod self_test;
pub mod session;
pub mod transport;

#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(target_arch = "wasm32")]
pub mod glue;
