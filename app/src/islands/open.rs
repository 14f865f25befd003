//! The island that opens a link.

mod fields;

use self::fields::{LOGIN, Words};
use super::link::{LinkEvent, follow_link, hand_over, show_notice, show_screen};
use super::parts::{
    label_copy, list_file, mask, name_tab, setup, show_problem, show_progress, when_live, wire_copy_of, wire_mask,
};
use crate::browser::clock::BrowserClock;
use crate::browser::dom::{self, Row, Rows};
use crate::browser::{copy, page, save, worker};
use crate::flow::open::{
    Command, Event, Lock, Opening, Past, Placed, Shown, State, Waiting, all_fields, countdown, describe, has_all,
    left_words, notice, trouble_words,
};
use crate::flow::words::Notice;
use crate::ids::{field_row, file_row, open as id, shown, text_row};
use crate::text::{CommonText, OpenText, Texts};
use ashlink_core::message::File;
use ashlink_core::safe_name::{safe_name, sent_name};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// The files of a secret, to be saved.
const ATTACHED: Rows = Rows::new(id::ATTACHED, id::FILE_ROW);
const TEXTS: Rows = Rows::new(id::ITEMS, id::TEXT_ROW);

/// What stands in the place of a text that is hidden: nothing of it, and not its length either.
const HIDDEN: &str = "••••••••";
/// What a text is called that is saved as a file.
const TEXT_NAME: &str = "secret.txt";
/// Milliseconds between the downloads of several files.
const BETWEEN_FILES: i32 = 400;

/// Brings `/s` to life; its markup is in `page::open`.
#[cfg_attr(any(feature = "ssr", feature = "open"), island)]
#[cfg_attr(not(any(feature = "ssr", feature = "open")), component)]
pub fn Open(
    /// The markup.
    children: Children,
) -> impl IntoView {
    when_live(|| {
        let mut opening = Opening::new(setup("lease").parse().unwrap_or_default());
        opening.memory.past = Past::parse(&page::left_word());
        let island = Island {
            opening: Rc::new(RefCell::new(opening)),
            texts: Texts::keep(setup("texts")),
            common: Texts::keep(setup("common")),
            base: setup("base").into(),
        };
        island.begin();
    });
    children()
}

#[derive(Clone)]
struct Island {
    opening: Rc<RefCell<Opening>>,
    texts: Texts<OpenText>,
    common: Texts<CommonText>,
    /// What stands before the path of every own address.
    base: Rc<str>,
}

impl Island {
    fn begin(self) {
        let wire = |action: fn(&Self)| {
            let island = self.clone();
            move || action(&island)
        };
        id::REVEAL_FORM.on_submit(wire(|island| island.send(Event::Reveal(id::PASSPHRASE.value()))));
        for button in [id::DESTROY_NOW, id::DESTROY_LEFT_NOW] {
            button.on_click(wire(|island| island.send(Event::Destroy(id::PASSPHRASE.value()))));
        }
        id::NOTICE_BUTTON.on_click(wire(Self::notice_button));
        page::on_leave(wire(|island| island.send(Event::Left)));
        page::on_return(wire(|island| {
            // This page alone can repeat its claim.
            if !island.is_claiming() {
                page::reload();
            }
        }));
        page::on_escape(|| {
            id::DESTROY.close();
            id::DESTROY_LEFT.close();
        });
        page::every(
            1000,
            wire(|island| {
                let is_due = island.opening.borrow().is_due(BrowserClock::now());
                if is_due && page::is_visible() {
                    island.send(Event::Tick);
                }
            }),
        );
        wire_mask(self.common);
        wire_texts();
        self.wire_keeping();
        wire_copy_of(
            id::COPY_WARNING,
            id::COPY_WARNING_NOTE,
            id::REWRITTEN_MESSAGE,
            self.common,
            Box::new(|| id::REWRITTEN_MESSAGE.attribute("data-text")),
            Rc::new(|| {}),
        );
        let island = self.clone();
        LOGIN.on_click(field_row::SHOW, move |row| {
            if let Some(shown) = shown_in(&island.opening.borrow()) {
                fields::toggle(&row, &shown.items, island.words());
            }
        });
        let island = self.clone();
        LOGIN.on_click(field_row::COPY, move |row| island.copy_field(row));
        let base = Rc::clone(&self.base);
        follow_link(&base, "/s", move |event| {
            self.send(match event {
                LinkEvent::Address(link) => Event::Address(link),
                LinkEvent::Pasted(link) => Event::Pasted(link),
                LinkEvent::Tested(reply) => Event::Reply(0, reply),
            });
        });
    }

