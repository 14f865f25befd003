//! Passphrases as typed.

use crate::support::text;
use ashlink_core::passphrase::{MAX_PASSPHRASE_BYTES, Passphrase, leaves_nothing};
use ashlink_core::text::is_invisible;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

pub(crate) fn run(bytes: &[u8]) {
    let typed = text(bytes);
    let parsed = Passphrase::parse(&typed).map(|some| some.as_ref().map(bytes_of));
    let nfc: String = typed.nfc().collect();
    match &parsed {
        Ok(None) => assert!(leaves_nothing(&typed)),
        Ok(Some(kept)) => {
            let kept = std::str::from_utf8(kept).expect("a passphrase is a text");
            assert!((1..=MAX_PASSPHRASE_BYTES).contains(&kept.len()) && !leaves_nothing(&typed));
            assert!(kept == kept.trim() && is_nfc(kept) && !kept.contains(is_invisible));
            let again = Passphrase::parse(kept).expect("it is no longer than before");
            assert_eq!(again.as_ref().map(bytes_of).as_deref(), Some(kept.as_bytes()), "nothing is left to normalise");
        }
        Err(_) => assert!(nfc.trim().len() > MAX_PASSPHRASE_BYTES),
    }
    // However it is typed.
    let spaced = typed.nfd().map(|c| if c == ' ' { '\u{a0}' } else { c });
    let other: String = format!("\u{feff}\u{3000}{}\u{200b}\n", spaced.collect::<String>());
    assert_eq!(Passphrase::parse(&other).map(|some| some.as_ref().map(bytes_of)), parsed);
}

fn bytes_of(passphrase: &Passphrase) -> Vec<u8> {
    passphrase.as_bytes().to_vec()
}
