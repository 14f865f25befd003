//! What the OpenAPI document says besides the routes.

mod examples;

use ashlink_core::api::{Config, ErrorBody, ErrorCode};
use ashlink_core::bytes::{LinkProof, OwnerToken};
use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Header, HeaderBuilder, PathItem, Ref, RefOr, Response, ResponseBuilder, Server};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ashlink",
        description = "One-time secrets. The server keeps ciphertext that it cannot read; docs/FORMAT.md says how \
                       it is made. Bodies are JSON, whole numbers in it without a fraction, bytes base64url without \
                       padding, times RFC 3339 in UTC, durations seconds. Fields may be added; readers ignore what \
                       they do not know. What has no value is absent. An address that is not listed is answered \
                       with 404 `unknown`, a method that is not listed with 405 `method_not_allowed`."
    ),
    tags(
        (name = "server", description = "What this server allows"),
        (name = "create", description = "The sender stores"),
        (name = "open", description = "The recipient looks and opens"),
        (name = "receipts", description = "The sender looks and burns"),
    ),
    components(schemas(ErrorBody, ErrorCode, LinkProof, OwnerToken))
)]
pub(super) struct ApiDocument;

/// Adds what is the same for many routes, and where this server is, if the operator has said so.
pub(super) fn complete(document: &mut utoipa::openapi::OpenApi, config: &Config) {
    document.servers = config.public_url.as_ref().map(|url| vec![Server::new(url)]);
    for item in document.paths.paths.values_mut() {
        operations_mut(item).for_each(share);
    }
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

/// The operations of a path.
fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
}

/// Who is told to come back is told when, and whoever asks a store can find it damaged.
fn share(operation: &mut Operation) {
    let answers = &mut operation.responses.responses;
    for (status, answer) in answers.iter_mut() {
        let RefOr::T(answer) = answer else { continue };
        if status == "429" && answer.description.contains(ErrorCode::QuotaExceeded.as_str()) {
            let when = "With `rate_limited`: in how many seconds it can be tried again.";
            answer.headers.insert("Retry-After".to_owned(), retry_after(when));
        } else if status == "429" {
            answer.headers.insert("Retry-After".to_owned(), retry_after("In how many seconds it can be tried again."));
        } else if status == "401" {
            answer.headers.insert("WWW-Authenticate".to_owned(), challenge());
        } else if answer.description.contains(ErrorCode::Overloaded.as_str()) {
            let when = "With `overloaded`: in how many seconds it can be tried again.";
            answer.headers.insert("Retry-After".to_owned(), retry_after(when));
        } else if answer.description.contains(ErrorCode::WrongProof.as_str()) {
            let when = "With `attempts_left` 0: in how many seconds the next attempt is looked at.";
            answer.headers.insert("Retry-After".to_owned(), retry_after(when));
        }
    }
    if answers.contains_key("503") {
        answers.insert("500".to_owned(), RefOr::T(internal()));
    }
}

fn challenge() -> RefOr<Header> {
    let text: Object = ObjectBuilder::new().schema_type(Type::String).build();
    RefOr::T(HeaderBuilder::new().schema(Some(text)).description(Some("What is asked for: `Bearer`.")).build())
}

fn retry_after(when: &str) -> RefOr<Header> {
    let seconds: Object = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
    RefOr::T(HeaderBuilder::new().schema(Some(seconds)).description(Some(when)).build())
}

fn internal() -> Response {
    ResponseBuilder::new()
        .description("internal: the store holds something unreadable")
        .content("application/json", ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build())
        .build()
}
