//! The envelope: what the server stores of a secret (section 4). Its header is read here;
//! it is opened and made in [`crate::seal`].

use crate::padding::MIN_PLAINTEXT;
use crate::passphrase::Profile;
use zeroize::Zeroize;

/// Bytes before the ciphertext.
pub const HEADER_LEN: usize = 3 + NONCE_LEN;
/// Bytes of the AES-GCM nonce.
pub const NONCE_LEN: usize = 12;
/// Bytes of the AES-GCM tag.
pub const TAG_LEN: usize = 16;
/// The shortest envelope, in bytes.
pub const MIN_ENVELOPE: usize = HEADER_LEN + MIN_PLAINTEXT + TAG_LEN;
/// The longest envelope that any reader or server takes, in bytes.
pub const MAX_ENVELOPE: usize = 64 * 1024 * 1024;

const VERSION: u8 = 1;
const SUITE_AES_256_GCM: u8 = 1;

/// Why an envelope was refused before any decryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Shorter than the shortest envelope.
    #[error("the envelope is too short")]
    TooShort,
    /// Of another generation.
    #[error("the envelope has an unknown version")]
    Version,
    /// Encrypted in another way.
    #[error("the envelope has an unknown cipher suite")]
    Suite,
    /// Not for this link's passphrase profile.
    #[error("the envelope and the link disagree about the passphrase")]
    Profile,
}

/// The nonce of one encryption, uniformly random.
#[derive(Zeroize)]
pub struct EnvelopeNonce(pub(crate) [u8; NONCE_LEN]);

impl EnvelopeNonce {
    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; NONCE_LEN]) -> Self {
        Self(bytes)
    }
}

/// Writes the header of an envelope.
pub(crate) fn header(profile: Profile, nonce: &EnvelopeNonce) -> [u8; HEADER_LEN] {
    let mut header = [0; HEADER_LEN];
    header[0] = VERSION;
    header[1] = SUITE_AES_256_GCM;
    header[2] = profile.byte();
    header[3..].copy_from_slice(&nonce.0);
    header
}

/// Whether the header says that a passphrase is part of the key. One of another generation says
/// nothing that could be read here.
#[must_use]
pub fn has_passphrase(envelope: &[u8]) -> bool {
    matches!(envelope, [VERSION, _, profile, ..] if *profile != Profile::None.byte())
}

/// Splits an envelope into header and ciphertext with tag, and checks the header
/// against the link's profile.
pub(crate) fn split(envelope: &[u8], profile: Profile) -> Result<(&[u8; HEADER_LEN], &[u8]), EnvelopeError> {
    if envelope.len() < MIN_ENVELOPE {
        return Err(EnvelopeError::TooShort);
    }
    let (header, ciphertext) = envelope.split_first_chunk::<HEADER_LEN>().ok_or(EnvelopeError::TooShort)?;
    if header[0] != VERSION {
        return Err(EnvelopeError::Version);
    }
    if header[1] != SUITE_AES_256_GCM {
        return Err(EnvelopeError::Suite);
    }
    if header[2] != profile.byte() {
        return Err(EnvelopeError::Profile);
    }
    Ok((header, ciphertext))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_of_a_passphrase() {
        let nonce = EnvelopeNonce::new([7; NONCE_LEN]);
        for (profile, has) in [(Profile::None, false), (Profile::Argon2Large, true), (Profile::Argon2Small, true)] {
            assert_eq!(has_passphrase(&header(profile, &nonce)), has, "{profile:?}");
        }
        // A later profile is one too; another version's header is not known.
        assert!(has_passphrase(&[VERSION, SUITE_AES_256_GCM, 3]));
        for unknown in [&[][..], &[VERSION], &[VERSION, 1], &[0, 1, 1], &[2, 1, 1]] {
            assert!(!has_passphrase(unknown), "{unknown:?}");
        }
    }
}
