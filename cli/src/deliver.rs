//! Where an opened secret goes. What can fail is tried before the claim: a folder that cannot be
//! written to, or a program that is not there, must not cost the secret.

mod fields;
mod program;
mod rescue;
mod save;

use crate::args::Open;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, misleads};
use ashlink_core::bytes::to_base64url;
use ashlink_core::message::{Field, File, Item, Revealed};
use ashlink_core::safe_name::safe_name;
use program::Program;
use rescue::{Chosen, Last, rescue, rescue_in};
use serde_json::json;
use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

/// A place that was found usable before the claim.
pub(crate) enum Target {
    /// Standard output; files that have no place there go into this folder.
    Output(PathBuf),
    /// Standard output, as JSON.
    Json,
    /// A file, made already, with its place.
    File(std::fs::File, PathBuf),
    /// A folder that is there; each item becomes a new file in it.
    Folder(PathBuf),
    /// The environment of a program; the files beside what goes there go into this folder.
    Program(Program, PathBuf),
}

impl Target {
    /// Finds out where to, and that it is possible.
    pub(crate) fn prepare(open: &Open, is_json: bool) -> Result<Self, Failure> {
        match (&open.exec, open.output.as_ref().or(open.envelope.as_ref())) {
            (Some(variable), _) => {
                let program = Program::find(variable, &open.program)?;
                place().map(|files| Self::Program(program, files))
            }
            (None, Some(path)) if path.is_dir() => {
                save::can_write(path).map_err(|error| unwritable(path, &error))?;
                Ok(Self::Folder(path.clone()))
            }
            (None, Some(path)) => {
                save::create(path).map(|file| Self::File(file, path.clone())).map_err(|error| unwritable(path, &error))
            }
            (None, None) if is_json => place().map(|_| Self::Json),
            (None, None) => place().map(Self::Output),
        }
    }

    /// Makes sure, directly before a claim, that somebody is there to read what it will print.
    pub(crate) fn is_wanted(&self) -> Result<(), Failure> {
        match self {
            Self::Output(_) | Self::Json => is_read("The secret is unspent."),
            Self::File(..) | Self::Folder(_) | Self::Program(..) => Ok(()),
        }
    }

    /// Nothing comes: takes back what was made for it.
    pub(crate) fn give_up(self) {
        if let Self::File(file, path) = self {
            drop(file);
            drop(std::fs::remove_file(path));
        }
    }

    /// Leaves of a secret what `--field` or `--format` asks for, and finds what goes to a program. If that is not in
    /// it, all of it is saved, where it should have gone.
    pub(crate) fn choose(self, open: &Open, items: &mut Vec<Item>) -> Result<Self, Failure> {
        let chosen = fields::choose(open, items).and_then(|()| match &self {
            Self::Program(..) => Program::choose(items),
            Self::Output(_) | Self::Json | Self::File(..) | Self::Folder(_) => Ok(()),
        });
        match chosen {
            Ok(()) => Ok(self),
            Err(error) => Err(self.rescue(items, &error)),
        }
    }

    /// Saves what cannot be handed over as it was asked for.
    fn rescue(self, items: &[Item], error: &io::Error) -> Failure {
        match self {
            Self::Output(_) | Self::Json => rescue(items, error, Last::Output),
            Self::File(file, path) => rescue_in(Chosen::File(file, path), items, error),
            Self::Folder(folder) => rescue_in(Chosen::Folder(folder), items, error),
            Self::Program(..) => rescue(items, error, Last::Nothing),
        }
    }

    /// Hands the secret over. What cannot go where it should is saved.
    ///
    /// A program comes back: [`become_program`] is the end of this process, and so the last thing
    /// to do.
    pub(crate) fn deliver(self, revealed: &Revealed) -> Result<Option<Program>, Failure> {
        let items = &*revealed.items;
        match self {
            Self::Output(files) => each(items, Last::Output, |item, is_alone| to_output(item, is_alone, &files))
                .inspect(|()| fields::tell_codes(items)),
            Self::Json => {
                let line = [as_json(revealed).to_string().as_bytes(), b"\n"].concat();
                to_stdout(&line).map_err(|error| rescue(items, &error, Last::Output))
            }
            Self::File(file, path) => to_file(file, &path, items),
            Self::Folder(folder) => {
                each(items, Last::Nothing, |item, _| to_folder(&folder, item, &name_in_own_folder(item)))
            }
            Self::Program(program, files) => {
                // The last part is the program's. If another cannot be saved, nothing runs, and both are rescued.
                for (index, item) in items.iter().enumerate().take(items.len().saturating_sub(1)) {
                    to_folder(&files, item, &name(item))
                        .map_err(|error| rescue(&items[index..], &error, Last::Nothing))?;
                }
                return Ok(Some(program));
            }
        }?;
        Ok(None)
    }
}

