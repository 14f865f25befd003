//! The HTTP API's types (`/api/v1`), shared by server, page and command line.
//!
//! JSON with `snake_case` names, bytes as base64url without padding, times as RFC 3339
//! in UTC, durations in seconds. Fields may be added; readers ignore what they don't know.

pub mod config;
pub mod envelope;
pub mod error;
pub mod limits;
pub mod secrets;
pub mod status;
pub mod timestamp;

pub use config::{Config, PRODUCT_NAME};
pub use envelope::EnvelopeBytes;
pub use error::{AtLimit, ErrorBody, ErrorCode, Outcome};
pub use limits::{AttemptLimit, MaxViews, OutOfBounds, Ttl};
pub use secrets::{ClaimRequest, ClaimResponse, CreateRequest, CreateResponse};
pub use status::{DestroyedBy, State, Status};
pub use timestamp::Timestamp;

/// Header that carries a [`crate::bytes::LinkProof`].
pub const LINK_HEADER: &str = "ashlink-link";
/// Header of an operator's token, as `Bearer TOKEN` (RFC 6750, 2.1).
pub const TOKEN_HEADER: &str = "authorization";
/// Header that carries a [`crate::bytes::OwnerProof`].
pub const OWNER_HEADER: &str = "ashlink-owner";
/// Header that carries a [`crate::bytes::Access`] where a request has no body.
pub const ACCESS_HEADER: &str = "ashlink-access";
