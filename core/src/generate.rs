//! Generated passwords and passphrases. Every choice is uniform.

mod password;
mod random;
mod words;

pub use password::{Alphabets, DEFAULT_PASSWORD_LEN, MAX_PASSWORD_LEN, MIN_PASSWORD_LEN, password};
pub use words::{DEFAULT_WORDS, MAX_WORDS, MIN_WORDS, is_word, words};

/// Why nothing was generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// A length or number out of its bounds, or no alphabet at all.
    #[error("the length is out of bounds, or no characters are allowed")]
    Bounds,
    /// The random generator failed.
    #[error("the random generator failed")]
    Random,
}

impl From<getrandom::Error> for GenerateError {
    fn from(_: getrandom::Error) -> Self {
        Self::Random
    }
}
