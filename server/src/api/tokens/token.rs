//! A token's text, and what is kept of it.

use ashlink_core::base58check;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Display, Formatter, Write as _};
use std::str::FromStr;
use subtle::{Choice, ConstantTimeEq};

/// What every token begins with, so that scanners for leaked secrets find it.
const PREFIX: &str = "ashlink_";
/// Before the random bytes: large enough that all texts have one length.
const VERSION: u8 = 0x40;
const RANDOM_LEN: usize = 32;
/// Characters of Base58 after the prefix.
const BASE58_CHARS: usize = 51;
/// What a written hash begins with.
const HASH_PREFIX: &str = "sha256:";

/// A text that has the form of a token: prefix and Base58Check of a version and 32 random bytes.
/// Whether it is one of the operator's, the list knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Cut off, mistyped, or something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAToken;

impl Token {
    /// A new token, from 32 bytes of the system's random numbers.
    #[must_use]
    pub fn fresh() -> Self {
        let mut random = [0; RANDOM_LEN];
        getrandom::fill(&mut random).expect("without random numbers nothing here can be done safely");
        Self::of(&random)
    }

    pub(super) fn of(random: &[u8; RANDOM_LEN]) -> Self {
        let content = [&[VERSION][..], random].concat();
        Self([PREFIX, &base58check::encode(&content)].concat())
    }

    /// Reads a token. Only texts of this form are ever looked up, so that nobody gives out a
    /// word of their own as a token, for which the hash below would be too fast.
    ///
    /// # Errors
    /// [`NotAToken`] for every other text.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        // The length first: decoding takes the square of it.
        let coded = text.strip_prefix(PREFIX).filter(|coded| coded.len() == BASE58_CHARS).ok_or(NotAToken)?;
        match base58check::decode(coded).as_deref().map(Vec::as_slice) {
            Some([VERSION, random @ ..]) if random.len() == RANDOM_LEN => Ok(Self(text.to_owned())),
            _ => Err(NotAToken),
        }
    }

    /// The text, for whom it is given to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// SHA-256 of a token's text.
///
/// A fast hash, which would be wrong for a password: a token has 256 random bits, so there is
/// nothing to guess, however fast, and a slow hash would only let strangers keep the server busy.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

/// No `sha256:` with 64 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAHash;

impl FromStr for TokenHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let digits = text.strip_prefix(HASH_PREFIX).ok_or(NotAHash)?;
        if digits.len() != 64 || !digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotAHash);
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| NotAHash)?;
        }
        Ok(Self(bytes))
    }
}

impl Display for TokenHash {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(HASH_PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('…')
    }
}

impl ConstantTimeEq for TokenHash {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_one_length_and_come_back() {
        for byte in [0, 0x7F, 0xFF] {
            let token = Token::of(&[byte; RANDOM_LEN]);
            assert_eq!(token.as_str().len(), PREFIX.len() + BASE58_CHARS);
            assert!(token.as_str().starts_with("ashlink_3"), "{}", token.as_str());
            assert_eq!(Token::parse(token.as_str()), Ok(token));
        }
        assert_ne!(Token::fresh(), Token::fresh());
    }

    #[test]
    fn a_changed_text_is_no_token() {
        let token = Token::fresh();
        let text = token.as_str();
        for at in 0..text.len() {
            let other = if text.as_bytes()[at] == b'x' { "y" } else { "x" };
            let changed = [&text[..at], other, &text[at + 1..]].concat();
            assert_eq!(Token::parse(&changed), Err(NotAToken), "{changed}");
        }
        let longer = format!("{text}1");
        let huge = format!("{PREFIX}{}", "1".repeat(1_000_000));
        for wrong in ["", PREFIX, &text[1..], &text[..text.len() - 1], &longer, &text.to_uppercase(), "secret", &huge] {
            assert_eq!(Token::parse(wrong), Err(NotAToken));
        }
        // Right but for its version.
        let foreign = [PREFIX, &base58check::encode(&[VERSION + 1; 1 + RANDOM_LEN])].concat();
        assert_eq!((foreign.len(), Token::parse(&foreign)), (text.len(), Err(NotAToken)));
    }

    #[test]
    fn a_hash_is_what_other_programs_make_of_the_text() {
        // printf ashlink_3… | sha256sum
        let token = Token::of(&[7; RANDOM_LEN]);
        assert_eq!(token.as_str(), TOKEN);
        assert_eq!(token.hash().to_string(), HASH);
        assert_eq!(HASH.parse(), Ok(token.hash()));
    }

    const TOKEN: &str = "ashlink_39TjoEcUqWRrEX3WcXJTqd7bXPbijhY3coj9a249icgch6oPXiJ";
    const HASH: &str = "sha256:8710569135388902ccaf2d3010980f8c36b47b25d3bbe52571cbf5c89dbcc6e5";

    #[test]
    fn only_a_whole_hash_is_read() {
        let upper = HASH.to_uppercase();
        let longer = format!("{HASH}0");
        let other = HASH.replace("sha256", "sha512");
        let signed = HASH.replacen(":", ":+", 1);
        for wrong in ["", "sha256:", &HASH[7..], &HASH[..70], &longer, &upper, &other, &signed[..71], "sha256:é"] {
            assert_eq!(wrong.parse::<TokenHash>(), Err(NotAHash), "{wrong}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let token = Token::fresh();
        assert_eq!(format!("{token:?} {:?}", token.hash()), "Token(…) …");
    }
}
