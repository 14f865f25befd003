//! File names and labels from strangers.

use crate::payload::MAX_LABEL_CHARS;

use crate::text::is_invisible;

/// The longest name, in bytes of UTF-8. File systems take 255; the rest is for what browsers put behind a
/// name while they load it.
const MAX_BYTES: usize = 240;

/// The longest ending that is kept where a name is cut, in bytes with its dot.
const MAX_ENDING: usize = 16;

/// A name under which a file can be saved: no path, no control or direction characters, no
/// leading dot, and no leading hyphen, which programs take for an option.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let sent = sent_name(name);
    let name = fitted(sent.trim_matches(is_edge), "", MAX_BYTES);
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if name.is_empty() {
        "file".to_owned()
    } else if is_device(stem) || name.starts_with('-') {
        ["_", &name].concat()
    } else {
        name
    }
}

/// The name as it was sent, of which everything can be shown: what is left out could make it look like another.
#[must_use]
pub fn sent_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !is_deceptive(*c)).collect()
}

/// A label that can be shown: one line, without control or direction characters, at most [`MAX_LABEL_CHARS`]
/// characters; empty where nothing can be seen of it.
#[must_use]
pub fn safe_label(label: &str) -> String {
    let visible: String = label.chars().filter(|c| !is_unseen(*c)).take(MAX_LABEL_CHARS).collect();
    visible.trim().to_owned()
}

/// A name with a mark, such as a number, before its ending, in at most so many bytes: the stem is cut, and the
/// ending stays.
#[must_use]
pub fn fitted(name: &str, mark: &str, max_bytes: usize) -> String {
    let (stem, ending) = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= MAX_ENDING => name.split_at(dot),
        _ => (name, ""),
    };
    let room = max_bytes.saturating_sub(mark.len() + ending.len());
    if stem.len() <= room {
        return [stem, mark, ending].concat();
    }
    let cut = (0..=room).rev().find(|at| stem.is_char_boundary(*at)).unwrap_or_default();
    [stem[..cut].trim_end_matches(is_edge), mark, ending].concat()
}

/// What no name begins or ends with.
fn is_edge(c: char) -> bool {
    c == '.' || c.is_whitespace()
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
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}') || is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::{fitted, safe_label, safe_name, sent_name};

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
        assert_eq!(safe_name("-rf"), "_-rf");
        assert_eq!(safe_name(" .-rf"), "_-rf");
    }

    #[test]
    fn a_long_name_is_cut_before_its_ending() {
        for (name, stem, ending) in [
            ("x".repeat(300) + ".pem", "x".repeat(236), ".pem"),
            ("é".repeat(300) + ".txt", "é".repeat(118), ".txt"),
            ("x".repeat(235) + "  .. y.txt", "x".repeat(235), ".txt"),
            ("x".repeat(300), "x".repeat(240), ""),
            ("x.".to_owned() + &"y".repeat(300), "x.".to_owned() + &"y".repeat(238), ""),
        ] {
            assert_eq!(safe_name(&name), stem + ending, "{name}");
        }
        assert_eq!(safe_name(&("x".repeat(236) + ".pem")).len(), 240, "as long as it may be");
    }

    #[test]
    fn a_mark_stands_before_the_ending() {
        assert_eq!(fitted("a.tar.gz", " (2)", 255), "a.tar (2).gz");
        assert_eq!(fitted("key", " (2)", 255), "key (2)");
        assert_eq!(fitted(".env", " (2)", 255), ".env (2)");
        assert_eq!(fitted(&("日".repeat(83) + ".txt"), " (12)", 255), "日".repeat(82) + " (12).txt");
        assert_eq!(fitted(&"x".repeat(255), " (2)", 143), "x".repeat(139) + " (2)");
    }

    #[test]
    fn the_name_that_was_sent_is_known_and_hides_nothing() {
        assert_eq!(sent_name(".env"), ".env");
        assert_eq!(sent_name("../a/.env"), ".env");
        assert_eq!(sent_name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(sent_name(&"x".repeat(250)), "x".repeat(250));
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
