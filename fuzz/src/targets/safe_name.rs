//! Names of files from strangers.

use crate::support::text;
use ashlink_core::safe_name::{safe_name, sent_name};

pub(crate) fn run(bytes: &[u8]) {
    let name = text(bytes);
    let safe = safe_name(&name);
    // 240 bytes, and one before the name of a device or a hyphen.
    assert!((1..=241).contains(&safe.len()), "{safe:?}");
    assert!(!safe.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']), "{safe:?}");
    assert!(!safe.chars().any(char::is_control), "{safe:?}");
    assert!(!safe.starts_with(['.', '-']) && !safe.ends_with('.') && safe == safe.trim(), "{safe:?}");
    assert!(!safe.contains(['\u{200e}', '\u{202e}', '\u{2066}', '\u{feff}']), "{safe:?}");
    // Of a name that is too long, the ending stays.
    if let Some((_, ending)) = sent_name(&name).trim().rsplit_once('.')
        && (1..15).contains(&ending.chars().count())
        && safe.chars().count() >= 100
    {
        assert!(safe.ends_with(ending.trim_end()), "{safe:?} ends with {ending:?}");
    }
    let stem = safe.split('.').next().unwrap_or_default().trim().to_ascii_lowercase();
    assert!(!["con", "prn", "aux", "nul", "com1", "lpt9"].contains(&&*stem), "{safe:?}");
    if safe.len() <= 240 {
        assert_eq!(safe_name(&safe), safe, "a safe name is safe");
        assert_eq!(safe_name(&format!("../x\\{safe}")), safe, "folders before it are left out");
    }
}
