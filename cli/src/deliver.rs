//! Where an opened secret goes. What can fail is tried before the claim: a folder that cannot be
//! written to, or a program that is not there, must not cost the secret.

mod fields;
mod program;
mod rescue;
mod save;

use crate::args::Open;
use crate::exit::{Exit, Failure};
use crate::terminal;
use ashlink_core::bytes::to_base64url;
use ashlink_core::message::{Field, File, Item, Revealed};
use ashlink_core::safe_name::safe_name;
use program::Program;
use rescue::rescue;
use serde_json::json;
use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

/// A place that was found usable before the claim.
pub(crate) enum Target {
    /// Standard output.
    Output,
    /// Standard output, as JSON.
    Json,
    /// A file, made already, with its place.
    File(std::fs::File, PathBuf),
    /// A folder that is there; each item becomes a new file in it.
    Folder(PathBuf),
    /// The environment of a program.
    Program(Program),
}

impl Target {
    /// Finds out where to, and that it is possible.
    pub(crate) fn prepare(open: &Open, is_json: bool) -> Result<Self, Failure> {
        match (&open.exec, open.output.as_ref().or(open.envelope.as_ref())) {
            (Some(variable), _) => Program::find(variable, &open.program).map(Self::Program),
            (None, Some(path)) if path.is_dir() => {
                save::can_write(path).map_err(|error| unwritable(path, &error))?;
                Ok(Self::Folder(path.clone()))
            }
            (None, Some(path)) => {
                save::create(path).map(|file| Self::File(file, path.clone())).map_err(|error| unwritable(path, &error))
            }
            (None, None) if is_json => Ok(Self::Json),
            (None, None) => Ok(Self::Output),
        }
    }

    /// Makes sure, directly before a claim, that somebody is there to read what it will print.
    pub(crate) fn is_wanted(&self) -> Result<(), Failure> {
        match self {
            Self::Output | Self::Json if !has_reader() => Err(Failure::new(
                Exit::Local,
                "nobody reads what this would print",
                "Look at the command behind the |. The secret is unspent.",
            )),
            Self::Output | Self::Json | Self::File(..) | Self::Folder(_) | Self::Program(_) => Ok(()),
        }
    }

    /// Nothing comes: takes back what was made for it.
    pub(crate) fn give_up(self) {
        if let Self::File(file, path) = self {
            drop(file);
            drop(std::fs::remove_file(path));
        }
    }

    /// Hands the secret over. What cannot go where it should is saved in the current folder.
    ///
    /// A program comes back: [`become_program`] is the end of this process, and so the last thing
    /// to do.
    pub(crate) fn deliver(self, revealed: &Revealed) -> Result<Option<Program>, Failure> {
        let items = &*revealed.items;
        match self {
            Self::Output => each(items, to_output).inspect(|()| fields::tell_codes(items)),
            Self::Json => {
                let line = [as_json(revealed).to_string().as_bytes(), b"\n"].concat();
                to_stdout(&line).map_err(|error| rescue(items, &error))
            }
            Self::File(file, path) => to_file(file, &path, items),
            Self::Folder(folder) => each(items, |item, _| to_folder(&folder, item)),
            Self::Program(program) => return Ok(Some(program)),
        }?;
        Ok(None)
    }
}

/// Leaves of a secret what `--field` or `--format` asks for. If that is not in it, all of it is saved.
pub(crate) fn choose(open: &Open, items: &mut Vec<Item>) -> Result<(), Failure> {
    fields::choose(open, items).map_err(|error| rescue(items, &error))
}

/// Lets a program with the secret take this process over. Comes back only where that fails.
pub(crate) fn become_program(program: Program, items: &[Item]) -> Failure {
    let run = match items {
        [Item::Fields(fields)] => {
            let variables = fields::variables(program.variable(), fields);
            let variables: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            program.run(&variables)
        }
        [item] => {
            let name = program.variable().to_owned();
            program.run(&[(&name, &bytes(item))])
        }
        _ => Err(io::Error::other("it has several parts, and a variable holds one")),
    };
    run.map_or_else(|error| rescue(items, &error), |never| match never {})
}

/// Prints a result. Whoever has closed the other end wants no more of it.
pub(crate) fn print(value: &impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    unless_closed(writeln!(out, "{value}").and_then(|()| out.flush()))
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
    let stdout = io::stdout();
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
fn each(items: &[Item], hand_over: impl Fn(&Item, bool) -> io::Result<()>) -> Result<(), Failure> {
    for (index, item) in items.iter().enumerate() {
        hand_over(item, items.len() == 1).map_err(|error| rescue(&items[index..], &error))?;
    }
    Ok(())
}

fn to_output(item: &Item, is_alone: bool) -> io::Result<()> {
    let is_terminal = io::stdout().is_terminal();
    let is_text = !matches!(item, Item::File(_));
    let is_shown = if is_terminal { is_harmless(item) } else { is_alone || is_text };
    if !is_shown {
        return to_folder(Path::new("."), item);
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
/// or what was shown before (ECMA-48), and this comes from a stranger.
fn is_harmless(item: &Item) -> bool {
    let is_harmless = |text: &str| {
        // A line that begins anew would be written over.
        !text.replace("\r\n", "\n").contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t'))
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
    save::fill(file, path, &bytes(first)).map_err(|error| rescue(items, &error))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    each(others, |item, _| to_folder(folder, item))
}

fn to_folder(folder: &Path, item: &Item) -> io::Result<()> {
    let path = save::save(folder, &name(item), &bytes(item))?;
    terminal::tell(&format!("Saved as {}", path.display()));
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
        ErrorKind::AlreadyExists => "Nothing is overwritten: name another. The secret is unspent.",
        _ => "The secret is unspent.",
    };
    Failure::new(Exit::Local, format!("cannot write {}: {error}", path.display()), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_closes_is_no_error_and_anything_else_is() {
        for kind in [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset] {
            assert!(unless_closed(Err(kind.into())).is_ok(), "{kind}");
        }
        assert!(unless_closed(Err(ErrorKind::StorageFull.into())).is_err());
    }
}
