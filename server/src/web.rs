//! What every HTTP server needs and no product: accepting connections, whose a request is, encodings,
//! prefix, headers, and memory and patience for bodies.
//!
//! Of the stores it knows by what callers are told apart (`address`, `tag`), and nothing else.

pub mod accept;
pub mod caller;
pub mod discard;
pub mod encoding;
pub mod headers;
pub mod host;
pub mod listener;
pub mod pace;
pub mod prefix;
pub mod rate_limit;
pub mod room;
