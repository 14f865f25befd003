//! The crypto worker: the only place in the browser where keys live.
//!
//! The page sends a `Request` and gets a
//! `Reply`. What lies between is `ashlink-client`; here is the browser's
//! side of it.

#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(target_arch = "wasm32")]
pub mod glue;
