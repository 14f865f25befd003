//! Links: the text after `#` (section 2).

use crate::base58check;
use crate::bytes::{OwnerProof, SecretId};
use crate::derive::LinkKey;
use crate::passphrase::Profile;
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
/// Lengths of text in which a key of a later generation is looked for.
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
    /// Chat and mail programs add to links and eat from them: what stands around the key
    /// does no harm, and a changed key is noticed by its checksum.
    ///
    /// # Errors
    /// [`LinkError`] when there is none.
    pub fn find(text: &str) -> Result<Self, LinkError> {
        let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
        let end = fragment.char_indices().nth(MAX_FRAGMENT_CHARS).map_or(fragment.len(), |(index, _)| index);
        let fragment = without_percent_codes(fragment.get(..end).unwrap_or(fragment));

        let mut error = if fragment.trim().is_empty() { LinkError::Missing } else { LinkError::Damaged };
        for run in fragment.split(|c: char| !base58check::is_digit(c)) {
            match Self::read(run) {
                Ok(key) => return Ok(key),
                Err(LinkError::TooNew) => error = LinkError::TooNew,
                Err(_) => {}
            }
        }
        Err(error)
    }

    /// Reads one run of the alphabet.
    fn read(run: &str) -> Result<Self, LinkError> {
        if !FOREIGN_CHARS.contains(&run.len()) {
            return Err(LinkError::Damaged);
        }
        let content = base58check::decode(run).ok_or(LinkError::Damaged)?;
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

/// Each `%XX` becomes a space. Browsers write quotation marks and the like so in an address,
/// and the digits would stick to the key.
fn without_percent_codes(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let (shown, then) = match after.split_at_checked(2) {
            Some((code, then)) if code.bytes().all(|byte| byte.is_ascii_hexdigit()) => (' ', then),
            _ => ('%', after),
        };
        out.push(shown);
        rest = then;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_one_length_and_first_letter_each() {
        for byte in [0, 0xFF] {
            for profile in [Profile::None, Profile::Argon2Small] {
                let share = ShareKey { profile, key: LinkKey::new([byte; 32]) }.to_text();
                assert_eq!((share.len(), share.chars().next()), (SHARE_CHARS, Some('S')));
            }
            let owner = OwnerKey { id: SecretId::new([byte; 16]), proof: OwnerProof::new([byte; 32]) }.to_text();
            assert_eq!((owner.len(), owner.chars().next()), (OWNER_CHARS, Some('M')));
        }
    }
}
