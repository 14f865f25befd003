//! Files that go along: chosen, dropped or pasted.

use super::Island;
use crate::browser::dom::{Row, Rows};
use crate::browser::{files, page};
use crate::flow::create::{Content, Event, Problem, State, attach, choose};
use crate::ids::{CONTENT, create as id, file_row};
use crate::islands::parts::list_file;
use crate::text::CreateText;

/// The list of what is attached.
const FILES: Rows = Rows::new(id::FILES, id::FILE_ROW);

impl Island {
    pub(super) fn wire_files(&self) {
        id::ATTACH.on_click(|| id::ATTACH_FIELD.choose());
        let island = self.clone();
        id::ATTACH_FIELD.on("change", move |_| island.attach(files::chosen(id::ATTACH_FIELD)));
        let island = self.clone();
        FILES.on_click(file_row::BUTTON, move |row| island.remove(row));
        let island = self.clone();
        id::SECRET.on("paste", move |event| {
            let files = files::pasted(&event);
            if !files.is_empty() {
                event.prevent_default();
                island.attach(files);
            }
        });
        // The whole page takes them: a file that misses the form would otherwise be opened in
        // place of the page, and what was typed with it.
        page::on("dragover", |event| {
            if files::dropped(&event).is_some() {
                event.prevent_default();
                id::STATE.toggle("data-drag", true);
            }
        });
        for kind in ["dragleave", "drop", "dragend"] {
            page::on(kind, |_| id::STATE.toggle("data-drag", false));
        }
        let island = self.clone();
        page::on("drop", move |event| {
            if let Some(files) = files::dropped(&event) {
                event.prevent_default();
                island.attach(files);
            }
        });
    }

    /// Reads files into the form.
    fn attach(&self, chosen: Vec<web_sys::File>) {
        if chosen.is_empty() || !matches!(self.creating.borrow().state, State::Editing(_) | State::Starting(_)) {
            return;
        }
        let more: Vec<_> = chosen.iter().map(|file| (file.name(), file.size() as u64)).collect();
        let (joining, problem) = choose(&self.files.borrow(), &more, &self.limits);
        let mut joining = joining.into_iter();
        let chosen: Vec<_> = chosen.into_iter().filter(|_| joining.next() == Some(true)).collect();
        self.reading.set(self.reading.get() + chosen.len());
        // Also where they were dropped or pasted: the button for more of them belongs to them.
        CONTENT.choose(Content::Files.value());
        self.show_content();
        self.send(problem.map_or(Event::Edited, Event::Refused));
        let island = self.clone();
        files::read(chosen, move |name, media_type, data| {
            island.reading.set(island.reading.get() - 1);
            match island.take_in(name, media_type, data) {
                Ok(()) => island.show(),
                Err(problem) => island.send(Event::Refused(problem)),
            }
        });
    }

    fn take_in(&self, name: &str, media_type: &str, data: Option<Vec<u8>>) -> Result<(), Problem> {
        let data = data.ok_or_else(|| Problem::Unreadable(name.to_owned()))?;
        let mut files = self.files.borrow_mut();
        // It may have grown since it was chosen.
        if let Some(problem) = choose(&files, &[(name.to_owned(), data.len() as u64)], &self.limits).1 {
            return Err(problem);
        }
        let file = attach(name, media_type, data);
        let spoken = self.texts.fill(CreateText::RemoveFile, &[("name", &file.name)]);
        id::FILES.show_if(true);
        list_file(FILES, &file.name, file.data.len(), self.texts.get(CreateText::Remove), &spoken);
        files.push(file);
        Ok(())
    }

    /// Takes away all that is attached.
    pub(super) fn clear_files(&self) {
        self.files.borrow_mut().clear();
        FILES.clear();
        id::FILES.show_if(false);
    }

    /// Takes away the file of this row. The rows are in the order of the files.
    fn remove(&self, row: Row) {
        if !matches!(self.creating.borrow().state, State::Editing(_) | State::Starting(_)) {
            return;
        }
        let index = row.position();
        if index < self.files.borrow().len() {
            self.files.borrow_mut().remove(index);
        }
        row.remove();
        id::FILES.show_if(!self.files.borrow().is_empty());
        self.send(Event::Edited);
        id::ATTACH.focus();
    }
}
