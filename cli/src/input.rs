//! What comes in: secrets, passphrases, tokens and links. None of it is an argument, but for
//! links, which are worth nothing once they were opened.

pub(crate) mod fields;
mod folder;

use crate::exit::{Exit, Failure};
use crate::settings::Settings;
use crate::terminal;
use crate::words::{Doing, failure};
use ashlink_core::envelope::MAX_ENVELOPE;
use ashlink_core::link::{Key, LinkError};
use ashlink_core::message::{Fault, File, Item};
use ashlink_core::passphrase::leaves_nothing;
use ashlink_core::payload::{MAX_ITEMS, MAX_NAME_BYTES};
use ashlink_core::safe_name::fitted;
use ashlink_core::text::without_mark;
use std::fs;
use std::io::{self, BufRead as _, ErrorKind, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::Zeroizing;

/// That a link takes so many files, and the login beside them.
pub(crate) fn check_count(files: usize, has_login: bool) -> Result<(), Failure> {
    let (most, login) = if has_login { (MAX_ITEMS - 1, " beside a login") } else { (MAX_ITEMS, "") };
    if files <= most {
        return Ok(());
    }
    let what = format!("a link takes {most} files{login}, and these are {files}");
    Err(Failure::new(Exit::Refused, what, "Send their folder, or several links. Nothing was sent."))
}

/// Reads these files and folders, or else standard input, or asks: what a secret is made of. A name is for what has
/// none, or another one. Reads no more than `most` bytes.
pub(crate) fn secret(files: &[PathBuf], name: Option<&str>, most: u64) -> Result<Vec<Item>, Failure> {
    let mut left = usize::try_from(most).unwrap_or(usize::MAX).min(MAX_ENVELOPE);
    let standard_input_alone = [PathBuf::from("-")];
    let files = if files.is_empty() { &standard_input_alone[..] } else { files };
    let mut items = Vec::new();
    for path in files {
        let item = part(path, left)?;
        left -= size(&item).min(left);
        items.push(item);
    }
    match name {
        Some(name) => Ok(vec![named(items, name)?]),
        None => Ok(items),
    }
}

fn size(item: &Item) -> usize {
    match item {
        Item::Text(text) => text.len(),
        Item::File(file) => file.data.len(),
        Item::Fields(fields) => fields.iter().map(|field| field.value.len()).sum(),
    }
}

fn part(path: &Path, most: usize) -> Result<Item, Failure> {
    let unreadable = |error: io::Error| unreadable(&path.display().to_string(), &error);
    if path.as_os_str() == "-" {
        return standard_input("Secret (not shown): ", most);
    }
    if path.is_dir() {
        let (file, left_out) = folder::packed(path, most).map_err(unreadable)?;
        if left_out > 0 {
            let what = "symbolic links and other things that are not files were left out of";
            terminal::warn(&format!("{what} {}: {left_out}", path.display()));
        }
        return Ok(Item::File(file));
    }
    file(path, most).map(Item::File).map_err(unreadable)
}

/// All of standard input; at a terminal, the answer to a prompt.
fn standard_input(prompt: &str, most: usize) -> Result<Item, Failure> {
    let bytes = if io::stdin().is_terminal() {
        Zeroizing::new(terminal::ask_hidden(prompt)?.as_bytes().to_vec())
    } else {
        read_all(take_standard_input()?, most).map_err(|error| unreadable("standard input", &error))?
    };
    if bytes.is_empty() {
        return Err(Failure::new(
            Exit::Local,
            "the secret is empty, and nothing was sent",
            "Check where it should have come from: a variable without a value, or a command that failed.",
        ));
    }
    Ok(of_bytes(&bytes))
}

/// Whether standard input was read for something.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Warns of a secret that may be in standard input, where nothing was read from it.
pub(crate) fn warn_of_unread_input() {
    if !IS_TAKEN.load(Ordering::Relaxed) && has_input() {
        terminal::warn(
            "standard input was not read, and what is in it will not be sent. \
             --field password=- takes it as the password",
        );
    }
}

/// Whether something can be read from standard input, as far as the system can tell: a pipe or a file with bytes in it.
#[cfg(target_os = "linux")]
fn has_input() -> bool {
    let stdin = io::stdin();
    !stdin.is_terminal() && rustix::io::ioctl_fionread(stdin).is_ok_and(|bytes| bytes > 0)
}

#[cfg(not(target_os = "linux"))]
const fn has_input() -> bool {
    false
}

/// Standard input, which can be read for one thing alone.
fn take_standard_input() -> Result<io::StdinLock<'static>, Failure> {
    if IS_TAKEN.swap(true, Ordering::Relaxed) {
        let next = "Give one of the two in a file or a variable. Nothing was sent or opened.";
        return Err(Failure::new(Exit::Local, "standard input cannot hold two things at once", next));
    }
    Ok(io::stdin().lock())
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

fn file(path: &Path, most: usize) -> io::Result<File> {
    let file = fs::File::open(path)?;
    // Before the first byte is read, where that is known.
    let is_larger = |len: u64| len > most as u64;
    if file.metadata().is_ok_and(|metadata| metadata.is_file() && is_larger(metadata.len())) {
        return Err(ErrorKind::FileTooLarge.into());
    }
    let data = std::mem::take(&mut *read_all(file, most)?);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // What is no UTF-8 is longer here than there.
    let name = fitted(&name, "", MAX_NAME_BYTES);
    Ok(File { name, media_type: String::new(), data })
}

/// What was read, as a file of this name.
fn named(mut items: Vec<Item>, name: &str) -> Result<Item, Failure> {
    let wrong = |what: String| Failure::new(Exit::Local, what, "Nothing was sent.");
    if !(1..=MAX_NAME_BYTES).contains(&name.len()) {
        return Err(wrong(format!("the name must have 1 to {MAX_NAME_BYTES} bytes")));
    }
    let data = match &mut *items {
        [Item::Text(text)] => std::mem::take(text).into_bytes(),
        [Item::File(file)] => std::mem::take(&mut file.data),
        _ => return Err(wrong(format!("--name is for one file, and these are {}", items.len()))),
    };
    Ok(Item::File(File { name: name.to_owned(), media_type: String::new(), data }))
}

/// Everything, and no copy of it left behind; fails where that is more than `most` bytes.
fn read_all(mut from: impl Read, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut all = Zeroizing::new(vec![0; 64 * 1024]);
    let mut len = 0;
    loop {
        if len == all.len() {
            // A vector that grows by itself would leave its old place as it is.
            let mut larger = Zeroizing::new(vec![0; 2 * len]);
            larger[..len].copy_from_slice(&all);
            all = larger;
        }
        match from.read(&mut all[len..]) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if len > most {
            return Err(ErrorKind::FileTooLarge.into());
        }
    }
    all.truncate(len);
    Ok(all)
}

fn unreadable(what: &str, error: &io::Error) -> Failure {
    if error.kind() == ErrorKind::FileTooLarge {
        return failure(Fault::TooLong, Doing::Sending, "");
    }
    Failure::new(Exit::Local, format!("cannot read {what}: {error}"), "Nothing was sent.")
}

/// The first line of a file, or of standard input for `-`, without what ends it.
fn first_line(path: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
    let unusable = |why: &str| {
        Failure::new(Exit::Local, format!("cannot use the {what} in {}: {why}", path.display()), "Nothing was sent.")
    };
    let all = if path.as_os_str() != "-" {
        fs::File::open(path)
            .and_then(|file| read_all(file, MAX_ENVELOPE))
            .map_err(|error| unusable(&error.to_string()))?
    } else if io::stdin().is_terminal() {
        Zeroizing::new(terminal::ask_hidden(&format!("The {what} (not shown): "))?.as_bytes().to_vec())
    } else {
        line_of_standard_input()?
    };
    let text = str::from_utf8(without_mark(&all)).map_err(|_| unusable("it is no text"))?;
    let line = text.lines().next().unwrap_or_default();
    if leaves_nothing(line) { Err(unusable("its first line is empty")) } else { Ok(Zeroizing::new(line.to_owned())) }
}

/// From the environment: for jobs that have no terminal, and variables that are kept secret.
fn variable(name: &str) -> Option<Zeroizing<String>> {
    std::env::var(name).ok().filter(|value| !leaves_nothing(value)).map(Zeroizing::new)
}

const PASSPHRASE: &str = "ASHLINK_PASSPHRASE";
const TOKEN: &str = "ASHLINK_TOKEN";

/// The variables that hold what no program after `--` should see.
///
/// `ashlink` itself does not read the link's: pipelines hand links over in it. The proxy's may have the password of the
/// proxy. The other variables of the settings name servers, files, a lifetime and a number.
pub(crate) const SECRET_VARIABLES: [&str; 4] = [PASSPHRASE, TOKEN, "ASHLINK_LINK", "ASHLINK_PROXY"];

/// The passphrase of a link, if one is known without asking.
pub(crate) fn known_passphrase(file: Option<&Path>) -> Result<Option<Zeroizing<String>>, Failure> {
    match file {
        Some(path) => first_line(path, "passphrase").map(Some),
        None => Ok(variable(PASSPHRASE)),
    }
}

/// A new passphrase, from a file or asked for twice.
pub(crate) fn new_passphrase(file: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    if let Some(path) = file {
        return first_line(path, "passphrase");
    }
    let first = terminal::ask_hidden("Passphrase (not shown): ")?;
    if leaves_nothing(&first) {
        return Err(Failure::new(Exit::Passphrase, "the passphrase is empty", "Nothing was sent."));
    }
    if first != terminal::ask_hidden("Once more: ")? {
        return Err(Failure::new(Exit::Passphrase, "the two passphrases differ", "Nothing was sent; run it again."));
    }
    Ok(first)
}

/// The token, where there is one.
pub(crate) fn token(flag: Option<&Path>, settings: &Settings) -> Result<Zeroizing<String>, Failure> {
    let token = match (flag, variable(TOKEN), settings.token_file.as_deref()) {
        (Some(path), ..) => first_line(path, "token")?,
        (None, Some(token), _) => token,
        (None, None, Some(path)) => first_line(path, "token")?,
        (None, None, None) => return Ok(Zeroizing::default()),
    };
    Ok(Zeroizing::new(token.trim().to_owned()))
}

/// The link that was given, or what standard input begins with.
pub(crate) fn link(given: Option<String>) -> Result<Zeroizing<String>, Failure> {
    if let Some(link) = given.filter(|link| link != "-") {
        return Ok(Zeroizing::new(link));
    }
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return terminal::ask_hidden("Link (not shown): ");
    }
    first_link(take_standard_input()?).map_err(|error| unreadable("standard input", &error))
}