    /// What copies and saves. All of it comes from the state, since others change what the page shows.
    fn wire_keeping(&self) {
        let wire = |action: fn(&Self)| {
            let island = self.clone();
            move || action(&island)
        };
        let island = self.clone();
        let first = move || island.first_text().map_or_else(String::new, |(_, text)| text);
        let copied = wire(|island| {
            if let Some((index, _)) = island.first_text() {
                island.send(Event::Kept(index));
            }
        });
        let note = id::COPY_SECRET_NOTE;
        wire_copy_of(id::COPY_SECRET, note, shown::SECRET_TEXT, self.common, Box::new(first), Rc::new(copied));
        let island = self.clone();
        let reply = move || island.notice().and_then(|notice| notice.reply).unwrap_or_default();
        wire_copy_of(id::COPY_REPLY, id::COPY_REPLY_NOTE, id::REPLY, self.common, Box::new(reply), Rc::new(|| ()));
        id::SAVE_TEXT.on_click(wire(Self::save_texts));
        id::HIDE.on_click(wire(|island| island.send(Event::Hide)));
        id::WRAP.on("change", |_| wrap_lines());
        let island = self.clone();
        ATTACHED.on_click(file_row::BUTTON, move |row| island.save_file(row.position()));
        id::SAVE_ALL.on_click(wire(Self::save_all));
    }

    fn send(&self, event: Event) {
        let was_claiming = self.is_claiming();
        let mut opening = self.opening.take();
        opening.memory.now = BrowserClock::now();
        let shown_before = opening.state.name();
        let (opening, command) = opening.next(event);
        let turn = opening.turn;
        let changed = opening.state.name() != shown_before;
        self.opening.replace(opening);
        match (was_claiming, self.is_claiming()) {
            (false, true) => page::guard_leaving(),
            (true, false) => page::let_leave(),
            (true, true) | (false, false) => {}
        }
        self.show(changed);
        let island = self.clone();
        let ask = move |request| worker::ask(&request, move |reply| island.send(Event::Reply(turn, reply)));
        match command {
            None => {}
            Some(Command::Ask(request)) => ask(request),
            Some(Command::Adopt(link, request)) => {
                page::adopt_fragment(&link);
                ask(request);
            }
            Some(Command::AskAndFocus(request)) => {
                ask(request);
                id::PASSPHRASE.focus_and_select();
            }
            Some(Command::Later(secs, event)) => {
                let island = self.clone();
                dom::after(secs as i32 * 1000, move || island.send(event));
            }
            Some(Command::Shown(request)) => {
                self.clean_address();
                ask(request);
                page::guard_leaving();
                id::SHOWN_TITLE.focus();
                shown::SECRET_TEXT.focus();
            }
            Some(Command::Finish) => {
                // The views that were left may be destroyed by now.
                self.clean_address();
                worker::stop();
            }
            Some(Command::Forget) => {
                page::let_leave();
                worker::stop();
            }
            Some(Command::Dead) => {
                self.clean_address();
                id::TITLE.focus();
            }
            Some(Command::FocusTitle) => id::SEALED_TITLE.focus(),
            Some(Command::Focus) => id::PASSPHRASE.focus_and_select(),
            Some(Command::LetGo) => page::let_leave(),
            Some(Command::Reload) => page::reload(),
        }
    }

    /// Takes the key out of the address, and leaves what a reload is to say.
    fn clean_address(&self) {
        page::clean_address(self.opening.borrow().past().map_or("", Past::as_str));
    }

    /// What the page says where it only says something.
    fn notice(&self) -> Option<Notice> {
        notice(&self.opening.borrow(), self.texts, self.common, &BrowserClock)
    }

    /// Whether a claim is on its way, or will be repeated: leaving would lose what it brings.
    fn is_claiming(&self) -> bool {
        matches!(self.opening.borrow().state, State::Revealing(..))
    }

