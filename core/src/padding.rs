//! Padding that hides a secret's length (section 5; Padmé: Nikitin et al., PETS 2019).

/// The shortest plaintext, in bytes: passwords of all lengths look the same.
pub const MIN_PLAINTEXT: usize = 256;

/// The plaintext's length for a payload of `len` bytes: at most 12 % more, and never
/// less than [`MIN_PLAINTEXT`].
#[must_use]
pub const fn padded_len(len: usize) -> usize {
    let len = if len < MIN_PLAINTEXT { MIN_PLAINTEXT } else { len };
    let exponent = len.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - significant)) - 1;
    (len + mask) & !mask
}

/// The longest payload whose padded length is at most `limit` bytes; `None` where even
/// the shortest plaintext is too long.
#[must_use]
pub const fn longest_payload(limit: usize) -> Option<usize> {
    if limit < MIN_PLAINTEXT {
        return None;
    }
    // A padded length is its own padded length, so the largest one that fits is the answer.
    let exponent = limit.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - significant)) - 1;
    Some(limit & !mask)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn padding_is_idempotent_and_small(len in 0_usize..100_000_000) {
            let padded = padded_len(len);
            prop_assert!(padded >= len.max(MIN_PLAINTEXT));
            prop_assert_eq!(padded_len(padded), padded);
            prop_assert!(len < MIN_PLAINTEXT || padded - len <= len * 12 / 100);
        }

        #[test]
        fn the_longest_payload_fits_and_one_more_does_not(limit in 256_usize..100_000_000) {
            let longest = longest_payload(limit).unwrap();
            prop_assert!(padded_len(longest) <= limit);
            prop_assert!(padded_len(longest + 1) > limit);
        }
    }
}
