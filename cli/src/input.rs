//! What comes in: secrets, passphrases, tokens and links. None of it is an argument, but for
//! links, which are worth nothing once they were opened.

pub(crate) mod fields;

use crate::exit::{Exit, Failure};
use crate::settings::Settings;
use crate::terminal;
use ashlink_core::envelope::MAX_ENVELOPE;
use ashlink_core::message::{File, Item};
use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Reads these files, or else standard input, or asks: what a secret is made of.
pub(crate) fn secret(files: &[PathBuf]) -> Result<Vec<Item>, Failure> {
    match files {
        [] => standard_input(),
        [path] if path.as_os_str() == "-" => standard_input(),
        paths => paths.iter().map(|path| file(path)).collect(),
    }
}

fn standard_input() -> Result<Vec<Item>, Failure> {
    let stdin = io::stdin();
    let bytes = if stdin.is_terminal() {
        Zeroizing::new(terminal::ask_hidden("Secret (not shown): ")?.as_bytes().to_vec())
    } else {
        read_all(stdin.lock()).map_err(|error| unreadable("standard input", &error))?
    };
    if bytes.is_empty() {
        return Err(Failure::new(
            Exit::Local,
            "the secret is empty, and nothing was sent",
            "Look at where it should have come from: a variable without a value, or a command that failed.",
        ));
    }
    Ok(vec![of_bytes(&bytes)])
}

/// A text where it is one, or else a file without a name of its own.
fn of_bytes(bytes: &[u8]) -> Item {
    match str::from_utf8(bytes) {
        Ok(text) => Item::Text(text.to_owned()),
        Err(_) => {
            let (name, media_type) = ("secret.bin".to_owned(), String::new());
            Item::File(File { name, media_type, data: bytes.to_vec() })
        }
    }
}

fn file(path: &Path) -> Result<Item, Failure> {
    let read = fs::File::open(path).and_then(read_all);
    let mut data = read.map_err(|error| unreadable(&path.display().to_string(), &error))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Item::File(File { name, media_type: String::new(), data: std::mem::take(&mut data) }))
}

/// Everything, and no copy of it left behind.
fn read_all(mut from: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut all = Zeroizing::new(vec![0; 64 * 1024]);
    let mut len = 0;
    loop {
        if len == all.len() {
            if len > MAX_ENVELOPE {
                return Err(io::Error::other("it is larger than any secret can be"));
            }
            // A vector that grows by itself would leave its old place as it is.
            let mut larger = Zeroizing::new(vec![0; 2 * len]);
            larger[..len].copy_from_slice(&all);
            all = larger;
        }
        match from.read(&mut all[len..]) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    all.truncate(len);
    Ok(all)
}

fn unreadable(what: &str, error: &io::Error) -> Failure {
    Failure::new(Exit::Local, format!("cannot read {what}: {error}"), "Nothing was sent.")
}

/// A text's bytes without the mark that editors on Windows put before them (U+FEFF in UTF-8).
pub(crate) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// The first line of a file, without what ends it.
fn first_line(path: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
    let unusable = |why: &str| {
        Failure::new(Exit::Local, format!("cannot use the {what} in {}: {why}", path.display()), "Nothing was sent.")
    };
    let all = fs::File::open(path).and_then(read_all).map_err(|error| unusable(&error.to_string()))?;
    let text = str::from_utf8(without_mark(&all)).map_err(|_| unusable("it is no text"))?;
    let line = text.lines().next().unwrap_or_default();
    if line.trim().is_empty() { Err(unusable("its first line is empty")) } else { Ok(Zeroizing::new(line.to_owned())) }
}

/// From the environment: for jobs that have no terminal, and variables that are kept secret.
fn variable(name: &str) -> Option<Zeroizing<String>> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty()).map(Zeroizing::new)
}

/// The variables that hold what no program after `--` should see.
pub(crate) const SECRET_VARIABLES: [&str; 2] = ["ASHLINK_PASSPHRASE", "ASHLINK_TOKEN"];

/// The passphrase of a link, if one is known without asking.
pub(crate) fn known_passphrase(file: Option<&Path>) -> Result<Option<Zeroizing<String>>, Failure> {
    match file {
        Some(path) => first_line(path, "passphrase").map(Some),
        None => Ok(variable(SECRET_VARIABLES[0])),
    }
}

/// A new passphrase, from a file or asked for twice.
pub(crate) fn new_passphrase(file: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    if let Some(path) = file {
        return first_line(path, "passphrase");
    }
    let first = terminal::ask_hidden("Passphrase (not shown): ")?;
    if first.trim().is_empty() {
        return Err(Failure::new(Exit::Passphrase, "the passphrase is empty", "Nothing was sent."));
    }
    if first != terminal::ask_hidden("Once more: ")? {
        return Err(Failure::new(Exit::Passphrase, "the two passphrases differ", "Nothing was sent; run it again."));
    }
    Ok(first)
}

/// The token, where there is one.
pub(crate) fn token(flag: Option<&Path>, settings: &Settings) -> Result<Zeroizing<String>, Failure> {
    let token = match (flag, variable(SECRET_VARIABLES[1]), settings.token_file.as_deref()) {
        (Some(path), ..) => first_line(path, "token")?,
        (None, Some(token), _) => token,
        (None, None, Some(path)) => first_line(path, "token")?,
        (None, None, None) => return Ok(Zeroizing::default()),
    };
    Ok(Zeroizing::new(token.trim().to_owned()))
}

/// The link that was given, or the first line of standard input.
pub(crate) fn link(given: Option<String>) -> Result<Zeroizing<String>, Failure> {
    if let Some(link) = given.filter(|link| link != "-") {
        return Ok(Zeroizing::new(link));
    }
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return terminal::ask_hidden("Link (not shown): ");
    }
    let mut line = Zeroizing::new(String::new());
    // Longer than any link, and not endless.
    stdin.lock().take(64 * 1024).read_line(&mut line).map_err(|error| unreadable("standard input", &error))?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_read() {
        for len in [0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 300_000] {
            let bytes: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
            assert!(*read_all(&*bytes).unwrap() == bytes, "{len}");
        }
        assert!(read_all(io::repeat(0)).is_err(), "not for ever");
    }

    #[test]
    fn a_line_comes_without_what_editors_add() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        for text in ["Füß 12", "Füß 12\n", "\u{feff}Füß 12\r\nmore\r\n"] {
            fs::write(&path, text).unwrap();
            assert_eq!(*first_line(&path, "passphrase").ok().unwrap(), "Füß 12", "{text:?}");
        }
        fs::write(&path, "\u{feff}\n").unwrap();
        assert!(first_line(&path, "passphrase").is_err());
    }

    #[test]
    fn what_is_no_text_is_a_file() {
        assert_eq!(of_bytes("päss\n".as_bytes()), Item::Text("päss\n".into()));
        assert!(matches!(&of_bytes(&[0xff, 0]), Item::File(file) if file.data == [0xff, 0]));
    }
}