    /// Shows the state. What is costly to show is shown only when the state has changed.
    fn show(&self, changed: bool) {
        let opening = self.opening.borrow();
        id::STATE.set_attribute("data-state", opening.state.name());
        let busy = matches!(opening.state, State::Revealing(..));
        let label = match opening.state {
            State::Revealing(..) => OpenText::Opening,
            State::Destroying(_) => OpenText::Destroying,
            State::Starting
            | State::Broken
            | State::Looking
            | State::NoKey(_)
            | State::ReceiptLink
            | State::Unasked(_)
            | State::Waiting(..)
            | State::Shown(_)
            | State::Cleared
            | State::Gone(_)
            | State::Remembered(_)
            | State::Unknown
            | State::Doubtful
            | State::Undecryptable => {
                if opening.memory.lease == 0 {
                    OpenText::RevealStrict
                } else {
                    OpenText::Reveal
                }
            }
        };
        // Not with the problem, which is read out whenever it changes.
        let countdown = countdown(&opening, self.texts, self.common);
        id::REVEAL.set_text(countdown.as_deref().unwrap_or(self.texts.get(label)));
        for button in [id::REVEAL, id::DESTROY_NOW] {
            button.enable_if(matches!(opening.state, State::Waiting(..)) && countdown.is_none());
        }
        if !busy {
            id::PROGRESS.show_if(false);
        } else if changed {
            let island = self.clone();
            show_progress(move || island.is_claiming());
        }
        let screen = match &opening.state {
            State::Waiting(waiting, trouble) => {
                self.show_waiting(waiting, opening.memory.lease);
                show_problem(&trouble.map_or_else(String::new, |fault| trouble_words(fault, self.texts, self.common)));
                id::SEALED
            }
            State::Revealing(_, claim) => {
                show_problem(if claim.is_repeated() { self.texts.get(OpenText::Retrying) } else { "" });
                id::SEALED
            }
            State::Destroying(_) => {
                show_problem("");
                id::SEALED
            }
            State::Shown(shown) => {
                if changed {
                    self.list_items(shown);
                }
                self.show_items(shown);
                id::FATE.set_text(&left_words(shown, self.texts));
                id::DESTROY_LEFT.show_if(shown.views_left > 0);
                id::DESTROY_LEFT_NOW.enable_if(shown.can_destroy());
                id::SHOWN
            }
            State::Starting
            | State::Broken
            | State::Looking
            | State::NoKey(_)
            | State::ReceiptLink
            | State::Unasked(_)
            | State::Cleared
            | State::Gone(_)
            | State::Remembered(_)
            | State::Unknown
            | State::Doubtful
            | State::Undecryptable => id::NOTICE,
        };
        if screen != id::SHOWN {
            clear_items();
        }
        if screen != id::SEALED {
            id::PASSPHRASE.set_value("");
            mask(self.common, true);
        }
        let notice = self.notice().filter(|_| changed);
        if let Some(notice) = &notice {
            show_notice(notice);
        }
        if changed {
            let title = if screen == id::SHOWN { id::SHOWN_TITLE } else { id::SEALED_TITLE };
            name_tab(notice.as_ref().map_or(&title.text(), |notice| &notice.title));
            let reply = notice.and_then(|notice| notice.reply);
            id::REPLY_BOX.show_if(reply.is_some());
            id::REPLY.set_text(&reply.unwrap_or_default());
        }
        show_screen(screen, &[id::NOTICE, id::SEALED, id::SHOWN]);
    }

    fn show_waiting(&self, waiting: &Waiting, lease: u32) {
        id::SEALED_LINES.set_paragraphs(&describe(waiting, lease, self.texts, &BrowserClock));
        id::ASK.show_if(waiting.lock == Lock::Passphrase);
    }

    /// Makes a place for each text and file.
    fn list_items(&self, shown: &Shown) {
        clear_items();
        fields::show_fields(&shown.items, self.words());
        if !shown.is_readable
            && let Some(note) = id::ITEMS.append("p")
        {
            note.set_text_content(Some(self.texts.get(OpenText::RawNote)));
        }
        for (place, _) in shown.texts().enumerate() {
            add_text(place == 0);
        }
        for (_, file) in shown.files() {
            let name = safe_name(&file.name);
            let sent = sent_name(&file.name);
            let listed = if sent.is_empty() || sent == name {
                name
            } else {
                self.texts.fill(OpenText::Renamed, &[("name", &name), ("sent", &sent)])
            };
            list_file(ATTACHED, &listed, file.data.len(), "", "");
        }
        let (texts, files) = (shown.texts().count(), shown.files().count());
        id::COPY_ROW.show_if(texts > 0);
        let label = if files > 0 { OpenText::CopyText } else { OpenText::CopySecret };
        label_copy(id::COPY_SECRET, self.texts.get(label));
        id::SAVE_ALL_BOX.show_if(files > 1);
        id::WRAP_BOX.show_if(shown.is_wide());
        id::STATE.toggle("data-wide", shown.is_wide());
        wrap_lines();
    }

