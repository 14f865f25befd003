//! Ashlink's core: keys, derivation, links, envelope, payload and API types.
//!
//! It does no I/O: bytes in, bytes out, on servers, terminals and in browsers alike.
//! Every byte it writes is specified in `docs/FORMAT.md`; section numbers in these
//! docs mean that page. AES is called in [`seal`] and nowhere else.

pub mod api;
pub mod base58check;
pub mod bytes;
pub mod claim;
pub mod derive;
pub mod envelope;
pub mod generate;
pub mod link;
pub mod manifest;
pub mod message;
pub mod padding;
pub mod passphrase;
pub mod payload;
pub mod safe_name;
#[cfg(feature = "openapi")]
pub mod schema;
pub mod seal;
pub mod template;
pub mod text;
#[cfg(feature = "vectors")]
pub mod vectors;
