//! The passphrase that goes with a link.

use super::GenerateError;
use super::random::pick;
use zeroize::Zeroizing;

/// Letters and digits that are hard to mistake for one another, on screen and on the phone.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP_LEN: usize = 4;

/// A passphrase of four groups of four characters, some 79 bits: `k7mp-x2dh-9vqa-tr4c`.
///
/// # Errors
/// [`GenerateError::Random`].
pub fn passphrase() -> Result<Zeroizing<String>, GenerateError> {
    // Sixteen characters and three hyphens: never reallocated, so no copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP_LEN + 1)));
    for group in 0..GROUPS {
        if group > 0 {
            text.push('-');
        }
        for _ in 0..GROUP_LEN {
            text.push(pick(ALPHABET)?);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_has_its_form() {
        let text = passphrase().unwrap();
        let groups: Vec<_> = text.split('-').collect();
        assert_eq!(groups.len(), GROUPS);
        for group in groups {
            assert_eq!(group.len(), GROUP_LEN);
            assert!(group.bytes().all(|b| ALPHABET.contains(&b)));
        }
    }
}