/// Lets a program take this process over, with the last part of the secret. Comes back only where that fails.
pub(crate) fn become_program(program: Program, items: &[Item]) -> Failure {
    let last = items.last().map_or(&[][..], std::slice::from_ref);
    let run = match last {
        [Item::Fields(fields)] => {
            let variables = fields::variables(program.variable(), fields);
            let variables: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            program.run(&variables)
        }
        [item] => {
            let name = program.variable().to_owned();
            program.run(&[(&name, &bytes(item))])
        }
        _ => Err(io::Error::other("there is nothing in it")),
    };
    run.map_or_else(|error| rescue(last, &error, Last::Nothing), |never| match never {})
}

/// A folder that takes files. What comes may have several parts, or one that standard output does not take.
fn place() -> Result<PathBuf, Failure> {
    save::first_place(save::places()).ok_or_else(|| {
        Failure::new(
            Exit::Local,
            "the secret may have files, and none of these folders takes them: the current one, your home folder, \
             the one for temporary files",
            "Give --output FOLDER, or set TMPDIR. The secret is unspent.",
        )
    })
}

/// Prints a result. Whoever has closed the other end wants no more of it.
pub(crate) fn print(value: &impl std::fmt::Display) -> io::Result<()> {
    unless_closed(print_to_reader(value))
}

/// Prints a result that somebody has to get.
pub(crate) fn print_to_reader(value: &impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{value}").and_then(|()| out.flush())
}

/// Makes sure that somebody is there to read what will be printed; otherwise says what that means.
pub(crate) fn is_read(otherwise: &str) -> Result<(), Failure> {
    if has_reader() {
        return Ok(());
    }
    let next = format!("Check the command after the |. {otherwise}");
    Err(Failure::new(Exit::Local, "nobody reads what this would print", next))
}

/// What became of writing, where it is no error that the reader has closed its end. A socket
/// that is closed with something unread in it resets the connection (unix(7)), a pipe breaks.
fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => Ok(()),
        written => written,
    }
}

