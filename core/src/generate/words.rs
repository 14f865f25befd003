//! Passphrases and passwords of words, as by Diceware.

use super::GenerateError;
use super::random::below;
use zeroize::Zeroizing;

/// The fewest words.
pub const MIN_WORDS: usize = 4;
/// The most words.
pub const MAX_WORDS: usize = 20;
/// The number of words where nobody chooses one: some 77 bits.
pub const DEFAULT_WORDS: usize = 6;

/// The Electronic Frontier Foundation's large word list (Joseph Bonneau, 2016; CC BY 3.0 US):
/// 7,776 words, 12.9 bits each, without rude ones and ones that sound alike.
const LIST: &str = include_str!("words.txt");

/// The number of words in the list: five throws of a die.
const LEN: u16 = 7776;

/// As many words from the list, with hyphens between: `paddle-unwind-mossy-gravel`.
///
/// # Errors
/// [`GenerateError`].
pub fn words(count: usize) -> Result<Zeroizing<String>, GenerateError> {
    if !(MIN_WORDS..=MAX_WORDS).contains(&count) {
        return Err(GenerateError::Bounds);
    }
    // The longest words and their hyphens: never reallocated, so no copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(count * 10));
    for n in 0..count {
        if n > 0 {
            text.push('-');
        }
        let chosen = below(LEN)?;
        text.push_str(LIST.lines().nth(usize::from(chosen)).expect("the list has so many words"));
    }
    Ok(text)
}

/// Whether a word, in lower case, is in the list.
#[must_use]
pub fn is_word(word: &str) -> bool {
    LIST.lines().any(|listed| listed == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_list_is_as_it_says() {
        let list: HashSet<_> = LIST.lines().collect();
        assert_eq!((LIST.lines().count(), list.len()), (usize::from(LEN), usize::from(LEN)));
        assert!(list.iter().all(|word| (3..=9).contains(&word.len())), "the buffer is long enough");
        // A word with a hyphen must not be two words: each passphrase is then made in one way alone.
        for word in list.iter().filter(|word| word.contains('-')) {
            assert!(!word.split('-').all(|part| list.contains(part)), "{word}");
        }
    }

    #[test]
    fn as_many_words_as_asked_for() {
        let list: HashSet<_> = LIST.lines().collect();
        for count in [MIN_WORDS, 6, MAX_WORDS] {
            let text = words(count).unwrap();
            assert!(text.capacity() <= count * 10, "it was never reallocated");
            // Words with a hyphen are looked for between hyphens: a T at an end and a shirt are two.
            let plain = ["drop-down", "felt-tip", "t-shirt", "yo-yo"]
                .into_iter()
                .fold(format!("-{}-", *text), |text, word| text.replace(&format!("-{word}-"), "-abacus-"));
            let parts: Vec<_> = plain.trim_matches('-').split('-').collect();
            assert_eq!(parts.len(), count);
            assert!(parts.iter().all(|word| list.contains(word)), "{}", *text);
        }
        assert_eq!(words(MIN_WORDS - 1), Err(GenerateError::Bounds));
        assert_eq!(words(MAX_WORDS + 1), Err(GenerateError::Bounds));
    }

    #[test]
    fn words_from_the_whole_list_come_up() {
        let drawn: HashSet<_> = (0..400)
            .flat_map(|_| words(MAX_WORDS).unwrap().split('-').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        // Of 7,776 words, 8,000 draws leave 36 % out: some 5,000 different ones come up.
        assert!(drawn.len() > 4_600, "{}", drawn.len());
    }
}
