//! `ashlink-server token NAME`: a new token.

use super::{Entry, LARGEST, Token, TokenList, TokenName};
use anyhow::{Context as _, bail};
use ashlink_store::files::{ReadError, read_in_time};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Makes a token and prints it, alone, for people and scripts; on the other stream what becomes
/// of its line: added to this file, or printed for the operator to put there.
///
/// # Errors
/// When the file cannot be used or has the name already, in words for the operator; no token is
/// printed then.
pub fn issue(
    name: TokenName,
    file: Option<&Path>,
    mut token_to: impl Write,
    mut words_to: impl Write,
) -> anyhow::Result<()> {
    let token = Token::fresh();
    let entry = Entry { name, hash: token.hash() };
    let name = &entry.name;
    match file {
        Some(file) => {
            let made = append(file, &entry).with_context(|| format!("cannot add to {}", file.display()))?;
            writeln!(words_to, "Added {name} to {}; delete its line to revoke the token.", file.display())?;
            if made {
                writeln!(words_to, "The file is new, and yours alone to read: let the server's user read it too.")?;
            }
        }
        None => {
            writeln!(words_to, "Add this line to the file that ASHLINK_TOKENS names:\n\n{entry}\n")?;
        }
    }
    writeln!(words_to, "The token of {name}, which is kept nowhere and shown only now:")?;
    words_to.flush()?;
    let printed = writeln!(token_to, "{}", token.as_str()).and_then(|()| token_to.flush());
    printed.with_context(|| format!("the token of {name} could not be printed: its line is of no use"))
}

/// Adds a line to a file; says whether the file is new.
fn append(path: &Path, entry: &Entry) -> anyhow::Result<bool> {
    let before = match read_in_time(path, LARGEST) {
        Ok(bytes) => Some(bytes),
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let bytes = before.as_deref().unwrap_or_default();
    if TokenList::parse(bytes)?.entries().iter().any(|other| other.name == entry.name) {
        bail!("it has {} already: take another name, or delete that line first", entry.name);
    }
    let gap = if bytes.is_empty() || bytes.ends_with(b"\n") { "" } else { "\n" };
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(format!("{gap}{entry}\n").as_bytes())?;
    file.sync_all()?;
    Ok(before.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    /// The token as printed, and the words.
    fn issued(name: &str, file: Option<&Path>) -> anyhow::Result<(Token, String)> {
        let (mut token, mut words) = (Vec::new(), Vec::new());
        let done = issue(name.parse().unwrap(), file, &mut token, &mut words);
        let (token, words) = (String::from_utf8(token).unwrap(), String::from_utf8(words).unwrap());
        assert!(done.is_ok() || token.is_empty(), "{token}");
        done.map(|()| (Token::parse(token.strip_suffix('\n').unwrap()).unwrap(), words))
    }

    #[test]
    fn the_line_belongs_to_the_token() {
        let (token, words) = issued("alice", None).unwrap();
        let line = words.lines().find(|line| line.starts_with("alice ")).unwrap();
        let list = TokenList::parse(line.as_bytes()).unwrap();
        assert_eq!(list.find(&token).map(ToString::to_string).as_deref(), Some("alice"));
        assert!(!words.contains(token.as_str()));
    }

    #[test]
    fn a_file_gets_line_after_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        let (first, words) = issued("alice", Some(&path)).unwrap();
        assert!(words.contains("The file is new"), "{words}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        // As editors leave it that write no line break at the end.
        fs::write(&path, [b"# ours\n", fs::read(&path).unwrap().trim_ascii_end()].concat()).unwrap();
        let (second, words) = issued("bob", Some(&path)).unwrap();
        assert!(!words.contains("The file is new"), "{words}");
        let bytes = fs::read(&path).unwrap();
        let list = TokenList::parse(&bytes).unwrap();
        for (name, token) in [("alice", first), ("bob", second)] {
            assert_eq!(list.find(&token).map(ToString::to_string).as_deref(), Some(name));
            assert!(!String::from_utf8_lossy(&bytes).contains(token.as_str()));
        }
        let error = format!("{:#}", issued("bob", Some(&path)).unwrap_err());
        assert!(error.contains("has bob already") && error.contains("tokens"), "{error}");
        fs::write(&path, "broken").unwrap();
        let error = format!("{:#}", issued("carol", Some(&path)).unwrap_err());
        assert!(error.contains("line 1: "), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"broken");
        let fifo = folder.path().join("fifo");
        crate::testing::fifo(&fifo);
        let error = format!("{:#}", issued("carol", Some(&fifo)).unwrap_err());
        assert!(error.contains("it is a FIFO"), "{error}");
        let nowhere = folder.path().join("nowhere/tokens");
        assert!(issued("carol", Some(&nowhere)).is_err());
    }
    #[test]
    fn a_token_that_cannot_be_printed_is_said() {
        /// As `/dev/full`: takes what is written, and cannot keep it.
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::StorageFull.into())
            }
        }
        let error = issue("alice".parse().unwrap(), None, Full, Vec::new()).unwrap_err();
        assert!(format!("{error:#}").contains("the token of alice could not be printed"), "{error:#}");
    }
}