/// The most lines in which a link is looked for: mail programs break long lines, seldom into more than two.
const LINK_LINES: usize = 10;

/// The first line, and as many more as it takes until there is a key in them.
fn first_link(from: impl io::BufRead) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    // Longer than any link, and not endless.
    let mut from = from.take(64 * 1024);
    for _ in 0..LINK_LINES {
        if from.read_line(&mut text)? == 0 || matches!(Key::find(&text), Ok(_) | Err(LinkError::TooNew)) {
            break;
        }
    }
    Ok(text)
}

fn line_of_standard_input() -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut line = Zeroizing::new(Vec::new());
    // Longer than any passphrase, and not endless.
    let mut input = take_standard_input()?.take(64 * 1024);
    input.read_until(b'\n', &mut line).map_err(|error| unreadable("standard input", &error))?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_core::derive::LinkKey;
    use ashlink_core::link::ShareKey;
    use ashlink_core::passphrase::Profile;

    #[test]
    fn everything_is_read() {
        for len in [0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 300_000] {
            let bytes: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
            assert!(*read_all(&*bytes, len).unwrap() == bytes, "{len}");
            assert!(len == 0 || read_all(&*bytes, len - 1).is_err(), "{len}");
        }
        assert!(read_all(io::repeat(0), MAX_ENVELOPE).is_err(), "not for ever");
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
    fn a_link_that_was_broken_into_lines_is_read_to_the_end_of_its_key() {
        let key = ShareKey { profile: Profile::None, key: LinkKey::new([7; 32]) }.to_text();
        let (start, end) = key.split_at(20);
        for (link, rest) in [
            (format!("https://a.example/s#{}\n", *key), "more\n"),
            (format!("https://a.example/s#{start}\r\n{end}\n"), "more\n"),
            ("no link\n".repeat(LINK_LINES), "more\n"),
            ("no link".to_owned(), ""),
            (String::new(), ""),
        ] {
            assert_eq!(*first_link(format!("{link}{rest}").as_bytes()).unwrap(), link);
        }
    }

    #[test]
    fn what_is_no_text_is_a_file() {
        assert_eq!(of_bytes("päss\n".as_bytes()), Item::Text("päss\n".into()));
        assert!(matches!(&of_bytes(&[0xff, 0]), Item::File(file) if file.data == [0xff, 0]));
    }
}
