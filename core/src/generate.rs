//! Generated passphrases.

use zeroize::Zeroizing;

/// Letters and digits that are hard to mistake for one another, on screen and on the phone.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP_LEN: usize = 4;

/// A passphrase of four groups of four characters, some 79 bits: `k7mp-x2dh-9vqa-tr4c`.
///
/// # Errors
/// When the random generator fails.
pub fn passphrase() -> Result<Zeroizing<String>, getrandom::Error> {
    // Sixteen characters and three hyphens: never reallocated, so no copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP_LEN + 1)));
    for group in 0..GROUPS {
        if group > 0 {
            text.push('-');
        }
        for _ in 0..GROUP_LEN {
            text.push(ALPHABET[below(ALPHABET.len() as u8)? as usize] as char);
        }
    }
    Ok(text)
}

/// A uniform number below `bound`, by rejection: a remainder alone would favour some.
fn below(bound: u8) -> Result<u8, getrandom::Error> {
    let limit = u8::MAX - u8::MAX % bound;
    loop {
        let mut byte = [0];
        getrandom::fill(&mut byte)?;
        if byte[0] < limit {
            return Ok(byte[0] % bound);
        }
    }
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

    #[test]
    fn every_number_comes_up_about_as_often() {
        // 31,000 draws: each of the 31 is expected 1,000 times with a deviation of some 31.
        // Eight deviations are exceeded by chance once in 10^13 runs; a modulo bias of
        // 256 mod 31 would stay below this, so the bound on `limit` is checked as well.
        let mut counts = [0_u32; 31];
        for _ in 0..31_000 {
            counts[below(31).unwrap() as usize] += 1;
        }
        assert!(counts.iter().all(|&n| (750..1250).contains(&n)), "{counts:?}");
        assert_eq!((u8::MAX - u8::MAX % 31) % 31, 0);
    }
}
