//! File names from strangers.

use crate::text::is_invisible;

/// The longest name, in characters.
const MAX_CHARS: usize = 120;
/// The longest ending that is kept of a name that is cut, with its dot.
const MAX_ENDING: usize = 16;

/// A name under which a file can be saved: no path, no control or direction characters, no
/// leading dot.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let sent = sent_name(name);
    let name = cut(sent.trim_matches(is_dot_or_space));
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if name.is_empty() {
        "file".to_owned()
    } else if is_device(stem) {
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

fn is_dot_or_space(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// Shortens a name, and leaves its ending: that says what is in the file, and what opens it.
fn cut(name: &str) -> String {
    let count = name.chars().count();
    if count <= MAX_CHARS {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| name.get(dot..).unwrap_or_default());
    let ending = if ending.chars().count() <= MAX_ENDING { ending } else { "" };
    let stem: String = name.chars().take(MAX_CHARS - ending.chars().count()).collect();
    [stem.trim_end_matches(is_dot_or_space), ending].concat()
}

/// Names that Windows takes for devices, whatever their ending.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    let numbered = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|n| matches!(n.as_bytes(), [b'0'..=b'9']));
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// Characters that make a name look like another, or that file systems refuse.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::{safe_name, sent_name};

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
    fn a_name_that_is_cut_keeps_its_ending() {
        let x = |n| "x".repeat(n);
        assert_eq!(safe_name(&(x(116) + ".pem")), x(116) + ".pem");
        assert_eq!(safe_name(&(x(119) + ".pem")), x(116) + ".pem");
        assert_eq!(safe_name(&("日".repeat(180) + ".txt")), "日".repeat(116) + ".txt");
        assert_eq!(safe_name(&(x(100) + &" .".repeat(50) + ".txt")), x(100) + ".txt");
        // What is no ending: too long, or the whole name.
        assert_eq!(safe_name(&(x(119) + "." + &x(30))), x(119));
        assert_eq!(safe_name(&(".".to_owned() + &x(300))), x(120));
        assert_eq!(safe_name(&("a.".to_owned() + &x(300))), "a.".to_owned() + &x(118));
    }

    #[test]
    fn the_name_that_was_sent_is_known_and_hides_nothing() {
        assert_eq!(sent_name(".env"), ".env");
        assert_eq!(sent_name("../a/.env"), ".env");
        assert_eq!(sent_name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(sent_name(&"x".repeat(250)), "x".repeat(250));
    }
}
