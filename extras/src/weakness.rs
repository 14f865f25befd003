//! Passphrases that somebody with the link and a copy of the store can guess.
//!
//! By length and lists alone: what is not called weak here is not called strong anywhere.

use ashlink_core::generate::{MIN_WORDS, is_word};
use ashlink_core::passphrase::MAX_PASSPHRASE_BYTES;

/// Shorter ones are weak, whatever they are made of.
const MIN_CHARACTERS: usize = 10;
/// Fewer digits alone are weak: 16 are as good as four words.
const MIN_DIGITS: usize = 16;
/// Fewer different characters are weak.
const MIN_DIFFERENT: usize = 5;
/// Fewer words are weak where all of them are common ones. Eight are as good as four words of the generator's list.
const MIN_COMMON_WORDS: usize = 8;
/// Letters that are common words without anything between them. Fewer may be so by chance.
const MIN_COMMON_LETTERS: usize = 6;

/// What many passwords are made of, besides words of the generator's list.
const COMMON: &str = "password passwort passwd pass kennwort geheim motdepasse contrasena senha wachtwoord haslo \
    parola qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdf asdfgh asdfghjkl yxcvbnm zxcvbnm qaz wsx \
    edc rfv tgb abc letmein welcome willkommen bienvenue hello hallo admin administrator root user guest login \
    test testing default changeme changeit secret topsecret iloveyou love ilove you ichliebedich monkey dragon \
    football baseball basketball soccer superman batman spiderman starwars pokemon princess prinzessin sunshine \
    shadow master killer freedom whatever trustno trust no michael thomas daniel andrea stefan charlie jessica \
    ashley nicole summer sommer winter spring autumn herbst fruehling january february march april may june july \
    august september october november december januar februar maerz mai juni juli oktober dezember monday \
    tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag \
    sonntag company firma server database backup network wifi wlan internet google facebook microsoft apple \
    samsung the my is and of a an i me your our correct horse battery staple";

/// The rows of keys of the usual keyboards, from the top: QWERTY, QWERTZ and AZERTY.
const KEYBOARDS: [[&str; 4]; 3] = [
    ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
    ["1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"],
    ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"],
];

/// Whether a passphrase can be guessed: short, digits, few characters over and over, characters in a row or neighbours
/// on a keyboard, fewer different words than [`MIN_WORDS`] that are all in lists, or common words alone, with whatever
/// digits and marks beside them. What is repeated counts once. Not said of what is too long for a passphrase: the form
/// refuses it, and judging a pasted document would stop the page.
#[must_use]
pub fn is_weak(passphrase: &str) -> bool {
    if passphrase.len() > MAX_PASSPHRASE_BYTES {
        return false;
    }
    let characters: Vec<char> = passphrase.trim().to_lowercase().chars().collect();
    let characters = once(&characters);
    let letters = characters.iter().filter(|c| c.is_alphabetic()).count();
    let digits = characters.iter().filter(|c| c.is_numeric()).count();
    characters.len() < MIN_CHARACTERS
        || different(characters) < MIN_DIFFERENT
        || (letters == 0 && digits < MIN_DIGITS)
        || is_walk(characters)
        || is_of_few_words(characters)
}

/// What is repeated, where there is nothing but repetitions, the last one perhaps cut off; otherwise all of it.
fn once(characters: &[char]) -> &[char] {
    let is_period = |period: &usize| characters[*period..] == characters[..characters.len() - period];
    let period = (1..=characters.len() / 2).find(is_period);
    &characters[..period.unwrap_or(characters.len())]
}

/// Whether most characters follow the one before them, in the alphabet or on a keyboard, as in `abcdef` and `1q2w3e`, or
/// are the same. Spaces do not count.
fn is_walk(characters: &[char]) -> bool {
    let keys: Vec<char> = characters.iter().copied().filter(|c| !c.is_whitespace()).collect();
    KEYBOARDS.iter().any(|rows| {
        let steps = keys.windows(2).filter(|pair| is_step(rows, pair[0], pair[1])).count();
        // Columns of three keys have two steps in three: `qazwsxedc`.
        steps * 3 >= keys.len() * 2
    })
}

