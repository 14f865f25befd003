//! Uniform choices.

/// A uniform number below `bound`, by rejection: a remainder alone would favour some.
pub(super) fn below(bound: u16) -> Result<u16, getrandom::Error> {
    let limit = u16::MAX - u16::MAX % bound;
    loop {
        let mut bytes = [0; 2];
        getrandom::fill(&mut bytes)?;
        let number = u16::from_le_bytes(bytes);
        if number < limit {
            return Ok(number % bound);
        }
    }
}

/// One of these bytes.
pub(super) fn pick(alphabet: &[u8]) -> Result<char, getrandom::Error> {
    let bound = u16::try_from(alphabet.len()).expect("an alphabet has few characters");
    Ok(alphabet[usize::from(below(bound)?)] as char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_up_about_as_often() {
        // 31,000 draws: each of the 31 is expected 1,000 times with a deviation of some 31.
        // Eight deviations are exceeded by chance once in 10^13 runs.
        let mut counts = [0_u32; 31];
        for _ in 0..31_000 {
            counts[usize::from(below(31).unwrap())] += 1;
        }
        assert!(counts.iter().all(|&n| (750..1250).contains(&n)), "{counts:?}");
    }

    #[test]
    fn no_number_is_favoured_where_the_remainder_would_show() {
        // Of 65,536 numbers modulo 43,691, the first half would come up twice as often.
        let draws = 20_000;
        let low = (0..draws).filter(|_| below(43_691).unwrap() < 21_845).count();
        // Half of them, with a deviation of some 71; biased it would be two thirds.
        assert!((9_400..10_600).contains(&low), "{low}");
    }
}
