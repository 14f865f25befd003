//! The password generator's choices.

use ashlink_core::generate::{
    DEFAULT_PASSWORD_LEN, DEFAULT_WORDS, MAX_PASSWORD_LEN, MAX_WORDS, MIN_PASSWORD_LEN, MIN_WORDS,
};
use std::ops::RangeInclusive;

/// What a password is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Random characters of the alphabets that are chosen.
    Characters,
    /// Random words of the EFF's large list, joined by hyphens.
    Words,
}

impl Kind {
    /// How many of them.
    #[must_use]
    pub const fn bounds(self) -> RangeInclusive<usize> {
        match self {
            Self::Characters => MIN_PASSWORD_LEN..=MAX_PASSWORD_LEN,
            Self::Words => MIN_WORDS..=MAX_WORDS,
        }
    }

    /// How many where nobody says, as on the command line.
    #[must_use]
    pub const fn default_count(self) -> usize {
        match self {
            Self::Characters => DEFAULT_PASSWORD_LEN,
            Self::Words => DEFAULT_WORDS,
        }
    }

    /// Reads how many were typed: a whole number within the bounds.
    #[must_use]
    pub fn count(self, typed: &str) -> Option<usize> {
        typed.trim().parse().ok().filter(|count| self.bounds().contains(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_and_within_bounds() {
        for kind in [Kind::Characters, Kind::Words] {
            assert_eq!(kind.count(&format!(" {} ", kind.default_count())), Some(kind.default_count()));
            for typed in ["", "0", "1", "1.5", "-8", "129", "x"] {
                assert_eq!(kind.count(typed), None, "{typed}");
            }
        }
        assert_eq!(Kind::Words.count("21"), None);
    }
}
