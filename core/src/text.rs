//! Texts as they come: what programs put into them, and nobody sees.

/// The text without the byte order mark that editors on Windows put before it (U+FEFF in UTF-8).
#[must_use]
pub fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// Whether nothing is shown for a character, so that nobody can see, say or type it: Unicode's property
/// Default_Ignorable_Code_Point, as section 1 lists it.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Whether a character is a blank of some width: Unicode's general category Zs.
#[must_use]
pub const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_at_the_start_is_no_part_of_a_text() {
        assert_eq!(without_mark("\u{feff}text\u{feff}".as_bytes()), "text\u{feff}".as_bytes());
        assert_eq!(without_mark(b"text"), b"text");
    }

    #[test]
    fn invisible_characters_are_no_white_space_and_blanks_are() {
        let all = || (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        // 4,174 in Unicode 16.
        assert_eq!(all().filter(|c| is_invisible(*c)).count(), 4174);
        assert!(all().all(|c| !(is_invisible(c) && (c.is_whitespace() || c.is_alphanumeric() && c.is_ascii()))));
        let blanks: Vec<_> = all().filter(|c| is_blank(*c)).collect();
        assert_eq!(blanks.len(), 17);
        assert!(blanks.iter().all(|c| c.is_whitespace()));
    }
}
