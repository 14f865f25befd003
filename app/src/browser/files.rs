//! Files that a person chooses, drops or pastes.

use super::task::spawn;
use crate::ids::{FileField, Id};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Event, File, FileList};

/// What was chosen in a file field, which is empty then.
#[must_use]
pub fn chosen(field: Id<FileField>) -> Vec<File> {
    field.take(list).unwrap_or_default()
}

/// What a paste brings along. Where it has a text as well, as from a spreadsheet, the text is
/// what is meant.
#[must_use]
pub fn pasted(event: &Event) -> Vec<File> {
    let event: &ClipboardEvent = event.unchecked_ref();
    let Some(data) = event.clipboard_data() else { return Vec::new() };
    if has(&data, "text/plain") { Vec::new() } else { data.files().as_ref().map(list).unwrap_or_default() }
}

/// What was dropped on the page; `None` where it is no file.
#[must_use]
pub fn dropped(event: &Event) -> Option<Vec<File>> {
    let event: &DragEvent = event.unchecked_ref();
    let data = event.data_transfer()?;
    has(&data, "Files").then(|| data.files().as_ref().map(list).unwrap_or_default())
}

/// Reads files one after the other, and hands over each with its name and type; `None` for one
/// that cannot be read, as a folder.
pub fn read(files: Vec<File>, each: impl Fn(&str, &str, Option<Vec<u8>>) + 'static) {
    spawn(async move {
        for file in files {
            let data = JsFuture::from(file.array_buffer()).await;
            let data = data.ok().map(|buffer| Uint8Array::new(&buffer).to_vec());
            each(&file.name(), &file.type_(), data);
        }
    });
}

fn has(data: &DataTransfer, kind: &str) -> bool {
    data.types().iter().any(|it| it == kind)
}

fn list(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}
