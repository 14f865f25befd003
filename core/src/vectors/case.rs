//! What the cases of all files have in common.

use super::ParsePassphrase;
use super::report::Checks;
use crate::derive::LinkKey;
use crate::passphrase::{Passphrase, Profile};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use std::fmt::Write as _;

/// A file of vectors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File<C> {
    pub(super) format: u8,
    pub(super) cases: Vec<C>,
}

/// One case of a file.
pub(super) trait Case: DeserializeOwned {
    /// Its name, unique in the file.
    fn name(&self) -> &str;

    /// Compares what the code says with what the file says.
    ///
    /// # Errors
    /// When the case makes no sense, so that there is nothing to compare.
    fn check(&self, parse: ParsePassphrase, checks: &mut Checks<'_>) -> Result<(), String>;
}

/// Reads a field that may be null, but not absent.
pub(super) fn nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// Lower-case hexadecimal.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
        hex
    })
}

/// Reads lower-case hexadecimal.
pub(super) fn from_hex(hex: &str) -> Result<Vec<u8>, String> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(format!("not a lower-case hexadecimal digit: byte {c}")),
    };
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err("an odd number of hexadecimal digits".to_owned());
    }
    pairs.iter().map(|[high, low]| Ok(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// Reads so many bytes of hexadecimal.
pub(super) fn array<const N: usize>(hex: &str) -> Result<[u8; N], String> {
    from_hex(hex)?.try_into().map_err(|bytes: Vec<u8>| format!("{} bytes where {N} are due", bytes.len()))
}

/// Reads a link key.
pub(super) fn link_key(hex: &str) -> Result<LinkKey, String> {
    array(hex).map(LinkKey::new)
}

/// Reads a profile that this generation knows.
pub(super) fn profile(byte: u8) -> Result<Profile, String> {
    Profile::from_byte(byte).ok_or_else(|| format!("unknown profile {byte}"))
}

/// Reads a passphrase as typed, or none.
pub(super) fn passphrase(parse: ParsePassphrase, typed: Option<&str>) -> Result<Option<Passphrase>, String> {
    parse(typed.unwrap_or_default()).map_err(|error| error.to_string())
}

/// What a case expects: its good value, or its error.
pub(super) fn expected(good: Option<String>, error: Option<&str>) -> Result<String, String> {
    match (good, error) {
        (Some(good), None) => Ok(good),
        (None, Some(error)) => Ok(failed(error)),
        (Some(_), Some(_)) => Err("both a value and an error".to_owned()),
        (None, None) => Err("neither a value nor an error".to_owned()),
    }
}

/// How an error compares.
pub(super) fn failed(error: &str) -> String {
    format!("error: {error}")
}
