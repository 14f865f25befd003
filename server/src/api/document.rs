//! What the OpenAPI document says besides the routes.

use ashlink_core::api::{ErrorBody, ErrorCode};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ashlink",
        description = "One-time secrets. The server keeps ciphertext that it cannot read; docs/FORMAT.md says how \
                       it is made. Bytes are base64url without padding, times RFC 3339 in UTC, durations seconds."
    ),
    components(schemas(ErrorBody, ErrorCode))
)]
pub(super) struct ApiDocument;
