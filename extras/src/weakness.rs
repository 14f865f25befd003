//! Passphrases that somebody with the link and a copy of the store can guess.
//!
//! By length and lists alone: what is not called weak here is not called strong anywhere.

use ashlink_core::generate::{MIN_WORDS, is_word};

/// Shorter ones are weak, whatever they are made of.
const MIN_CHARACTERS: usize = 10;
/// Fewer digits alone are weak: 16 are as good as four words.
const MIN_DIGITS: usize = 16;
/// Fewer different characters are weak.
const MIN_DIFFERENT: usize = 5;

/// What many passwords are made of, besides words of the generator's list.
const COMMON: &str = "password passwort passwd pass kennwort geheim motdepasse contrasena senha wachtwoord haslo parola \
    qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdf asdfgh asdfghjkl yxcvbnm zxcvbnm qazwsx wsx edc letmein \
    welcome willkommen bienvenue hello hallo admin administrator root user guest login test testing default changeme \
    changeit secret topsecret iloveyou love ilove you ichliebedich monkey dragon football baseball basketball soccer \
    superman batman spiderman starwars pokemon princess prinzessin sunshine shadow master killer freedom whatever \
    trustno trust no michael thomas daniel andrea stefan charlie jessica ashley nicole summer sommer winter spring \
    autumn herbst fruehling january february march april may june july august september october november december \
    januar februar maerz mai juni juli oktober dezember monday tuesday wednesday thursday friday saturday sunday \
    montag dienstag mittwoch donnerstag freitag samstag sonntag company firma server database backup network wifi wlan \
    internet google facebook microsoft apple samsung the my is and of a an i me your our correct horse battery staple";

/// Whether a passphrase can be guessed: short, digits, few characters over and over, characters in a row, or fewer words
/// than [`MIN_WORDS`] that are all in lists, with whatever digits and marks beside them.
#[must_use]
pub fn is_weak(passphrase: &str) -> bool {
    let characters: Vec<char> = passphrase.trim().to_lowercase().chars().collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    let letters = characters.iter().filter(|c| c.is_alphabetic()).count();
    let digits = characters.iter().filter(|c| c.is_numeric()).count();
    characters.len() < MIN_CHARACTERS
        || different.len() < MIN_DIFFERENT
        || (letters == 0 && digits < MIN_DIGITS)
        || is_row(&characters)
        || is_of_few_words(&characters)
}

/// Whether most characters follow the one before them, as in `abcdef`, or are the same.
fn is_row(characters: &[char]) -> bool {
    let steps = characters.windows(2).filter(|pair| u32::from(pair[0]).abs_diff(u32::from(pair[1])) <= 1).count();
    steps * 3 > characters.len() * 2
}

/// Whether it is of too few words, all of them in lists. As it stands, and with the letters that digits and marks stand for.
fn is_of_few_words(characters: &[char]) -> bool {
    let spelled: Vec<char> = characters.iter().map(|c| meant(*c)).collect();
    [characters, &spelled].into_iter().any(|characters| {
        let words: String = characters.iter().map(|c| if c.is_alphabetic() { *c } else { ' ' }).collect();
        // A single letter may be a digit that is one.
        let words: Vec<&str> = words.split_whitespace().filter(|word| word.chars().count() > 1).collect();
        (1..MIN_WORDS).contains(&words.len()) && words.iter().all(|word| is_listed(word))
    })
}

fn is_listed(word: &str) -> bool {
    is_word(word) || COMMON.split_whitespace().any(|common| common == word)
}

/// The letter that a digit or mark stands for.
const fn meant(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_core::generate::words;

    #[test]
    fn what_can_be_guessed_is_weak() {
        for weak in [
            "1234",
            "  1234  ",
            "secret",
            "tulip77!",
            "0123456789",
            "01.02.1990 12:30",
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "abcdefghijkl",
            "qwertyuiop",
            "Password2026",
            "P@ssw0rd2026",
            "correct horse",
            "Summer-2026!",
            "abdomen-zoology-99",
            "iloveyou 123456",
        ] {
            assert!(is_weak(weak), "{weak}");
        }
    }

    #[test]
    fn what_the_generator_makes_is_not_weak_nor_what_is_in_no_list() {
        for _ in 0..200 {
            for count in [MIN_WORDS, 6] {
                let generated = words(count).unwrap();
                assert!(!is_weak(&generated), "{}", *generated);
            }
        }
        for strong in
            ["k7mp-x2dh-9vqa-tr4c", "vK3-tilde-harbour-90-mqz", "Zwölf Boxkämpfer jagen Viktor", "8302 1175 9946 2087"]
        {
            assert!(!is_weak(strong), "{strong}");
        }
    }
}
