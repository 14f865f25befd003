//! The client's side of Ashlink: what the crypto worker and the command line have in common.
//!
//! A [`session::Session`] gets a [`ashlink_core::message::Request`] and gives a
//! [`ashlink_core::message::Reply`]; what lies between, key handling and every call of the API,
//! is here, over any [`transport::Transport`]. Plain Rust, tested on the host.

pub mod api;
pub mod json;
pub mod self_test;
pub mod session;
pub mod transport;
