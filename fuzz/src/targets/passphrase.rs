//! Passphrases as typed.

use crate::support::text;
use ashlink_core::passphrase::{MAX_PASSPHRASE_BYTES, Passphrase};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

pub(crate) fn run(bytes: &[u8]) {
    let typed = text(bytes);
    let parsed = Passphrase::parse(&typed).map(|some| some.as_ref().map(bytes_of));
    let nfc: String = typed.nfc().collect();
    match &parsed {
        Ok(None) => assert!(typed.trim().is_empty()),
        Ok(Some(kept)) => {
            let kept = std::str::from_utf8(kept).expect("a passphrase is a text");
            assert!((1..=MAX_PASSPHRASE_BYTES).contains(&kept.len()));
            assert!(kept == kept.trim() && is_nfc(kept));
            let again = Passphrase::parse(kept).expect("it is no longer than before");
            assert_eq!(again.as_ref().map(bytes_of).as_deref(), Some(kept.as_bytes()), "nothing is left to normalise");
        }
        Err(_) => assert!(nfc.trim().len() > MAX_PASSPHRASE_BYTES),
    }
    // However it is typed, and whoever normalises.
    let other: String = format!("\u{3000}{}\n", typed.nfd());
    assert_eq!(Passphrase::parse(&other).map(|some| some.as_ref().map(bytes_of)), parsed);
    assert_eq!(Passphrase::from_nfc(&nfc).map(|some| some.as_ref().map(bytes_of)), parsed);
}

fn bytes_of(passphrase: &Passphrase) -> Vec<u8> {
    passphrase.as_bytes().to_vec()
}
