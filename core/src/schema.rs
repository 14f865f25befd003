//! Schemas that cannot be derived.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

/// The alphabet of RFC 4648, section 5.
const DIGIT: &str = "[A-Za-z0-9_-]";
/// The last digit of a group of two, of which only two bits count; the others are zero.
const LAST_OF_TWO: &str = "[AQgw]";
/// The last digit of a group of three, of which only four bits count.
const LAST_OF_THREE: &str = "[AEIMQUYcgkosw048]";

/// A string of base64url without padding for exactly `len` bytes.
#[must_use]
pub fn base64url(len: usize, name: &str) -> RefOr<Schema> {
    let whole = len / 3 * 4;
    let pattern = match len % 3 {
        0 => format!("^{DIGIT}{{{whole}}}$"),
        1 => format!("^{DIGIT}{{{}}}{LAST_OF_TWO}$", whole + 1),
        _ => format!("^{DIGIT}{{{}}}{LAST_OF_THREE}$", whole + 2),
    };
    let description = format!("{name}: {len} bytes, base64url without padding.");
    text(len, len, pattern, &description)
}

/// A string of base64url without padding for `min` to `max` bytes.
#[must_use]
pub fn base64url_between(min: usize, max: usize, description: &str) -> RefOr<Schema> {
    let end = format!("{DIGIT}{LAST_OF_TWO}|{DIGIT}{{2}}{LAST_OF_THREE}");
    // The least is in the pattern too: who makes texts from it would seldom make one that long.
    text(min, max, format!("^({DIGIT}{{4}}){{{},}}({end})?$", min / 3), description)
}

fn text(min: usize, max: usize, pattern: String, description: &str) -> RefOr<Schema> {
    let chars = |bytes: usize| (bytes * 4).div_ceil(3);
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .description(Some(description))
        .min_length(Some(chars(min)))
        .max_length(Some(chars(max)))
        .pattern(Some(pattern))
        .into()
}
