//! Parsers of foreign bytes that nobody outside calls but the fuzz targets.
//!
//! Exists with the feature `fuzzing` only, which no build of the server has.

use crate::api::json;
use crate::api::proof::{Bearer, bearer};
use crate::api::tokens::Token;
use crate::settings::parse;
use crate::web::encoding::Encoding;
use crate::web::prefix;
use ashlink_core::api::{ErrorBody, ErrorCode, MaxViews, Ttl};
use axum::http::{HeaderMap, Uri};
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

/// Reads a request's body as the handlers do.
///
/// # Errors
/// The code of the answer, and its body.
pub fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, (ErrorCode, ErrorBody)> {
    json::parse(bytes).map_err(crate::api::error::ApiError::into_parts)
}

/// The form that a page is sent in to who accepts this.
#[must_use]
pub fn accepted(lines: &[&str]) -> Encoding {
    Encoding::best(lines.iter().copied())
}

/// An address without the prefix that the server is under; `None` where it stays as it is.
#[must_use]
pub fn stripped(base: &str, uri: &Uri) -> Option<Uri> {
    prefix::stripped(base, uri)
}

/// The token in `Authorization`, if there is a whole one.
#[must_use]
pub fn shown_token(headers: &HeaderMap) -> Option<Token> {
    match bearer(headers) {
        Bearer::Text(text) => Token::parse(text).ok(),
        Bearer::Nothing | Bearer::Unclear => None,
    }
}

/// Reads the setting `ASHLINK_PUBLIC_URL`.
///
/// # Errors
/// What would be right.
pub fn public_url(text: &str) -> Result<Url, String> {
    parse::public_url(text)
}

/// Reads the setting `ASHLINK_CLIENT_ORIGIN`.
///
/// # Errors
/// What would be right.
pub fn origin(text: &str) -> Result<String, String> {
    parse::origin(text)
}

/// Reads the settings `ASHLINK_MIN_TTL`, `ASHLINK_MAX_TTL` and `ASHLINK_DEFAULT_TTL`.
///
/// # Errors
/// What would be right.
pub fn ttl(text: &str) -> Result<Ttl, String> {
    parse::ttl(text)
}

/// Reads the settings `ASHLINK_IMPRINT_URL` and `ASHLINK_PRIVACY_URL`.
///
/// # Errors
/// What would be right.
pub fn link(text: &str) -> Result<Url, String> {
    parse::link(text)
}

/// Reads the settings `ASHLINK_PRODUCT_NAME` and `ASHLINK_NOTICE`.
///
/// # Errors
/// What would be right.
pub fn words(text: &str) -> (Result<String, String>, Result<String, String>) {
    (parse::product_name(text), parse::notice(text))
}

/// Reads the setting `ASHLINK_LEASE`.
///
/// # Errors
/// What would be right.
pub fn lease(text: &str) -> Result<Duration, String> {
    parse::lease(text)
}

/// Reads the setting `ASHLINK_MAX_VIEWS`.
///
/// # Errors
/// What would be right.
pub fn views(text: &str) -> Result<MaxViews, String> {
    parse::views(text)
}

/// Reads the settings `ASHLINK_STORE_BUDGET` and `ASHLINK_MAX_SIZE`, in bytes.
///
/// # Errors
/// What would be right.
pub fn size(text: &str) -> (Result<u64, String>, Result<u64, String>) {
    (parse::size(text).map(|size| size.as_u64()), parse::max_size(text).map(|size| size.as_u64()))
}