fn is_step(rows: &[&str; 4], from: char, to: char) -> bool {
    // In ASCII, so a byte's place is the character's.
    let place = |key: char| rows.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(key)?)));
    let is_near = |from: usize, to: usize| from.abs_diff(to) <= 1;
    u32::from(from).abs_diff(u32::from(to)) <= 1
        || place(from).zip(place(to)).is_some_and(|(from, to)| is_near(from.0, to.0) && is_near(from.1, to.1))
}

/// Whether it is of too few words, all of them in lists. As it stands, and with the letters that digits and marks stand for.
fn is_of_few_words(characters: &[char]) -> bool {
    let spelled: Vec<char> = characters.iter().map(|c| meant(*c)).collect();
    [characters, &spelled].into_iter().any(|characters| {
        let text: String = characters.iter().map(|c| if c.is_alphabetic() { *c } else { ' ' }).collect();
        // A single letter may be a digit that is one.
        let words: Vec<&str> = text.split_whitespace().filter(|word| word.chars().count() > 1).collect();
        let letters: String = text.split_whitespace().collect();
        ((1..MIN_WORDS).contains(&different(&words)) && words.iter().all(|word| is_listed(word)))
            || (letters.len() >= MIN_COMMON_LETTERS && is_common(&letters, MIN_COMMON_WORDS - 1))
    })
}

/// How many there are, each counted once. Without sorting, which would weigh more than all the rest here.
fn different<T: PartialEq>(all: &[T]) -> usize {
    all.iter().enumerate().filter(|(place, one)| !all[..*place].contains(one)).count()
}

fn is_listed(word: &str) -> bool {
    is_word(word) || COMMON.split_whitespace().any(|common| common == word)
}

/// Whether letters are common words, at most so many, without anything between them.
fn is_common(letters: &str, most: usize) -> bool {
    let is_rest_common = |word: &str| letters.strip_prefix(word).is_some_and(|rest| is_common(rest, most - 1));
    letters.is_empty() || (most > 0 && COMMON.split_whitespace().any(is_rest_common))
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
    use std::collections::HashSet;

    #[test]
    fn what_is_no_passphrase_is_not_judged() {
        // Judged, each of these would take minutes: all periods, all words, all ways to take words apart.
        let words: String = (0..200_000).map(|number| format!("{number:x} ")).collect();
        for pasted in ["a".repeat(1_000_000) + "b", words, "passwordpass".repeat(100_000) + "?"] {
            assert!(!is_weak(&pasted));
        }
        assert!(is_weak(&"a".repeat(MAX_PASSPHRASE_BYTES)));
        assert!(!is_weak(&"a".repeat(MAX_PASSPHRASE_BYTES + 1)));
    }

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
            "1q2w3e4r5t",
            "1q2w 3e4r 5t6z",
            "1qay2wsx3edc",
            "qazwsxedcrfv",
            "!QAZ2wsx#EDC4rfv",
            "a1z2e3r4t5",
            "passwordpassword",
            "qwertyqwerty",
            "abc123abc123",
            "abc123abc123!",
            "1234512345123451",
            "password password password password",
            "PasswordPasswordPasswordPassword",
            "password-1-password-2-password-3-password-4",
            "correct horse battery staple",
            "CorrectHorseBatteryStaple!",
            "summer winter spring autumn",
        ] {
            assert!(is_weak(weak), "{weak}");
        }
    }

    #[test]
    fn what_the_generator_makes_is_not_weak_nor_what_is_in_no_list() {
        for _ in 0..200 {
            for count in [MIN_WORDS, 6] {
                let generated = words(count).unwrap();
                // Of four words, two are the same once in 1,300 times: three words are left, and those are too few.
                let different: HashSet<_> = generated.split('-').collect();
                assert!(different.len() < count || !is_weak(&generated), "{}", *generated);
            }
        }
        for strong in [
            "k7mp-x2dh-9vqa-tr4c",
            "k7mp-x2dh-9vqa-tr4c k7mp-x2dh-9vqa-tr4c",
            "vK3-tilde-harbour-90-mqz",
            "Zwölf Boxkämpfer jagen Viktor",
            "8302 1175 9946 2087",
            "properties were treasured",
            "password of the harbourmaster's cat",
        ] {
            assert!(!is_weak(strong), "{strong}");
        }
    }
}
