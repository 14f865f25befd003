//! Files that go along: chosen, dropped or pasted.

use super::Island;
use crate::browser::{dom, files, page};
use crate::flow::create::{Event, Problem, State, attach, check_room};
use crate::islands::parts::{FileLine, list_file};
use crate::text::CreateText;

impl Island {
    pub(super) fn wire_files(&self) {
        dom::on_click("attach", || files::choose("attach-field"));
        let island = self.clone();
        dom::on("attach-field", "change", move |_| island.attach(files::chosen("attach-field")));
        let island = self.clone();
        dom::on("secret", "paste", move |event| {
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
                dom::toggle("state", "data-drag", true);
            }
        });
        for kind in ["dragleave", "drop", "dragend"] {
            page::on(kind, |_| dom::toggle("state", "data-drag", false));
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
        let sizes: Vec<_> = chosen.iter().map(|file| file.size() as u64).collect();
        let room = check_room(&self.files.borrow(), &sizes, &self.limits);
        if let Err(problem) = room {
            return self.send(Event::Refused(problem));
        }
        self.reading.set(self.reading.get() + chosen.len());
        self.send(Event::Edited);
        let island = self.clone();
        files::read(chosen, move |name, media_type, data| {
            island.reading.set(island.reading.get() - 1);
            let taken = island.take_in(name, media_type, data);
            island.show_files();
            match taken {
                Ok(()) => island.show(),
                Err(problem) => island.send(Event::Refused(problem)),
            }
        });
    }

    fn take_in(&self, name: &str, media_type: &str, data: Option<Vec<u8>>) -> Result<(), Problem> {
        let data = data.ok_or(Problem::Unreadable)?;
        let mut files = self.files.borrow_mut();
        // It may have grown since it was chosen.
        check_room(&files, &[data.len() as u64], &self.limits)?;
        files.push(attach(name, media_type, data));
        Ok(())
    }

    /// Lists what is attached.
    pub(super) fn show_files(&self) {
        let files = self.files.borrow();
        dom::set_text("files", "");
        dom::show_if("files", !files.is_empty());
        for (index, file) in files.iter().enumerate() {
            let line = FileLine {
                name: &file.name,
                size: file.data.len(),
                class: "plain",
                label: self.texts.get(CreateText::Remove),
                spoken: &self.texts.fill(CreateText::RemoveFile, &[("name", &file.name)]),
            };
            let island = self.clone();
            list_file("files", &line, move || island.remove(index));
        }
    }

    fn remove(&self, index: usize) {
        if !matches!(self.creating.borrow().state, State::Editing(_) | State::Starting(_)) {
            return;
        }
        if index < self.files.borrow().len() {
            self.files.borrow_mut().remove(index);
        }
        self.show_files();
        self.send(Event::Edited);
        dom::focus("attach");
    }
}
