//! What happens to output that nobody takes: it is saved where it can be found.

use super::{bytes, folder_of, name, save};
use crate::exit::{Exit, Failure};
use ashlink_core::message::Item;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::iter::once;
use std::path::PathBuf;

/// What is tried where no folder takes a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Standard output, unless it is a terminal: the secret was wanted there.
    Output,
    /// Nothing: standard output may be the log of a job.
    Nothing,
}

/// The view is spent: whatever could not go where it should is put somewhere.
pub(super) fn rescue(items: &[Item], error: &io::Error, last: Last) -> Failure {
    let mut out = io::stdout().lock();
    let out = match last {
        Last::Output if !out.is_terminal() => Some(&mut out as &mut dyn Write),
        Last::Output | Last::Nothing => None,
    };
    rescue_to(None, &save::places(), out, items, error)
}

/// A place that was named for the secret.
pub(super) enum Chosen {
    /// An empty file, and where it is.
    File(File, PathBuf),
    /// A folder.
    Folder(PathBuf),
}

/// The same where a place was named: what could be handed over, though not as it was asked for, goes there.
pub(super) fn rescue_in(chosen: Chosen, items: &[Item], error: &io::Error) -> Failure {
    let (file, folder) = match chosen {
        Chosen::File(file, path) => {
            let folder = folder_of(&path).to_owned();
            (Some((file, path)), folder)
        }
        Chosen::Folder(folder) => (None, folder),
    };
    let places: Vec<_> = once(folder).chain(save::places()).collect();
    rescue_to(file, &places, None, items, error)
}

/// The first part goes into the file, if there is one; each other to the first place that takes it, and to no other.
fn rescue_to(
    mut file: Option<(File, PathBuf)>,
    places: &[PathBuf],
    mut out: Option<&mut dyn Write>,
    items: &[Item],
    error: &io::Error,
) -> Failure {
    let (mut paths, mut printed, mut lost) = (Vec::new(), 0, 0);
    for item in items {
        let filled = file.take().and_then(|(file, path)| save::fill(file, &path, &bytes(item)).ok().map(|()| path));
        let mut tries = places.iter().map(|folder| save::save(folder, &name(item), &bytes(item)));
        if let Some(path) = filled.or_else(|| tries.find_map(Result::ok)) {
            paths.push(path.display().to_string());
            continue;
        }
        match out.as_mut().map(|out| out.write_all(&bytes(item)).and_then(|()| out.flush())) {
            Some(Ok(())) => printed += 1,
            Some(Err(_)) | None => lost += 1,
        }
    }
    let mut next = Vec::new();
    if !paths.is_empty() {
        next.push(format!("It was saved as {}. Remove it when you have used it.", paths.join(", ")));
    }
    if printed > 0 {
        next.push(format!("{printed} of {} parts went to standard output, since no folder takes files.", items.len()));
    }
    if lost > 0 {
        next.push(format!("{lost} of {} parts could not be saved: ask the sender for a new link.", items.len()));
    }
    Failure::new(Exit::Local, format!("the secret could not be handed over: {error}"), next.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_core::message::File;
    use std::io::ErrorKind;

    fn items() -> [Item; 2] {
        let file = File { name: "a.txt".to_owned(), media_type: String::new(), data: b"file".to_vec() };
        [Item::Text("text".to_owned()), Item::File(file)]
    }

    #[test]
    fn a_part_goes_to_the_first_place_that_takes_it() {
        let folder = tempfile::tempdir().unwrap();
        let places = [folder.path().join("no"), folder.path().to_owned(), PathBuf::from(".")];
        let mut out = Vec::new();
        let failure = rescue_to(None, &places, Some(&mut out), &items(), &ErrorKind::BrokenPipe.into());
        assert_eq!(std::fs::read_to_string(folder.path().join("secret.txt")).unwrap(), "text");
        assert_eq!(std::fs::read_to_string(folder.path().join("a.txt")).unwrap(), "file");
        assert!(out.is_empty() && !failure.next.contains("parts"), "{}", failure.next);
    }

    #[test]
    fn without_a_place_it_is_printed_and_only_then_lost() {
        let (places, error) = ([PathBuf::from("/proc")], io::Error::from(ErrorKind::StorageFull));
        let mut out = Vec::new();
        let failure = rescue_to(None, &places, Some(&mut out), &items(), &error);
        assert_eq!(out, b"textfile");
        assert!(failure.next.contains("2 of 2 parts went to standard output"), "{}", failure.next);
        // What is full after the first part still got that.
        let mut small = [0; 4];
        let mut out = small.as_mut_slice();
        let failure = rescue_to(None, &places, Some(&mut out), &items(), &error);
        assert_eq!(&small, b"text");
        assert!(failure.next.contains("1 of 2 parts went") && failure.next.contains("1 of 2 parts could not"));
        let failure = rescue_to(None, &places, None, &items(), &error);
        assert!(failure.next.starts_with("2 of 2 parts could not be saved"), "{}", failure.next);
    }
}
