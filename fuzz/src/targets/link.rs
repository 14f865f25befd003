//! Links: any text, and any content with a right checksum.

use crate::support::{text, within};
use ashlink_core::link::{Key, LinkError, MAX_FRAGMENT_CHARS, OWNER_CHARS, SHARE_CHARS};
use ashlink_core::text::is_invisible;
use sha2::{Digest as _, Sha256};

const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// What is kept of a fragment, with and without gaps, 4 bytes for each character, and the bytes of one key.
const MEMORY: usize = 2 * 4 * MAX_FRAGMENT_CHARS + 1024;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let found = find(&text);
    // A fuzzer does not guess what to look at, so the parts are told apart once more here.
    let joined: String = kept(&text).chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    let mut runs = joined.split(|c| !ALPHABET.contains(c));
    match &found {
        Ok(key) => assert!(runs.any(|run| run.contains(key.as_str())), "the key is in one of the runs"),
        Err(LinkError::Missing) => assert!(joined.is_empty(), "nothing is missing"),
        Err(LinkError::Damaged) => assert!(!joined.is_empty(), "it is missing, not damaged"),
        Err(LinkError::TooNew) => assert!(runs.any(|run| run.len() >= 40), "no run is long enough"),
    }

    // The checksum is what a fuzzer cannot find.
    let checksum = Sha256::digest(Sha256::digest(bytes));
    let key = bs58::encode([bytes, &checksum[..4]].concat()).into_string();
    let expected = match bytes {
        _ if !(40..=128).contains(&key.len()) => Err(LinkError::Damaged),
        [0xAB, 0..=2, body @ ..] if body.len() == 32 && key.len() == SHARE_CHARS => Ok(key.clone()),
        [0xF9, 0, body @ ..] if body.len() == 48 && key.len() == OWNER_CHARS => Ok(key.clone()),
        _ => Err(LinkError::TooNew),
    };
    assert_eq!(find(&key), expected);
    assert_eq!(find(&format!("https://host.example/s#{key}.&utm_source=x")), expected);
    assert_eq!(find(&format!("look: #\"{key}%22 {key}")), expected);
    if expected.is_ok() {
        let (start, end) = key.split_at(bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>() % key.len());
        assert_eq!(find(&format!("https://host.example/s%2523{start}\n\u{200b}%250A{end}and")), expected);
    }
}

/// The text of the key that is found; the same is found in it.
fn find(text: &str) -> Result<String, LinkError> {
    let key = within(MEMORY, || Key::find(text))?;
    let (text, chars) = match &key {
        Key::Share(key) => (key.to_text(), SHARE_CHARS),
        Key::Owner(key) => (key.to_text(), OWNER_CHARS),
    };
    assert_eq!(text.len(), chars);
    let again = match (Key::find(&text), &key) {
        (Ok(Key::Share(again)), Key::Share(_)) => again.to_text(),
        (Ok(Key::Owner(again)), Key::Owner(_)) => again.to_text(),
        _ => panic!("a key's own text holds another key"),
    };
    assert_eq!(again, text);
    Ok(text.to_string())
}

/// What is looked at of a text, as the format's section 2 says it.
fn kept(text: &str) -> String {
    let fragment = text.find('#').map_or(text, |at| &text[at + 1..]);
    let chars: Vec<char> = fragment.chars().take(MAX_FRAGMENT_CHARS).collect();
    let pair = |at: usize, is_it: fn([char; 2]) -> bool| matches!(chars.get(at..at + 2), Some(&[first, second]) if is_it([first, second]));
    let mut kept = String::new();
    let mut at = 0;
    while at < chars.len() {
        let mut end = at + 1;
        if chars[at] == '%' {
            while pair(end, |digits| digits == ['2', '5']) {
                end += 2;
            }
            if pair(end, |digits| digits.iter().all(char::is_ascii_hexdigit)) {
                end += 2;
            }
        }
        kept.push(if end > at + 1 { ' ' } else { chars[at] });
        at = end;
    }
    kept
}
