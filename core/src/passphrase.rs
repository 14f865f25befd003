//! Passphrases and how they are stretched (sections 1 and 3).

use crate::text::{is_blank, is_invisible};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// The longest passphrase, in bytes of UTF-8 after normalisation.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

/// How a passphrase is stretched before it joins the key. Stands in the link, so that
/// no server can talk a reader into a weaker one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Profile {
    /// There is no passphrase.
    None = 0,
    /// Argon2id, 64 MiB, three passes (RFC 9106's second choice with one lane).
    Argon2Large = 1,
    /// Argon2id, 19 MiB, two passes, for devices that cannot spare 64 MiB.
    Argon2Small = 2,
}

impl Profile {
    /// The profile of a byte; `None` for one of a later generation.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::None),
            1 => Some(Self::Argon2Large),
            2 => Some(Self::Argon2Small),
            _ => None,
        }
    }

    /// The byte that stands for it in links and envelopes.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// Memory in KiB and passes; `None` where nothing is stretched.
    const fn costs(self) -> Option<(u32, u32)> {
        match self {
            Self::None => None,
            Self::Argon2Large => Some((65_536, 3)),
            Self::Argon2Small => Some((19_456, 2)),
        }
    }
}

/// A passphrase: normalised as section 3 says, never empty, wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Whether nothing is left of what was typed, so that there is no passphrase.
#[must_use]
pub fn leaves_nothing(typed: &str) -> bool {
    typed.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// The passphrase has more than [`MAX_PASSPHRASE_BYTES`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the passphrase is longer than {MAX_PASSPHRASE_BYTES} bytes")]
pub struct PassphraseTooLong;

impl Passphrase {
    /// Normalises what was typed. Nothing left means that there is no passphrase.
    pub fn parse(typed: &str) -> Result<Option<Self>, PassphraseTooLong> {
        Self::parse_with(typed, |text| text.nfc().collect())
    }

    /// The same with another's NFC. For browsers, which can normalise by themselves: the tables would be
    /// more than half of the worker's WASM.
    pub fn parse_with(typed: &str, nfc: impl FnOnce(&str) -> String) -> Result<Option<Self>, PassphraseTooLong> {
        // Before NFC: an invisible character can keep a letter and its accent apart.
        let mut seen = Zeroizing::new(String::with_capacity(typed.len()));
        seen.extend(typed.chars().filter(|c| !is_invisible(*c)).map(|c| if is_blank(c) { ' ' } else { c }));
        let normal = Zeroizing::new(nfc(&seen));
        let stripped = normal.trim();
        match stripped.len() {
            0 => Ok(None),
            1..=MAX_PASSPHRASE_BYTES => Ok(Some(Self(Zeroizing::new(stripped.to_owned())))),
            _ => Err(PassphraseTooLong),
        }
    }

    /// The normalised bytes, as they enter Argon2id.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Why a passphrase could not be stretched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StretchError {
    /// The memory that the profile asks for is not to be had on this device.
    #[error("this device cannot spare the memory that the passphrase needs")]
    OutOfMemory,
    /// The link says that there is a passphrase, and none was given.
    #[error("this link needs a passphrase")]
    Missing,
    /// The link says that there is no passphrase, and one was given.
    #[error("this link has no passphrase")]
    Unexpected,
}

/// `P` of section 3: the stretched passphrase, or no bytes where there is none.
pub(crate) fn stretch(
    passphrase: Option<&Passphrase>,
    salt: &[u8; 16],
    profile: Profile,
) -> Result<Zeroizing<Vec<u8>>, StretchError> {
    let (memory_kib, passes) = match (profile.costs(), passphrase) {
        (None, None) => return Ok(Zeroizing::new(Vec::new())),
        (None, Some(_)) => return Err(StretchError::Unexpected),
        (Some(_), None) => return Err(StretchError::Missing),
        (Some(costs), Some(_)) => costs,
    };
    let passphrase = passphrase.expect("the match above let only a passphrase through");
    // Not `expect`, here and below: it would put the library's texts for errors into every browser.
    let Ok(params) = Params::new(memory_kib, passes, 1, Some(32)) else {
        unreachable!("the constants of `costs` are valid Argon2 parameters");
    };
    // Reserved by hand, because a plain allocation ends the process where it fails.
    let mut memory: Zeroizing<Vec<Block>> = Zeroizing::new(Vec::new());
    memory.try_reserve_exact(params.block_count()).map_err(|_| StretchError::OutOfMemory)?;
    memory.resize_with(params.block_count(), Block::default);
    let mut out = Zeroizing::new(vec![0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let Ok(()) = argon2.hash_password_into_with_memory(passphrase.as_bytes(), salt, &mut out, &mut memory) else {
        unreachable!("passphrase, salt and output lengths are within Argon2's bounds");
    };
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_left_means_none() {
        for typed in ["", " \u{2003}\n", "\u{200b} \u{feff}"] {
            assert!(leaves_nothing(typed) && Passphrase::parse(typed).unwrap().is_none(), "{typed:?}");
        }
        assert!(!leaves_nothing(" \0"));
        assert_eq!(Passphrase::parse(" a b ").unwrap().unwrap().as_bytes(), b"a b");
    }

    #[test]
    fn what_nobody_sees_or_types_does_not_count() {
        let kept = "F\u{fc}\u{df} 12".as_bytes();
        for typed in [
            "F\u{fc}\u{df} 12",
            "F\u{fc}\u{df} 12\u{200b}",
            "\u{feff}F\u{fc}\u{df} 12",
            "\u{200e}F\u{fc}\u{df} 12\u{200f}",
            "F\u{ad}\u{fc}\u{df}\u{2060} 12\r\n",
            "F\u{fc}\u{df}\u{a0}12",
            "Fu\u{34f}\u{308}\u{df}\u{202f}12",
        ] {
            assert_eq!(Passphrase::parse(typed).unwrap().unwrap().as_bytes(), kept, "{typed:?}");
        }
        for other in ["F\u{fc}\u{df}  12", "F\u{fc}\u{df}12", "F\u{fc}\u{df}\t12"] {
            assert_ne!(Passphrase::parse(other).unwrap().unwrap().as_bytes(), kept, "{other:?}");
        }
    }

    #[test]
    fn profile_and_passphrase_must_agree() {
        let some = Passphrase::parse("x").unwrap();
        let unexpected = stretch(some.as_ref(), &[0; 16], Profile::None);
        assert_eq!(unexpected.unwrap_err(), StretchError::Unexpected);
        let missing = stretch(None, &[0; 16], Profile::Argon2Small);
        assert_eq!(missing.unwrap_err(), StretchError::Missing);
    }
}
