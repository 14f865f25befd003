//! Making and opening envelopes: the one place that calls AES (section 4).

use crate::bytes::{AccessVerifier, OwnerProof, OwnerVerifier, SecretId};
use crate::derive::{EncryptionKey, LinkKey, LinkSecrets};
use crate::envelope::{self, EnvelopeError, EnvelopeNonce, HEADER_LEN, NONCE_LEN, TAG_LEN};
use crate::link::{OwnerKey, ShareKey};
use crate::passphrase::{Passphrase, Profile, StretchError};
use crate::payload::Payload;
use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use zeroize::Zeroizing;

const CONTEXT: &[u8] = b"ashlink/v1 secret";
const AAD_LEN: usize = CONTEXT.len() + HEADER_LEN;

/// What is random about one secret. Made fresh for each; fixed only in test vectors.
pub struct Entropy {
    /// `K`, 32 bytes: the body of the share key (section 2).
    pub link_key: LinkKey,
    /// `O`, 32 bytes: with the id before it, the owner key's body (section 2).
    pub owner_proof: OwnerProof,
    /// AES-GCM's nonce.
    pub nonce: EnvelopeNonce,
}

impl Entropy {
    /// Takes fresh bytes from the operating system's or browser's generator.
    ///
    /// # Errors
    /// When that generator fails; then nothing may be sealed.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; 32 + 32 + NONCE_LEN]);
        getrandom::fill(bytes.as_mut_slice())?;
        let (key, rest) = bytes.split_first_chunk().expect("the array holds all three parts");
        let (owner, nonce) = rest.split_first_chunk().expect("the array holds all three parts");
        Ok(Self {
            link_key: LinkKey::new(*key),
            owner_proof: OwnerProof::new(*owner),
            nonce: EnvelopeNonce::new(nonce.try_into().expect("what is left is the nonce")),
        })
    }
}

/// What protects a secret besides its link.
#[derive(Debug, Clone, Copy)]
pub enum Protection<'a> {
    /// Nothing: the link opens it.
    Link,
    /// A passphrase, stretched as the profile says.
    Passphrase(&'a Passphrase, Profile),
}

/// A sealed secret: what the sender keeps and sends, and what the server is given.
pub struct Sealed {
    /// The recipient's key.
    pub share: ShareKey,
    /// The sender's key.
    pub owner: OwnerKey,
    /// Names the secret on the server.
    pub id: SecretId,
    /// For the server.
    pub access_verifier: AccessVerifier,
    /// For the server.
    pub owner_verifier: OwnerVerifier,
    /// For the server: the ciphertext with its header.
    pub envelope: Vec<u8>,
}

/// Why an envelope could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Refused before decryption.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The tag does not fit: another key, or changed bytes. Which of them stays unknown.
    #[error("the envelope does not open with this key")]
    Decrypt,
}

/// Encrypts a payload under fresh keys.
///
/// # Errors
/// [`StretchError`] when the passphrase cannot be stretched on this device.
pub fn seal(payload: &Payload, protection: Protection<'_>, entropy: Entropy) -> Result<Sealed, StretchError> {
    let (passphrase, profile) = match protection {
        Protection::Link => (None, Profile::None),
        Protection::Passphrase(passphrase, profile) => (Some(passphrase), profile),
    };
    let link = LinkSecrets::derive(&entropy.link_key);
    let open = link.unlock(profile, passphrase)?;
    let envelope = encrypt(&open.enc, profile, &entropy.nonce, &payload.to_plaintext());
    Ok(Sealed {
        id: link.id,
        access_verifier: open.access.verifier(),
        owner_verifier: entropy.owner_proof.verifier(),
        envelope,
        share: ShareKey { profile, key: entropy.link_key },
        owner: OwnerKey { id: link.id, proof: entropy.owner_proof },
    })
}

/// Decrypts an envelope to its plaintext, padding included; [`Payload::parse`] reads it.
///
/// # Errors
/// [`OpenError`]; nothing of the plaintext is given out then.
pub fn open(envelope: &[u8], profile: Profile, key: &EncryptionKey) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (header, sealed) = envelope::split(envelope, profile)?;
    let (ciphertext, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(EnvelopeError::TooShort)?;
    let nonce: [u8; NONCE_LEN] = header[3..].try_into().expect("the header ends with the nonce");
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    cipher(key)
        .decrypt_inout_detached(
            &Nonce::from(nonce),
            &associated_data(header),
            plaintext.as_mut_slice().into(),
            &Tag::from(*tag),
        )
        .map_err(|_| OpenError::Decrypt)?;
    Ok(plaintext)
}

fn encrypt(key: &EncryptionKey, profile: Profile, nonce: &EnvelopeNonce, plaintext: &[u8]) -> Vec<u8> {
    let header = envelope::header(profile, nonce);
    let mut envelope = Vec::with_capacity(HEADER_LEN + plaintext.len() + TAG_LEN);
    envelope.extend_from_slice(&header);
    envelope.extend_from_slice(plaintext);
    let tag = cipher(key)
        .encrypt_inout_detached(&Nonce::from(nonce.0), &associated_data(&header), (&mut envelope[HEADER_LEN..]).into())
        .expect("a plaintext of at most 64 MiB is far below AES-GCM's bound");
    envelope.extend_from_slice(&tag);
    envelope
}

fn cipher(key: &EncryptionKey) -> Aes256Gcm {
    Aes256Gcm::new(key.dangerously_as_bytes().into())
}

fn associated_data(header: &[u8; HEADER_LEN]) -> [u8; AAD_LEN] {
    let mut aad = [0; AAD_LEN];
    aad[..CONTEXT.len()].copy_from_slice(CONTEXT);
    aad[CONTEXT.len()..].copy_from_slice(header);
    aad
}
