//! The tokens that are valid, as a file lists them: `NAME HASH` on each line.

use super::token::{Token, TokenHash};
use ashlink_core::text::without_mark;
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::Arc;
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};

/// The most characters of a name.
const LONGEST_NAME: usize = 64;

/// What the operator calls a token: for whom or for what it is. May stand in the log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenName(Arc<str>);

/// Empty, longer than 64 characters, or with a character that names do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name must be 1 to 64 letters, digits, `-`, `.`, `_` and `@`")]
pub struct NotAName;

impl FromStr for TokenName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let fits = (1..=LONGEST_NAME).contains(&text.len());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._@".contains(&byte);
        if fits && text.bytes().all(plain) { Ok(Self(text.into())) } else { Err(NotAName) }
    }
}

impl Display for TokenName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// No other entry of a list has the same name.
    pub name: TokenName,
    /// No other entry of a list has the same hash.
    pub hash: TokenHash,
}

impl Entry {
    fn parse(line: &str) -> Result<Self, LineFault> {
        let mut words = line.split_whitespace();
        let (Some(name), Some(hash), None) = (words.next(), words.next(), words.next()) else {
            return Err(LineFault::Form);
        };
        Ok(Self { name: name.parse()?, hash: hash.parse().map_err(|_| LineFault::Hash)? })
    }
}

impl Display for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.hash)
    }
}

/// What is wrong with a line. Never what it holds: a token may stand there by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct LineError {
    line: usize,
    fault: LineFault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum LineFault {
    #[error("is not UTF-8 text")]
    Text,
    #[error("must be a name and a hash, as `ashlink-server token NAME` prints it")]
    Form,
    #[error(transparent)]
    Name(#[from] NotAName),
    #[error("the hash must be `sha256:` and 64 digits, as `ashlink-server token NAME` prints it")]
    Hash,
    #[error("has the same name as line {0}")]
    SameName(usize),
    #[error("has the same token as line {0}")]
    SameToken(usize),
}

/// All tokens that are valid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenList(Vec<Entry>);

impl TokenList {
    /// Reads a file: an entry on each line, but for empty ones and what follows a `#`.
    ///
    /// # Errors
    /// Which line is wrong, and how.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        let mut entries = Vec::new();
        // On which line each name and each token stands. A large file is looked at every few seconds.
        let (mut names, mut tokens) = (HashMap::new(), HashMap::new());
        for (line, bytes) in (1..).zip(without_mark(bytes).split(|byte| *byte == b'\n')) {
            let wrong = |fault| LineError { line, fault };
            let text = std::str::from_utf8(bytes).map_err(|_| wrong(LineFault::Text))?;
            let text = text.split('#').next().unwrap_or_default().trim();
            if text.is_empty() {
                continue;
            }
            let entry = Entry::parse(text).map_err(wrong)?;
            if let Some(before) = names.insert(entry.name.clone(), line) {
                return Err(wrong(LineFault::SameName(before)));
            }
            // Deleting one of the two would revoke nothing.
            if let Some(before) = tokens.insert(entry.hash, line) {
                return Err(wrong(LineFault::SameToken(before)));
            }
            entries.push(entry);
        }
        Ok(Self(entries))
    }

    /// Whose token it is. Every entry is compared, each in constant time, whatever came before:
    /// how long it takes tells nothing but the number of entries.
    #[must_use]
    pub fn find(&self, token: &Token) -> Option<&TokenName> {
        let hash = token.hash();
        let mut found = 0_u64;
        for (place, entry) in (1..).zip(&self.0) {
            found.conditional_assign(&place, entry.hash.ct_eq(&hash));
        }
        let index = usize::try_from(found).ok()?.checked_sub(1)?;
        self.0.get(index).map(|entry| &entry.name)
    }

    /// The entries, in the file's order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, token: &Token) -> Entry {
        Entry { name: name.parse().unwrap(), hash: token.hash() }
    }

    fn wrong(text: &str) -> String {
        TokenList::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn each_token_is_found_wherever_it_stands_and_no_other() {
        let tokens: Vec<_> = (0..5).map(|byte| Token::of(&[byte; 32])).collect();
        let names = ["alice", "bob@example.com", "ci-1", "d.e_f", "9"];
        let lines: Vec<_> = names.iter().zip(&tokens).map(|(name, token)| entry(name, token).to_string()).collect();
        let text = format!(
            "# who may create\r\n\n  {}\r\n{} # since May\n\t{}\n{}\n{}",
            lines[0], lines[1], lines[2], lines[3], lines[4]
        );
        let list = TokenList::parse(text.as_bytes()).unwrap();
        assert_eq!(list.entries().len(), 5);
        for (name, token) in names.iter().zip(&tokens) {
            assert_eq!(list.find(token).map(ToString::to_string).as_deref(), Some(*name));
        }
        assert_eq!(list.find(&Token::of(&[9; 32])), None);
        assert_eq!(TokenList::default().find(&tokens[0]), None);
        assert_eq!(TokenList::parse(format!("\u{feff}{text}").as_bytes()), Ok(list), "as Notepad writes it");
        for empty in ["", "\u{feff}", "\n\n", "# nobody", " # nobody\n"] {
            assert_eq!(TokenList::parse(empty.as_bytes()), Ok(TokenList::default()));
        }
    }

    #[test]
    fn a_wrong_line_is_named_and_not_shown() {
        let (one, other) = (Token::of(&[1; 32]), Token::of(&[2; 32]));
        let (line, hash) = (entry("a", &one).to_string(), other.hash().to_string());
        let pasted = format!("{line}\n\nb {}", other.as_str());
        for (text, number, words) in [
            ("alone", 1, "a name and a hash"),
            (&*hash, 1, "a name and a hash"),
            (&format!("b {hash} c"), 1, "a name and a hash"),
            (&format!("# c\nb/c {hash}"), 2, "a name must be"),
            (&format!("{} {hash}", "b".repeat(65)), 1, "a name must be"),
            (&format!("{line}\nb sha256:00"), 2, "64 digits"),
            (&pasted, 3, "64 digits"),
            (&format!("{line}\n#\na {hash}"), 3, "same name as line 1"),
            (&format!("#\n{line}\nb {}", one.hash()), 3, "same token as line 2"),
        ] {
            let error = wrong(text);
            assert!(error.starts_with(&format!("line {number}: ")) && error.contains(words), "{text}: {error}");
            assert!(!error.contains(other.as_str()) && !error.contains(&hash), "{error}");
        }
        let error = TokenList::parse(b"# \n# caf\xe9\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: is not UTF-8 text");
    }
}
