//! `/api/v1`: creating, opening and the sender's side, each under a prefix of its own, so
//! that a proxy can let staff create and anyone open.

pub mod answers;
pub mod config;
mod create;
pub mod cross_site;
mod document;
pub mod error;
mod error_sets;
pub mod health;
pub mod json;
pub mod limit;
mod open;
pub mod proof;
mod receipts;
pub mod state;
pub mod tokens;

pub use create::largest_body;

use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::routes::Route;
use ashlink_core::api::{Config, ErrorCode};
use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The OpenAPI document of a server with these settings.
#[must_use]
pub fn document(config: &Config) -> OpenApi {
    documented(config).1
}

/// The routes under `/api`, the OpenAPI document among them.
pub fn routes(config: &Config) -> Router<ApiState> {
    let (router, document) = documented(config);
    // Rendered once and shared by all answers: it is the same for everyone.
    let json = Bytes::from(document.to_pretty_json().expect("the document is made of strings and numbers"));
    let answer = move || {
        let json = json.clone();
        async move { ([("content-type", "application/json")], json) }
    };
    router
        .route(Route::OpenApi.template(), get(answer))
        .route(Route::UnknownApi.template(), axum::routing::any(unknown_route))
        .method_not_allowed_fallback(method_not_allowed)
}

fn documented(config: &Config) -> (Router<ApiState>, OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(document::ApiDocument::openapi())
        .routes(routes!(config::config))
        .routes(routes!(create::create))
        .routes(routes!(open::lookup, open::destroy))
        .routes(routes!(open::claim))
        .routes(routes!(open::ack))
        .routes(routes!(receipts::receipt, receipts::destroy_as_sender))
        .split_for_parts();
    document::complete(&mut document, config);
    (router, document)
}

async fn unknown_route() -> ApiError {
    ApiError::new(ErrorCode::Unknown, "there is no such route")
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(ErrorCode::MethodNotAllowed, "this route does not take this method")
}

#[cfg(test)]
mod tests;