/// Whether somebody is at the other end of standard output, as far as the system can tell.
#[cfg(target_os = "linux")]
fn has_reader() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{OFlags, fcntl_getfl, fstat, major, minor};
    let stdout = io::stdout();
    // `/dev/null` that is open for reading too is not where somebody sends output: Rust opens it so where standard
    // output was closed at the start, and so do daemons.
    let is_null = fstat(&stdout).is_ok_and(|stat| (major(stat.st_rdev), minor(stat.st_rdev)) == (1, 3));
    if is_null && fcntl_getfl(&stdout).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR) {
        return false;
    }
    let mut pipe = [PollFd::new(&stdout, PollFlags::empty())];
    let _ = poll(&mut pipe, Some(&Timespec::default()));
    // A pipe without a reader has an error, a socket or a terminal has hung up.
    !pipe[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

#[cfg(not(target_os = "linux"))]
const fn has_reader() -> bool {
    true
}

/// Hands over one part after the other, and is told of each whether it is the only one. From the
/// first that fails on they are saved: what stopped one will stop the next.
fn each(items: &[Item], last: Last, hand_over: impl Fn(&Item, bool) -> io::Result<()>) -> Result<(), Failure> {
    for (index, item) in items.iter().enumerate() {
        hand_over(item, items.len() == 1).map_err(|error| rescue(&items[index..], &error, last))?;
    }
    Ok(())
}

fn to_output(item: &Item, is_alone: bool, files: &Path) -> io::Result<()> {
    let is_terminal = io::stdout().is_terminal();
    let is_text = !matches!(item, Item::File(_));
    let is_shown = if is_terminal { is_harmless(item) } else { is_alone || is_text };
    if !is_shown {
        return to_folder(files, item, &name(item));
    }
    let data = bytes(item);
    to_stdout(&data)?;
    // At a terminal the prompt begins on a line of its own; anything else gets the bytes.
    if is_terminal && !data.ends_with(b"\n") { to_stdout(b"\n") } else { Ok(()) }
}

/// Writes a secret. A reader that closes its end after the first byte has what it wanted, as
/// `head -c` has; one that was gone before it has got nothing.
fn to_stdout(data: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (first, rest) = data.split_at(data.len().min(1));
    out.write_all(first)?;
    out.flush()?;
    unless_closed(out.write_all(rest).and_then(|()| out.flush()))
}

/// Whether a terminal only shows it. Control characters make one change its title, its clipboard
/// or what was shown before, others what a line seems to say, and this comes from a stranger.
fn is_harmless(item: &Item) -> bool {
    let is_harmless = |text: &str| {
        // A line that begins anew would be written over.
        !text.replace("\r\n", "\n").contains(misleads)
    };
    match item {
        Item::Text(text) => is_harmless(text),
        Item::Fields(fields) => is_harmless(&fields::lines(fields)),
        Item::File(_) => false,
    }
}

/// The first part goes into the file, others beside it.
fn to_file(file: std::fs::File, path: &Path, items: &[Item]) -> Result<(), Failure> {
    let Some((first, others)) = items.split_first() else { return Ok(()) };
    save::fill(file, path, &bytes(first)).map_err(|error| rescue(items, &error, Last::Nothing))?;
    each(others, Last::Nothing, |item, _| to_folder(folder_of(path), item, &name(item)))
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn to_folder(folder: &Path, item: &Item, name: &str) -> io::Result<()> {
    let path = save::save(folder, name, &bytes(item))?;
    let called = match item {
        Item::File(file) if path.file_name().is_none_or(|name| name != &*file.name) => {
            format!(" (it was called {:?})", file.name)
        }
        Item::File(_) | Item::Text(_) | Item::Fields(_) => String::new(),
    };
    terminal::tell(&format!("Saved as {}{called}", path.display()));
    Ok(())
}

fn bytes(item: &Item) -> Cow<'_, [u8]> {
    match item {
        Item::Text(text) => Cow::Borrowed(text.as_bytes()),
        Item::File(file) => Cow::Borrowed(&file.data),
        Item::Fields(fields) => Cow::Owned(fields::lines(fields).into_bytes()),
    }
}

fn name(item: &Item) -> String {
    match item {
        Item::Text(_) | Item::Fields(_) => "secret.txt".to_owned(),
        Item::File(file) => safe_name(&file.name),
    }
}

/// The same in a folder that was named for it, where a leading dot may stay: elsewhere a stranger's `.bashrc` would
/// be one.
fn name_in_own_folder(item: &Item) -> String {
    let name = name(item);
    match item {
        Item::File(file) if has_leading_dot(&file.name) => [".", &name].concat(),
        Item::File(_) | Item::Text(_) | Item::Fields(_) => name,
    }
}

fn has_leading_dot(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.starts_with('.') && !last.chars().all(|c| c == '.' || c.is_whitespace())
}

fn as_json(revealed: &Revealed) -> serde_json::Value {
    let Revealed { items, is_readable, views_left } = revealed;
    let item = |item: &Item| match item {
        Item::Text(text) => json!({ "kind": "text", "text": text }),
        Item::File(File { name, media_type, data }) if *is_readable => {
            json!({ "kind": "file", "name": name, "media_type": media_type, "data": to_base64url(data) })
        }
        Item::Fields(fields) => {
            let field = |Field { field_type, value, label }: &Field| json!({ "type": field_type.name(), "label": label, "value": value });
            json!({ "kind": "fields", "fields": fields.iter().map(field).collect::<Vec<_>>() })
        }
        Item::File(file) => json!({ "kind": "unknown", "data": to_base64url(&file.data) }),
    };
    json!({ "items": items.iter().map(item).collect::<Vec<_>>(), "views_left": views_left })
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let next = match error.kind() {
        ErrorKind::AlreadyExists => "Nothing is overwritten: name another file. The secret is unspent.",
        _ => "The secret is unspent.",
    };
    Failure::new(Exit::Local, format!("cannot write {}: {error}", path.display()), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_dot_stays_in_a_folder_of_its_own() {
        for (name, safe) in [
            (".env", ".env"),
            ("a/.htpasswd", ".htpasswd"),
            ("...x", ".x"),
            ("..", "file"),
            ("../x", "x"),
            (".-rf", "._-rf"),
            ("x.", "x"),
        ] {
            let file = File { name: name.to_owned(), media_type: String::new(), data: Vec::new() };
            assert_eq!(name_in_own_folder(&Item::File(file)), safe, "{name}");
        }
    }

    #[test]
    fn a_reader_that_closes_is_no_error_and_anything_else_is() {
        for kind in [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset] {
            assert!(unless_closed(Err(kind.into())).is_ok(), "{kind}");
        }
        assert!(unless_closed(Err(ErrorKind::StorageFull.into())).is_err());
    }
}
