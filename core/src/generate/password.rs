//! Passwords of characters.

use super::GenerateError;
use super::random::pick;
use zeroize::Zeroizing;

/// The shortest password, in characters.
pub const MIN_PASSWORD_LEN: usize = 8;
/// The longest password, in characters.
pub const MAX_PASSWORD_LEN: usize = 128;
/// The length of a password where nobody chooses one, in characters: some 120 bits.
pub const DEFAULT_PASSWORD_LEN: usize = 20;

/// Without `l`, `I`, `O`, `0` and `1`, which look like one another; of the symbols, those
/// that survive shells, URLs and configuration files best.
const ALPHABETS: [&[u8]; 4] =
    [b"abcdefghijkmnopqrstuvwxyz", b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"23456789", b"!#%+,-./:=?@_~"];

/// Which characters a password is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alphabets {
    /// `a` to `z` without `l`: 25 characters.
    pub lower: bool,
    /// `A` to `Z` without `I` and `O`: 24 characters.
    pub upper: bool,
    /// `2` to `9`: 8 characters.
    pub digits: bool,
    /// Punctuation: 14 characters.
    pub symbols: bool,
}

impl Alphabets {
    fn chosen(self) -> Vec<&'static [u8]> {
        let wanted = [self.lower, self.upper, self.digits, self.symbols];
        ALPHABETS.into_iter().zip(wanted).filter_map(|(alphabet, wanted)| wanted.then_some(alphabet)).collect()
    }
}

/// A password of `len` characters, each alphabet at least once: uniform among all that are so.
///
/// # Errors
/// [`GenerateError`].
pub fn password(len: usize, alphabets: Alphabets) -> Result<Zeroizing<String>, GenerateError> {
    let chosen = alphabets.chosen();
    if chosen.is_empty() || !(MIN_PASSWORD_LEN..=MAX_PASSWORD_LEN).contains(&len) {
        return Err(GenerateError::Bounds);
    }
    let all = chosen.concat();
    loop {
        let mut text = Zeroizing::new(String::with_capacity(len));
        for _ in 0..len {
            text.push(pick(&all)?);
        }
        // Thrown away as a whole: to mend it would favour some. At the shortest length every second one survives.
        if chosen.iter().all(|alphabet| text.bytes().any(|byte| alphabet.contains(&byte))) {
            return Ok(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Alphabets = Alphabets { lower: true, upper: true, digits: true, symbols: true };

    #[test]
    fn a_password_has_its_length_and_every_alphabet() {
        for len in [MIN_PASSWORD_LEN, 20, MAX_PASSWORD_LEN] {
            for _ in 0..50 {
                let text = password(len, ALL).unwrap();
                assert_eq!(text.len(), len);
                for alphabet in ALPHABETS {
                    assert!(text.bytes().any(|byte| alphabet.contains(&byte)));
                }
            }
        }
    }

    #[test]
    fn only_chosen_characters_occur() {
        let digits = Alphabets { lower: false, upper: false, digits: true, symbols: false };
        assert!(password(64, digits).unwrap().bytes().all(|byte| byte.is_ascii_digit()));
        let letters = Alphabets { digits: false, symbols: false, ..ALL };
        assert!(password(64, letters).unwrap().bytes().all(|byte| byte.is_ascii_alphabetic()));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let none = Alphabets { lower: false, upper: false, digits: false, symbols: false };
        assert_eq!(password(20, none), Err(GenerateError::Bounds));
        for len in [0, MIN_PASSWORD_LEN - 1, MAX_PASSWORD_LEN + 1] {
            assert_eq!(password(len, ALL), Err(GenerateError::Bounds));
        }
    }

    #[test]
    fn no_character_is_in_two_alphabets() {
        let mut all = ALPHABETS.concat();
        let len = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), len);
    }
}
