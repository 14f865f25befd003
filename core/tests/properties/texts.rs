//! Passphrases: however they are typed, the same ones are the same.

use crate::support::{any_text, cases};
use ashlink_core::passphrase::{MAX_PASSPHRASE_BYTES, Passphrase, PassphraseTooLong, leaves_nothing};
use ashlink_core::text::{is_blank, is_invisible};
use proptest::prelude::*;
use proptest::sample::Index;
use unicode_normalization::UnicodeNormalization as _;

fn parsed(typed: &str) -> Result<Option<Vec<u8>>, PassphraseTooLong> {
    Passphrase::parse(typed).map(|parsed| parsed.map(|passphrase| passphrase.as_bytes().to_vec()))
}

fn white_space() -> impl Strategy<Value = String> {
    let all: Vec<char> = (0..=char::MAX as u32).filter_map(char::from_u32).filter(|c| c.is_whitespace()).collect();
    assert_eq!(all.len(), 25, "section 1 of the format lists these");
    prop::collection::vec(prop::sample::select(all), 0..5).prop_map(|chars| chars.into_iter().collect())
}

fn of_kind(is_one: fn(char) -> bool) -> impl Strategy<Value = char> {
    let all: Vec<char> = (0..=char::MAX as u32).filter_map(char::from_u32).filter(|c| is_one(*c)).collect();
    prop::sample::select(all)
}

/// A place in a text between two of its characters, or at an end.
fn place(text: &str, at: Index) -> usize {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
    *at.get(&places)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn both_normal_forms_are_the_same_passphrase(text in any_text()) {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(parsed(&composed), parsed(&text));
        prop_assert_eq!(parsed(&decomposed), parsed(&text));
    }

    #[test]
    fn white_space_around_does_not_count(text in any_text(), before in white_space(), behind in white_space()) {
        // A mark that comes first would stand on the white space, but takes nothing of it.
        let around = format!("{before}{text}{behind}");
        prop_assert_eq!(parsed(&around), parsed(&text));
    }

    #[test]
    fn invisible_characters_do_not_count(text in any_text(), c in of_kind(is_invisible), at in any::<Index>()) {
        let mut other = text.clone();
        other.insert(place(&text, at), c);
        prop_assert_eq!(parsed(&other), parsed(&text));
    }

    #[test]
    fn one_blank_is_like_another(text in any_text(), c in of_kind(is_blank), at in any::<Index>()) {
        let with = |c| {
            let mut text = text.clone();
            text.insert(place(&text, at), c);
            parsed(&text)
        };
        prop_assert_eq!(with(c), with(' '));
    }

    #[test]
    fn what_is_left_is_normal_and_within_its_bounds(text in any_text(), times in 1_usize..20) {
        let text = text.repeat(times);
        match parsed(&text) {
            Ok(None) => prop_assert!(leaves_nothing(&text)),
            Ok(Some(bytes)) => {
                prop_assert!(!leaves_nothing(&text));
                prop_assert!((1..=MAX_PASSPHRASE_BYTES).contains(&bytes.len()));
                let left = String::from_utf8(bytes.clone()).unwrap();
                prop_assert_eq!(left.trim(), &left);
                prop_assert_eq!(left.nfc().collect::<String>(), left.as_str());
                prop_assert_eq!(parsed(&left), Ok(Some(bytes)));
            }
            Err(PassphraseTooLong) => prop_assert!(text.nfc().collect::<String>().trim().len() > MAX_PASSPHRASE_BYTES),
        }
    }
}
