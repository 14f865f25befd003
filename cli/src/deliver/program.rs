//! A program that gets the secret in its environment, and nowhere else.

use crate::exit::{Exit, Failure};
use crate::input::SECRET_VARIABLES;
use ashlink_core::message::Item;
use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that is there.
pub(crate) struct Program {
    variable: String,
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// Looks where the shell would (POSIX, Base Definitions, 8.3). A name that is misspelt must
    /// not cost the secret.
    pub(super) fn find(variable: &str, words: &[OsString]) -> Result<Self, Failure> {
        let (name, arguments) = words.split_first().expect("clap asks for a program with --exec");
        let path = which::which(name).map_err(|_| missing(name))?;
        Ok(Self { variable: variable.to_owned(), path, arguments: arguments.to_vec() })
    }

    /// The variable that was asked for.
    pub(super) fn variable(&self) -> &str {
        &self.variable
    }

    /// Puts the part that goes into variables behind the others: the fields, or else the text, or else what is alone.
    ///
    /// # Errors
    /// None of several parts is that one.
    pub(super) fn choose(items: &mut [Item]) -> io::Result<()> {
        let is_fields = |item: &Item| matches!(item, Item::Fields(_));
        let is_text = |item: &Item| matches!(item, Item::Text(_));
        let count = |is_it: fn(&Item) -> bool| items.iter().filter(|item| is_it(item)).count();
        let is_it: fn(&Item) -> bool = match (count(is_fields), count(is_text), items.len()) {
            (1, ..) => is_fields,
            (0, 1, _) => is_text,
            (0, 0, 1) => return Ok(()),
            _ => return Err(io::Error::other("it has several parts, and a variable holds one")),
        };
        items.sort_by_key(is_it);
        Ok(())
    }

    /// Becomes that program, with these variables. Comes back only where that fails.
    pub(super) fn run(self, variables: &[(&str, &[u8])]) -> io::Result<Infallible> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments);
        for name in SECRET_VARIABLES {
            command.env_remove(name);
        }
        for (name, value) in variables {
            if value.contains(&0) {
                return Err(io::Error::other("it has a byte 0, which no variable can hold"));
            }
            command.env(name, os_string(value)?);
        }
        become_it(command)
    }
}

/// Replaces this process: what is in its memory goes with it, and signals reach the program.
#[cfg(unix)]
fn become_it(mut command: Command) -> io::Result<Infallible> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> io::Result<Infallible> {
    let status = command.status()?;
    std::process::exit(status.code().unwrap_or(1));
}

#[cfg(unix)]
fn os_string(value: &[u8]) -> io::Result<&OsStr> {
    Ok(std::os::unix::ffi::OsStrExt::from_bytes(value))
}

#[cfg(not(unix))]
fn os_string(value: &[u8]) -> io::Result<&OsStr> {
    str::from_utf8(value).map(OsStr::new).map_err(|_| io::Error::other("it is no text"))
}

/// Why there is nothing to run: no file of this name, or one that is not executable. Shells tell
/// the two apart as well (POSIX, Shell and Utilities, 2.9.1.4).
fn missing(name: &OsStr) -> Failure {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&folders).map(|folder| folder.join(name));
    let found = match Path::new(name).components().count() {
        ..=1 => places.find(|path| path.is_file()),
        _ => Some(PathBuf::from(name)).filter(|path| path.is_file()),
    };
    match found {
        Some(path) => {
            let what = format!("{} cannot be run: it is not executable", path.display());
            Failure::new(Exit::NotRunnable, what, "The secret is unspent.")
        }
        None => {
            let what = format!("there is no program {}", name.display());
            Failure::new(Exit::NotFound, what, "Check its name. The secret is unspent.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_core::message::{Field, FieldType, File};

    #[test]
    fn a_variable_gets_the_fields_or_else_the_text_or_what_is_alone() {
        let file = || Item::File(File { name: "f".to_owned(), media_type: String::new(), data: vec![1] });
        let text = || Item::Text("t".to_owned());
        let fields = || {
            let (value, label) = ("p".to_owned(), String::new());
            Item::Fields(vec![Field { field_type: FieldType::Password, value, label }])
        };
        for (mut items, chosen) in [
            (vec![fields(), file(), file()], Some(vec![file(), file(), fields()])),
            (vec![text(), fields(), file()], Some(vec![text(), file(), fields()])),
            (vec![text(), file()], Some(vec![file(), text()])),
            (vec![file()], Some(vec![file()])),
            (vec![text()], Some(vec![text()])),
            (vec![file(), file()], None),
            (vec![text(), text()], None),
            (vec![fields(), fields()], None),
        ] {
            assert_eq!(Program::choose(&mut items).ok().map(|()| items), chosen);
        }
    }
}
