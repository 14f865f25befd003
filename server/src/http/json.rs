//! Reading JSON bodies: the right type, bounded in bytes and time, with errors that name
//! the field.

use crate::http::error::ApiError;
use ashlink_core::api::ErrorCode;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// For how long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
/// 415 for another type, 413 for more bytes, 408 for a body that does not arrive, 400 for
/// what is no JSON, 422 for JSON that does not fit, with the field's name.
pub async fn read<T: DeserializeOwned>(request: Request<Body>, limit: usize) -> Result<T, ApiError> {
    check_type(request.headers())?;
    let announced = request.headers().get(CONTENT_LENGTH);
    if announced.and_then(|value| value.to_str().ok()?.parse().ok()).is_some_and(|length: usize| length > limit) {
        return Err(too_large(limit));
    }
    let body = Limited::new(request.into_body(), limit).collect();
    let bytes = match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large(limit)),
        Ok(Err(_)) => return Err(ApiError::new(ErrorCode::Malformed, "the body broke off")),
        Err(_) => return Err(ApiError::new(ErrorCode::RequestTimeout, "the body did not arrive in time")),
    };
    parse(&bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        if error.inner().is_data() {
            let field = error.path().to_string();
            ApiError::field(field, error.inner().to_string())
        } else {
            not_json()
        }
    })?;
    deserializer.end().map_err(|_| not_json())?;
    Ok(value)
}

fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map_or("", |value| value.split(';').next().unwrap_or(""));
    if essence.trim().eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(ApiError::new(ErrorCode::UnsupportedMediaType, "the body must be application/json"))
    }
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(ErrorCode::TooLarge, format!("the body may have at most {limit} bytes"))
}

fn not_json() -> ApiError {
    ApiError::new(ErrorCode::Malformed, "the body is not JSON")
}
