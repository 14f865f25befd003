//! Schemas that cannot be derived.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

/// A string of base64url without padding for exactly `len` bytes.
#[must_use]
pub fn base64url(len: usize, name: &str) -> RefOr<Schema> {
    base64url_between(len, len, &format!("{name}: {len} bytes, base64url without padding."))
}

/// A string of base64url without padding for `min` to `max` bytes.
#[must_use]
pub fn base64url_between(min: usize, max: usize, description: &str) -> RefOr<Schema> {
    let chars = |bytes: usize| (bytes * 4).div_ceil(3);
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .description(Some(description))
        .min_length(Some(chars(min)))
        .max_length(Some(chars(max)))
        .pattern(Some("^[A-Za-z0-9_-]*$"))
        .into()
}
