//! File names and labels from strangers.

use crate::payload::MAX_LABEL_CHARS;

/// The longest name, in characters.
const MAX_CHARS: usize = 120;

/// A name under which a file can be saved: no path, no control or direction characters, no
/// leading dot.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_deceptive(*c)).take(MAX_CHARS).collect();
    let name = visible.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if name.is_empty() {
        "file".to_owned()
    } else if is_device(stem) {
        ["_", name].concat()
    } else {
        name.to_owned()
    }
}

/// A label that can be shown: one line, without control or direction characters, at most [`MAX_LABEL_CHARS`]
/// characters; empty where nothing can be seen of it.
#[must_use]
pub fn safe_label(label: &str) -> String {
    let visible: String = label.chars().filter(|c| !is_unseen(*c)).take(MAX_LABEL_CHARS).collect();
    visible.trim().to_owned()
}

/// Names that Windows takes for devices, whatever their ending.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    let numbered = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|n| matches!(n.as_bytes(), [b'0'..=b'9']));
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// Characters that make a name look like another, or that file systems refuse.
fn is_deceptive(c: char) -> bool {
    is_unseen(c) || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Control and format characters: they change how others are read, and are not seen themselves.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::{safe_label, safe_name};

    #[test]
    fn names_lose_what_is_dangerous() {
        assert_eq!(safe_name("report.pdf"), "report.pdf");
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\Windows\\x.exe"), "x.exe");
        assert_eq!(safe_name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(safe_name(".bashrc"), "bashrc");
        assert_eq!(safe_name("a\n\0b"), "ab");
        assert_eq!(safe_name(" .. "), "file");
        assert_eq!(safe_name("nul.txt"), "_nul.txt");
        assert_eq!(safe_name("COM1"), "_COM1");
        assert_eq!(safe_name("console.log"), "console.log");
        assert_eq!(safe_name(&"é".repeat(300)).chars().count(), 120);
    }

    #[test]
    fn labels_lose_what_is_not_seen() {
        assert_eq!(safe_label("Root: the \"old\" one?"), "Root: the \"old\" one?");
        assert_eq!(safe_label("drowssap\u{202e}\u{2066} x\u{200b}y\n\0"), "drowssap xy");
        for unseen in ["", " \t", "\u{200f}\u{feff}\u{ad}\u{e0041}"] {
            assert_eq!(safe_label(unseen), "", "{unseen:?}");
        }
        assert_eq!(safe_label(&"é".repeat(65)), "é".repeat(64));
    }
}
