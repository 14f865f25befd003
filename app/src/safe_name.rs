//! File names from strangers.

/// The longest name, in characters.
const MAX_CHARS: usize = 120;

/// A name under which a file can be saved: no path, no control or direction characters, no
/// leading dot.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_deceptive(*c)).take(MAX_CHARS).collect();
    let name = visible.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

/// Characters that make a name look like another, or that file systems refuse.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn names_lose_what_is_dangerous() {
        assert_eq!(safe_name("report.pdf"), "report.pdf");
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\Windows\\x.exe"), "x.exe");
        assert_eq!(safe_name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(safe_name(".bashrc"), "bashrc");
        assert_eq!(safe_name("a\n\0b"), "ab");
        assert_eq!(safe_name(" .. "), "file");
        assert_eq!(safe_name(&"é".repeat(300)).chars().count(), 120);
    }
}
