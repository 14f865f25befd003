//! What happens to output that nobody takes: it is saved where it can be found.

use super::{bytes, name, save};
use crate::exit::{Exit, Failure};
use ashlink_core::message::Item;
use std::io;
use std::path::PathBuf;

/// The view is spent: whatever could not go where it should is put somewhere.
pub(super) fn rescue(items: &[Item], error: &io::Error) -> Failure {
    let places = [PathBuf::from("."), etcetera::home_dir().unwrap_or_default()];
    let saved: Result<Vec<_>, io::Error> = items
        .iter()
        .map(|item| {
            let tries = places.iter().map(|folder| save::save(folder, &name(item), &bytes(item)));
            // In the first place that takes it, and in no other.
            tries.into_iter().find_map(Result::ok).ok_or_else(|| io::Error::other("there is nowhere to save it"))
        })
        .collect();
    let what = format!("the secret could not be handed over: {error}");
    match saved {
        Ok(paths) => {
            let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
            Failure::new(
                Exit::Local,
                what,
                format!("It was saved as {}. Remove it when you have used it.", paths.join(", ")),
            )
        }
        Err(_) => Failure::new(Exit::Local, what, "It could not be saved either: ask the sender for a new link."),
    }
}
