//! Links: the text after `#` (section 2).

use crate::base58check;
use crate::bytes::{OwnerProof, SecretId};
use crate::derive::LinkKey;
use crate::passphrase::Profile;
use crate::text::is_invisible;
use zeroize::Zeroizing;

/// How many characters of a fragment are looked at.
pub const MAX_FRAGMENT_CHARS: usize = 4096;

const SHARE_KIND: u8 = 0xAB;
const OWNER_KIND: u8 = 0xF9;
const HEAD_LEN: usize = 2;
const SHARE_BODY: usize = 32;
const OWNER_BODY: usize = SecretId::LEN + OwnerProof::LEN;
/// Characters of a share key's text; always the same, because the kind byte is large.
pub const SHARE_CHARS: usize = 52;
/// Characters of an owner key's text.
pub const OWNER_CHARS: usize = 74;
/// What the text of a share key, and of an owner key, begins with.
const SHARE_START: u8 = b'S';
const OWNER_START: u8 = b'M';
/// Lengths of runs in which a key of a later generation is looked for.
const FOREIGN_CHARS: std::ops::RangeInclusive<usize> = 40..=128;

/// What the recipient gets: `/s#…`.
#[derive(Debug)]
pub struct ShareKey {
    /// How the passphrase is stretched, or that there is none.
    pub profile: Profile,
    /// `K`, 32 bytes: id, proofs and the encryption key are derived from it (section 3).
    pub key: LinkKey,
}

/// What the sender keeps: `/m#…`. Shows status and destroys, never opens.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnerKey {
    /// The secret's name on the server.
    pub id: SecretId,
    /// `O`, 32 bytes, independent of `K`: shows the receipt and destroys.
    pub proof: OwnerProof,
}

/// A key that a link carries.
#[derive(Debug)]
pub enum Key {
    /// A recipient's key.
    Share(ShareKey),
    /// A sender's key.
    Owner(OwnerKey),
}

/// Why no key was found in a text. All of it is known without any request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// There is nothing after the `#`.
    #[error("the link has no key")]
    Missing,
    /// There is something, but no whole key: cut off, mistyped, or not one of ours.
    #[error("the link is damaged")]
    Damaged,
    /// A whole key of a later generation.
    #[error("the link was made by a newer version of Ashlink")]
    TooNew,
}

impl Key {
    /// Finds the key in a fragment, or in a pasted link or sentence.
    ///
    /// Chat and mail programs add to links, encode them and break them into lines: wherever the key's
    /// characters stand in a row, it is found, and a changed key is noticed by its checksum.
    ///
    /// # Errors
    /// [`LinkError`] when there is none.
    pub fn find(text: &str) -> Result<Self, LinkError> {
        let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
        let end = fragment.char_indices().nth(MAX_FRAGMENT_CHARS).map_or(fragment.len(), |(index, _)| index);
        // Browsers and mail filters write characters of an address so, and the digits would stick to the key.
        let fragment = replace_percent_codes(fragment.get(..end).unwrap_or(fragment), |_| Some(' '));
        let mut joined = Zeroizing::new(String::with_capacity(fragment.len()));
        joined.extend(fragment.chars().filter(|c| !is_gap(*c)));

        let mut error = if joined.is_empty() { LinkError::Missing } else { LinkError::Damaged };
        // A key of a later generation has a length that nobody knows yet: it is looked for in whole runs.
        for candidate in windows(&joined).chain(runs(&fragment)) {
            match Self::read(candidate) {
                Ok(key) => return Ok(key),
                Err(LinkError::TooNew) => error = LinkError::TooNew,
                Err(_) => {}
            }
        }
        Err(error)
    }

    /// Reads some characters of the alphabet as one key.
    fn read(text: &str) -> Result<Self, LinkError> {
        let content = base58check::decode(text).ok_or(LinkError::Damaged)?;
        let (head, body) = content.split_at_checked(HEAD_LEN).ok_or(LinkError::Damaged)?;
        let profile = Profile::from_byte(head[1]).ok_or(LinkError::TooNew)?;
        match (head[0], profile) {
            (SHARE_KIND, profile) => {
                let key: [u8; SHARE_BODY] = body.try_into().map_err(|_| LinkError::TooNew)?;
                Ok(Self::Share(ShareKey { profile, key: LinkKey::new(key) }))
            }
            (OWNER_KIND, Profile::None) => {
                let body: &[u8; OWNER_BODY] = body.try_into().map_err(|_| LinkError::TooNew)?;
                let (id, proof) = body.split_first_chunk().expect("the body holds both parts");
                Ok(Self::Owner(OwnerKey {
                    id: SecretId::new(*id),
                    proof: OwnerProof::new(proof.try_into().expect("what is left is the proof")),
                }))
            }
            _ => Err(LinkError::TooNew),
        }
    }
}

impl ShareKey {
    /// The text after `#`. Whoever has it (and the passphrase) can open the secret.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        text(SHARE_KIND, self.profile, self.key.dangerously_as_bytes())
    }
}

impl OwnerKey {
    /// The text after `#`. Whoever has it can destroy the secret.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut body = Zeroizing::new([0; OWNER_BODY]);
        body[..SecretId::LEN].copy_from_slice(self.id.as_bytes());
        body[SecretId::LEN..].copy_from_slice(self.proof.as_bytes());
        text(OWNER_KIND, Profile::None, body.as_slice())
    }
}

