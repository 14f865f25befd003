//! A program that gets the secret in its environment, and nowhere else.

use crate::exit::{Exit, Failure};
use crate::input::SECRET_VARIABLES;
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
        let path = place(name).ok_or_else(|| {
            let what = format!("there is no program {}", name.display());
            Failure::new(Exit::NotFound, what, "Look at its name. The secret is unspent.")
        })?;
        if !is_executable(&path) {
            let what = format!("{} cannot be run: it is not executable", path.display());
            return Err(Failure::new(Exit::NotRunnable, what, "The secret is unspent."));
        }
        Ok(Self { variable: variable.to_owned(), path, arguments: arguments.to_vec() })
    }

    /// Becomes that program. Comes back only where that fails.
    pub(super) fn run(self, value: &[u8]) -> io::Result<Infallible> {
        if value.contains(&0) {
            return Err(io::Error::other("it has a byte 0, which no variable can hold"));
        }
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env(&self.variable, os_string(value)?);
        for name in SECRET_VARIABLES.iter().filter(|name| **name != self.variable) {
            command.env_remove(name);
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

fn place(name: &OsStr) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.components().count() > 1 {
        return path.is_file().then(|| path.to_path_buf());
    }
    let folders = std::env::var_os("PATH")?;
    let found: Vec<_> = std::env::split_paths(&folders)
        .flat_map(|folder| called(&folder, name))
        .filter(|path| path.is_file())
        .collect();
    found.iter().find(|path| is_executable(path)).or(found.first()).cloned()
}

/// What a program of this name may be called in a folder: on Windows, its ending can be left off.
fn called(folder: &Path, name: &OsStr) -> Vec<PathBuf> {
    let path = folder.join(name);
    match std::env::consts::EXE_EXTENSION {
        "" => vec![path],
        ending => vec![path.clone(), path.with_extension(ending)],
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|data| data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_dot_is_no_other_program() {
        assert_eq!(called(Path::new("/bin"), OsStr::new("python3.12")), [Path::new("/bin/python3.12")]);
    }
}