    /// Shows each text, or hides it, and which files are saved.
    fn show_items(&self, shown: &Shown) {
        for (place, (_, text)) in shown.texts().enumerate() {
            if let Some(row) = TEXTS.row(place) {
                row.set_text(text_row::TEXT, if shown.is_hidden { HIDDEN } else { text });
            }
        }
        id::HIDE.set_text(self.common.get(if shown.is_hidden { CommonText::Show } else { CommonText::Hide }));
        let save = if shown.is_readable { OpenText::Save } else { OpenText::SaveRaw };
        for (place, (index, file)) in shown.files().enumerate() {
            let Some(row) = ATTACHED.row(place) else { continue };
            let is_saved = shown.kept.get(index) == Some(&true);
            let (label, spoken) =
                if is_saved { (OpenText::Saved, OpenText::SavedFile) } else { (save, OpenText::SaveFile) };
            row.set_text(file_row::BUTTON, self.texts.get(label));
            let spoken = self.texts.fill(spoken, &[("name", &safe_name(&file.name))]);
            row.set_attribute(file_row::BUTTON, "aria-label", &spoken);
            if is_saved {
                row.set_attribute(file_row::BUTTON, "data-done", "");
            }
        }
    }

    /// The text that the button copies, and its place among the items.
    fn first_text(&self) -> Option<(usize, String)> {
        let opening = self.opening.borrow();
        let (index, text) = shown_in(&opening)?.texts().next()?;
        Some((index, text.to_owned()))
    }

    /// Saves every text as a file of its own.
    fn save_texts(&self) {
        let mut saved = Vec::new();
        if let Some(shown) = shown_in(&self.opening.borrow()) {
            for (index, text) in shown.texts() {
                save::save(TEXT_NAME, text.as_bytes());
                saved.push(index);
            }
        }
        self.keep(saved);
    }

    /// Saves the file whose row has this position.
    fn save_file(&self, row: usize) {
        let saved = shown_in(&self.opening.borrow()).and_then(|shown| {
            // From the state, where it is once: a copy for each button would double it.
            let (index, File { name, data, .. }) = shown.files().nth(row)?;
            // A name that reads otherwise than the file is called is the oldest trick.
            save::save(&safe_name(name), data);
            Some(index)
        });
        self.keep(saved);
    }

    /// Saves one file after the other: of downloads that begin at once, some browsers take only the last.
    fn save_all(&self) {
        let count = shown_in(&self.opening.borrow()).map_or(0, |shown| shown.files().count());
        self.save_file(0);
        for row in 1..count {
            let island = self.clone();
            dom::after(row as i32 * BETWEEN_FILES, move || island.save_file(row));
        }
    }

    /// These items were saved.
    fn keep(&self, saved: impl IntoIterator<Item = usize>) {
        for index in saved {
            self.send(Event::Kept(index));
        }
    }

    fn words(&self) -> Words {
        Words { texts: self.texts, common: self.common }
    }

    /// Copies the value of a row. Its login is kept once nothing is left in it that nobody could remember.
    fn copy_field(&self, row: Row) {
        let found = shown_in(&self.opening.borrow()).and_then(|shown| {
            let Placed { item, field } = all_fields(&shown.items).nth(row.position())?;
            Some((item, field.value.clone()))
        });
        let Some((item, value)) = found else { return };
        let island = self.clone();
        // At once or later, so nothing may be borrowed meanwhile.
        fields::copy(row, value, self.words(), move || {
            let is_kept =
                shown_in(&island.opening.borrow()).is_some_and(|shown| has_all(&shown.items, item, fields::is_copied));
            if is_kept {
                island.send(Event::Kept(item));
            }
        });
    }

    fn notice_button(&self) {
        if matches!(self.opening.borrow().state, State::ReceiptLink) {
            return hand_over(&self.base, "/m");
        }
        self.send(Event::Retry);
    }
}

fn shown_in(opening: &Opening) -> Option<&Shown> {
    if let State::Shown(shown) = &opening.state { Some(shown) } else { None }
}

/// Breaks long lines, or lets them be scrolled, as the box says.
fn wrap_lines() {
    id::ITEMS.toggle("data-unwrapped", !id::WRAP.is_checked());
}

fn clear_items() {
    id::ITEMS.set_text("");
    LOGIN.clear();
    ATTACHED.clear();
    id::STATE.toggle("data-wide", false);
}

/// Makes a place where a text is shown as it is: white space kept, nothing in it becoming markup.
fn add_text(is_first: bool) {
    let Some(block) = TEXTS.add() else { return };
    if is_first {
        block.set_attribute(text_row::TEXT, "id", shown::SECRET_TEXT.as_str());
    }
}

/// Makes the keyboard and the clipboard take a text that is shown exactly.
fn wire_texts() {
    TEXTS.on("copy", text_row::TEXT, |event, _| copy::exactly(event));
    // Ctrl+A takes the secret and not the page.
    TEXTS.on("keydown", text_row::TEXT, |event, row| {
        if page::is_select_all_key(event) {
            event.prevent_default();
            row.select_all(text_row::TEXT);
        }
    });
}
