//! From the link key to everything else (section 3).

use crate::bytes::{Access, AccessVerifier, LinkProof, OwnerProof, OwnerVerifier, SecretId};
use crate::passphrase::{Passphrase, Profile, StretchError, stretch};
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const PRK_SALT: &[u8] = b"ashlink/v1";
const LINK_LABEL: &[u8] = b"ashlink/v1 link";
const SALT_LABEL: &[u8] = b"ashlink/v1 salt";
const ROOT_SALT: &[u8] = b"ashlink/v1 root";
const ENC_LABEL: &[u8] = b"ashlink/v1 enc";
const ACCESS_LABEL: &[u8] = b"ashlink/v1 access";

/// `K`: the 32 random bytes that a share link carries. No `Clone`, no `Serialize`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct LinkKey([u8; 32]);

impl LinkKey {
    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, which open the secret: for the link's text only.
    #[must_use]
    pub(crate) const fn dangerously_as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(…)")
    }
}

/// `enc`: the AES-256-GCM key of one secret, used for one encryption.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct EncryptionKey([u8; 32]);

impl EncryptionKey {
    /// The bytes, for the cipher only.
    pub(crate) const fn dangerously_as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What the link alone gives: enough to name the secret and look at it.
pub struct LinkSecrets {
    prk: Zeroizing<[u8; 32]>,
    salt: Zeroizing<[u8; 16]>,
    /// Shows that one holds the link.
    pub link: LinkProof,
    /// The secret's name on the server.
    pub id: SecretId,
}

/// What link and passphrase together give: enough to open the secret.
pub struct OpenSecrets {
    /// The cipher's key.
    pub enc: EncryptionKey,
    /// The proof for the server.
    pub access: Access,
}

impl LinkSecrets {
    /// Derives `prk`, `link`, `id` and `salt` from `K`.
    #[must_use]
    pub fn derive(key: &LinkKey) -> Self {
        let prk = extract(PRK_SALT, &[&key.0]);
        let link = LinkProof::new(expand(&prk, LINK_LABEL));
        let salt = Zeroizing::new(expand(&prk, SALT_LABEL));
        let id = link.secret_id();
        Self { prk, salt, link, id }
    }

    /// Stretches the passphrase, where there is one, and derives `enc` and `access`.
    ///
    /// Takes some 0.2 s of CPU and 64 MiB with [`Profile::Argon2Large`].
    ///
    /// # Errors
    /// [`StretchError`], before anything was asked of a server.
    pub fn unlock(&self, profile: Profile, passphrase: Option<&Passphrase>) -> Result<OpenSecrets, StretchError> {
        let stretched = stretch(passphrase, &self.salt, profile)?;
        let root = self.root(profile, &stretched);
        Ok(OpenSecrets {
            enc: EncryptionKey(expand(&root, ENC_LABEL)),
            access: Access::new(expand(&root, ACCESS_LABEL)),
        })
    }

    /// `root`, from `P`.
    fn root(&self, profile: Profile, p: &[u8]) -> Zeroizing<[u8; 32]> {
        extract(ROOT_SALT, &[self.prk.as_slice(), &[profile.byte()], p])
    }

    /// The steps between, for the test vectors.
    #[cfg(feature = "vectors")]
    pub(crate) fn steps(&self, profile: Profile, passphrase: Option<&Passphrase>) -> Result<Steps, StretchError> {
        let p = stretch(passphrase, &self.salt, profile)?;
        let root = self.root(profile, &p);
        Ok(Steps { prk: self.prk.clone(), salt: self.salt.clone(), p, root })
    }
}

/// What section 3 derives on the way, and nothing outside may see.
#[cfg(feature = "vectors")]
pub(crate) struct Steps {
    pub(crate) prk: Zeroizing<[u8; 32]>,
    pub(crate) salt: Zeroizing<[u8; 16]>,
    pub(crate) p: Zeroizing<Vec<u8>>,
    pub(crate) root: Zeroizing<[u8; 32]>,
}

impl LinkProof {
    /// The id that this proof belongs to.
    #[must_use]
    pub fn secret_id(&self) -> SecretId {
        let digest: [u8; 32] = Sha256::digest(self.as_bytes()).into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        SecretId::new(id)
    }
}

impl Access {
    /// What the server keeps of it.
    #[must_use]
    pub fn verifier(&self) -> AccessVerifier {
        AccessVerifier::new(Sha256::digest(self.as_bytes()).into())
    }
}

impl OwnerProof {
    /// What the server keeps of it.
    #[must_use]
    pub fn verifier(&self) -> OwnerVerifier {
        OwnerVerifier::new(Sha256::digest(self.as_bytes()).into())
    }
}

/// `Extract(salt, parts joined)`, RFC 5869 section 2.2.
fn extract(salt: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let input = Zeroizing::new(parts.concat());
    let (prk, _) = Hkdf::<Sha256>::extract(Some(salt), &input);
    Zeroizing::new(prk.into())
}

/// `Expand(prk, label, N)`, RFC 5869 section 2.3.
fn expand<const N: usize>(prk: &[u8; 32], label: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    Hkdf::<Sha256>::from_prk(prk)
        .expect("32 bytes are a whole SHA-256 output")
        .expand(label, &mut out)
        .expect("at most 32 bytes are asked for, of 8,160 possible");
    out
}
