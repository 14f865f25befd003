//! What the OpenAPI document says besides the routes.

mod examples;

use ashlink_core::api::{Config, ErrorBody, ErrorCode};
use ashlink_core::bytes::{LinkProof, OwnerProof};
use utoipa::OpenApi;
use utoipa::openapi::Server;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ashlink",
        description = "One-time secrets. The server keeps ciphertext that it cannot read; docs/FORMAT.md says how \
                       it is made. Bodies are JSON, bytes in it base64url without padding, times RFC 3339 in UTC, \
                       durations seconds. Fields may be added; readers ignore what they do not know. What has no \
                       value is absent. An address that is not listed is answered with 404 `unknown`, a method \
                       that is not listed with 405 `method_not_allowed`."
    ),
    tags(
        (name = "server", description = "What this server allows"),
        (name = "create", description = "Creating, for the sender"),
        (name = "open", description = "Lookup, claim and destroying, for the recipient"),
        (name = "receipts", description = "Lookup and destroying, for the sender"),
    ),
    components(schemas(ErrorBody, ErrorCode, LinkProof, OwnerProof))
)]
pub(super) struct ApiDocument;

/// Adds where this server is, if the operator has said so, what a token is, and examples.
pub(super) fn complete(document: &mut utoipa::openapi::OpenApi, config: &Config) {
    document.servers = config.public_url.as_ref().map(|url| vec![Server::new(url)]);
    if let Some(components) = &mut document.components {
        components.add_security_scheme("bearer", token_scheme());
        examples::add(components);
    }
}

/// What creating may take.
fn token_scheme() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token from who runs the server, where `token_required` of /config says so."));
    SecurityScheme::Http(scheme.build())
}
