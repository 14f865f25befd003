//! What all routes share: errors, bodies, encodings, proofs, headers, logging.

pub mod answers;
pub mod cross_site;
pub mod discard;
pub mod encoding;
pub mod error;
pub mod headers;
pub mod host;
pub mod json;
pub mod log;
pub mod pace;
pub mod prefix;
pub mod proof;
pub mod room;