/// The maximal runs of the alphabet.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !base58check::is_digit(c)).filter(|run| FOREIGN_CHARS.contains(&run.len()))
}

/// Each place where a key of today's length may stand, from left to right. One for each character at most,
/// so that the time grows with the text's length.
fn windows(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !base58check::is_digit(c)).flat_map(|run| {
        run.bytes().enumerate().filter_map(move |(start, first)| {
            let chars = match first {
                SHARE_START => SHARE_CHARS,
                OWNER_START => OWNER_CHARS,
                _ => return None,
            };
            run.get(start..start + chars)
        })
    })
}

/// What a key may be broken by without harm: line ends, and what programs put where lines may break.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Replaces percent codes: each `%`, what encoding it again made of it (`25`, any number of times), and two
/// digits. `shown` is told the two digits, and says what is there instead; `None` leaves the code as it is.
#[must_use]
pub fn replace_percent_codes(text: &str, shown: impl Fn(&str) -> Option<char>) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(start) = rest.find('%') {
        let (before, code) = rest.split_at(start);
        out.push_str(before);
        let digits = code.get(1..).unwrap_or_default();
        let again = 1 + digits.len() - digits.trim_start_matches("25").len();
        let is_hex = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let end = if code.get(again..again + 2).is_some_and(is_hex) { again + 2 } else { again };
        let (code, behind) = code.split_at(end);
        match code.len().checked_sub(3).and_then(|_| shown(code.get(end - 2..)?)) {
            Some(c) => out.push(c),
            None => out.push_str(code),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn text(kind: u8, profile: Profile, body: &[u8]) -> Zeroizing<String> {
    let mut content = Zeroizing::new(Vec::with_capacity(HEAD_LEN + OWNER_BODY));
    content.extend_from_slice(&[kind, profile.byte()]);
    content.extend_from_slice(body);
    base58check::encode(&content)
}

/// What stands behind a link's page, `/s` or `/m`, in a path below the server's base: nothing for the page's
/// own path, and `%23KEY` where a program on the link's way took the `#` for a character of the path. `None`
/// where the path leads elsewhere.
#[must_use]
pub fn behind_page<'p>(path: &'p str, page: &str) -> Option<&'p str> {
    let rest = path.trim_start_matches('/').strip_prefix(page.trim_start_matches('/'))?;
    // Another name that begins in the same way, such as `/setup` or `/s.php`.
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!rest.starts_with(goes_on)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_one_length_and_first_letter_each() {
        for byte in [0, 0xFF] {
            for profile in [Profile::None, Profile::Argon2Small] {
                let share = ShareKey { profile, key: LinkKey::new([byte; 32]) }.to_text();
                assert_eq!((share.len(), share.bytes().next()), (SHARE_CHARS, Some(SHARE_START)));
            }
            let owner = OwnerKey { id: SecretId::new([byte; 16]), proof: OwnerProof::new([byte; 32]) }.to_text();
            assert_eq!((owner.len(), owner.bytes().next()), (OWNER_CHARS, Some(OWNER_START)));
        }
    }

    #[test]
    fn percent_codes_are_one_gap_each_however_often_they_were_encoded() {
        for (text, left) in [
            ("a%23b", "a b"),
            ("a%2523b", "a b"),
            ("a%25252523b", "a b"),
            ("a%25Sb", "a Sb"),
            ("a%25", "a "),
            ("a%", "a%"),
            ("a%2", "a%2"),
            ("a%é", "a%é"),
            ("a%%23b", "a% b"),
            ("%E2%80%8b", "   "),
        ] {
            assert_eq!(replace_percent_codes(text, |_| Some(' ')).as_str(), left, "{text}");
            assert_eq!(replace_percent_codes(text, |_| None).as_str(), text);
        }
        let hash_alone = |digits: &str| (digits == "23").then_some('#');
        assert_eq!(replace_percent_codes("%2525%23%202523%252523", hash_alone).as_str(), "%2525#%202523#");
    }

    #[test]
    fn a_path_leads_to_a_page_whatever_was_added_to_it() {
        for (path, rest) in [
            ("/s", Some("")),
            ("//s", Some("")),
            ("/s/", Some("/")),
            ("/s//", Some("//")),
            ("/s%23KEY", Some("%23KEY")),
            ("/s%2523KEY", Some("%2523KEY")),
            ("///s/%23KEY", Some("/%23KEY")),
            ("/s*KEY__", Some("*KEY__")),
            ("/m%23KEY", None),
            ("/setup", None),
            ("/s.php", None),
            ("/s-1", None),
            ("/x/s", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(behind_page(path, "/s"), rest, "{path}");
        }
    }

    #[test]
    fn no_text_takes_long_to_search() {
        // As many places for a key as there can be.
        let text = ["S", "M"].map(|start| start.repeat(MAX_FRAGMENT_CHARS));
        for text in text {
            assert!(windows(&text).count() <= MAX_FRAGMENT_CHARS);
            assert_eq!(Key::find(&text).unwrap_err(), LinkError::Damaged);
        }
    }
}
