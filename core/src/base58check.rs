//! Base58Check, as links and tokens are written (section 2): Bitcoin's alphabet over bytes whose
//! last four are the first of SHA-256 of SHA-256 of the others.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Bytes of the checksum.
pub const CHECKSUM_LEN: usize = 4;

/// Writes bytes and their checksum. The time grows with the square of the length.
#[must_use]
pub fn encode(content: &[u8]) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(content.len() + CHECKSUM_LEN));
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(&checksum(content));
    Zeroizing::new(bs58::encode(bytes.as_slice()).into_string())
}

/// Reads bytes without their checksum; `None` for another alphabet or checksum. The time grows with
/// the square of the length, so the caller bounds it.
#[must_use]
pub fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(bs58::decode(text).into_vec().ok()?);
    let (content, checksum) = bytes.split_last_chunk::<CHECKSUM_LEN>()?;
    let len = (self::checksum(content) == *checksum).then_some(content.len())?;
    bytes.truncate(len);
    Some(bytes)
}

/// Whether a character is one of the alphabet: letters and digits without those that look alike.
#[must_use]
pub const fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() && !matches!(c, '0' | 'O' | 'I' | 'l')
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM_LEN] {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(Sha256::digest(content)).into();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_is_bs58s_own() {
        for c in (0..=u8::MAX).map(char::from) {
            let decodes = bs58::decode(c.to_string()).into_vec().is_ok();
            assert_eq!(is_digit(c), decodes, "{c:?}");
        }
    }

    #[test]
    fn only_whole_texts_are_read() {
        for content in [&b""[..], b"\0\0a", b"some bytes"] {
            let text = encode(content);
            assert_eq!(decode(&text).unwrap().as_slice(), content);
            assert!(decode(&text[1..]).is_none() && decode(&[&text, "1"].concat()).is_none());
        }
        assert!(decode("").is_none() && decode("l").is_none() && decode("2").is_none());
    }
}
