//! What the OpenAPI document says besides the routes.

use ashlink_core::api::{ErrorBody, ErrorCode};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ashlink",
        description = "One-time secrets. The server keeps ciphertext that it cannot read; docs/FORMAT.md says how \
                       it is made. Bytes are base64url without padding, times RFC 3339 in UTC, durations seconds."
    ),
    components(schemas(ErrorBody, ErrorCode)),
    modifiers(&Tokens)
)]
pub(super) struct ApiDocument;

/// What creating may take.
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token from who runs the server, where `token_required` of /config says so."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme.build()));
    }
}
