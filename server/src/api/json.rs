//! Reading JSON bodies: the right type, bounded in bytes and time, with errors that name
//! the field.

use crate::api::error::ApiError;
use crate::web::caller::Caller;
use crate::web::pace::{Pace, TooSlow};
use crate::web::room::{NoRoom, Room, Share};
use ashlink_core::api::ErrorCode;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Request};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::time::Duration;

/// How slowly a body may come: 6 kB a second get through a line of 64 kbit/s. So its arrival takes at
/// most 30 seconds and one for each 6 kB, and clients wait as long for the answer.
const PACE: Pace = Pace::new(Duration::from_secs(30), 6_000);

/// A body that was read, and the memory that it takes.
#[derive(Debug)]
pub struct Held<T> {
    /// The parsed body, each field within the bounds of its type.
    pub value: T,
    /// To be kept for as long as the value is.
    pub memory: Share,
}

/// The most characters of a message about a field.
const LONGEST_MESSAGE: usize = 200;

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
/// 415 for another type or a compressed body, 413 for more bytes, 408 for a body that does not
/// arrive, 503 while the memory for bodies is taken, by all or by this caller, 400 for what is no JSON,
/// 422 for JSON that does not fit, with the field's name.
pub async fn read<T: DeserializeOwned>(request: Request<Body>, limit: usize, room: &Room) -> Result<Held<T>, ApiError> {
    check_type(request.headers())?;
    let announced = request.headers().get(CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(too_large(limit));
    }
    let from = request.extensions().get::<Caller>().expect("who asks is settled before a body is read").levels();
    let mut memory = room.share(from);
    let most = announced.unwrap_or(limit);
    let bytes = collect(request.into_body(), most, limit, &mut memory).await?;
    let value = parse(&bytes)?;
    // What it says is no longer than the body.
    memory.shrink_to(bytes.len());
    Ok(Held { value, memory })
}

/// What an answer of some length says, in one piece of memory.
pub fn write(value: &impl Serialize, room: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(room);
    serde_json::to_writer(&mut bytes, value).expect("the answers of the API are JSON, and a Vec takes all bytes");
    bytes
}

/// The answer that says it.
pub fn answer(bytes: impl Into<Bytes>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes.into()).into_response()
}

/// Reads a body of at most `limit` bytes that is expected to have at most `most`.
async fn collect(mut body: Body, most: usize, limit: usize, memory: &mut Share) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut pace = PACE;
    let late = |TooSlow| ApiError::new(ErrorCode::RequestTimeout, "the body did not arrive in time");
    while let Some(frame) = pace.frame(&mut body).await.map_err(late)? {
        let frame = frame.map_err(|_| ApiError::new(ErrorCode::Malformed, "the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        make_room(&mut bytes, data.len(), most, memory).map_err(|NoRoom| ApiError::overloaded())?;
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// Gives a body room for so many more bytes: first it is granted, then it is taken. A body that is
/// announced gets none before it comes, or whoever announces much and sends nothing would have it. Each
/// time there is twice as much, up to what is expected, so that few bytes are moved often.
fn make_room(bytes: &mut Vec<u8>, more: usize, most: usize, memory: &mut Share) -> Result<(), NoRoom> {
    let needed = bytes.len() + more;
    let granted = bytes.capacity();
    if needed > granted {
        let size = needed.max(most.min(granted * 2));
        memory.grow(size - granted)?;
        bytes.reserve_exact(size - bytes.len());
    }
    Ok(())
}

/// Reads a body, which is an object. A list of the right values would be taken for one.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(bytes).map_err(|_| not_json())?;
        return Err(ApiError::new(ErrorCode::InvalidField, "the body must be a JSON object"));
    }
    // Keeping track of the field is for those who must be told which one it was.
    serde_json::from_slice(bytes).or_else(|_| parse_with_path(bytes))
}

fn parse_with_path<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        if error.inner().is_data() {
            let message = error.inner().to_string();
            let field = named_field(&message).map_or_else(|| error.path().to_string(), str::to_owned);
            ApiError::field(field, shortened(message))
        } else {
            not_json()
        }
    })?;
    deserializer.end().map_err(|_| not_json())?;
    Ok(value)
}

/// The field that is not there, or twice. Only the words of serde name it: the path is that of the whole.
fn named_field(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("missing field `").or_else(|| message.strip_prefix("duplicate field `"))?;
    rest.split('`').next()
}

/// What is wrong, without more of the body than shows it: serde's words hold the whole value.
fn shortened(message: String) -> String {
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message,
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(ApiError::new(ErrorCode::UnsupportedMediaType, "the body must not be compressed"));
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::rate_limit::RateLimit;
    use ashlink_core::api::{MaxViews, Ttl};
    use ashlink_store::tag::CallerTag;

    fn message<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> String {
        format!("{:?}", parse_with_path::<T>(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn memory_is_granted_before_it_is_taken() {
        const MIB: usize = 1024 * 1024;
        // What is announced, the pieces in which it comes, and how much room there is at the end.
        for (most, piece, pieces, size) in [
            (MIB, 16 * 1024, 64, MIB),
            (MIB, 1000, 100, 128_000),
            (100 * MIB, 1, 1, 1),
            (100 * MIB, 16 * 1024, 3, 64 * 1024),
            // More comes than was expected.
            (10, 100, 3, 300),
        ] {
            let room = Room::of(200 * MIB, RateLimit::Off);
            let callers = |n| [CallerTag::test(n), CallerTag::test(100 + n)];
            let mut memory = room.share(callers(1));
            let mut bytes = Vec::new();
            for _ in 0..pieces {
                make_room(&mut bytes, piece, most, &mut memory).unwrap();
                bytes.extend(std::iter::repeat_n(7, piece));
            }
            assert_eq!(bytes.capacity(), size);
            // What it has of the room is what it takes.
            let mut others = room.share(callers(2));
            assert!(others.grow(200 * MIB - size + 1).is_err());
            others.grow(200 * MIB - size).unwrap();
            // Where nothing is granted, nothing is taken.
            assert!(make_room(&mut bytes, size, most, &mut memory).is_err());
            assert_eq!(bytes.capacity(), size);
        }
    }

    #[test]
    fn a_long_value_is_not_sent_back_whole() {
        let long = format!("\"{}\"", "é".repeat(100_000));
        assert!(message::<Ttl>(&long).len() < 1000);
        assert!(message::<MaxViews>("101").contains("must be from 1 to 100"));
    }
}
