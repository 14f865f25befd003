//! The island that opens a link.

mod fields;

use self::fields::{LOGIN, Words};
use super::link::{LinkEvent, follow_link, hand_over, show_notice, show_screen};
use super::parts::{list_file, mask, setup, show_problem, show_progress, when_live, wire_copy, wire_mask};
use crate::browser::clock::BrowserClock;
use crate::browser::dom::{self, Row, Rows};
use crate::browser::{copy, page, save, worker};
use crate::flow::open::{
    Command, Event, Lock, Opening, Placed, Shown, State, Waiting, all_fields, describe, has_all, left_words, notice,
    trouble_words,
};
use crate::ids::{field_row, file_row, open as id, shown, text_row};
use crate::text::{CommonText, OpenText, Texts};
use ashlink_core::message::Item;
use ashlink_core::safe_name::{safe_name, sent_name};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// The files of a secret, to be saved.
const ATTACHED: Rows = Rows::new(id::ATTACHED, id::FILE_ROW);
const TEXTS: Rows = Rows::new(id::ITEMS, id::TEXT_ROW);

/// Brings `/s` to life; its markup is in `page::open`.
#[cfg_attr(any(feature = "ssr", feature = "open"), island)]
#[cfg_attr(not(any(feature = "ssr", feature = "open")), component)]
pub fn Open(
    /// The markup.
    children: Children,
) -> impl IntoView {
    when_live(|| {
        let island = Island {
            opening: Rc::new(RefCell::new(Opening::new(setup("lease").parse().unwrap_or_default()))),
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
        wire_mask(self.common);
        wire_texts();
        let island = self.clone();
        wire_copy(id::COPY_SECRET, id::COPY_SECRET_NOTE, shown::SECRET_TEXT, self.common, move || island.text_copied());
        let island = self.clone();
        ATTACHED.on_click(file_row::BUTTON, move |row| island.save(row.position()));
        wire_copy(id::COPY_WARNING, id::COPY_WARNING_NOTE, id::REWRITTEN_MESSAGE, self.common, || {});
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
                page::clean_address();
                ask(request);
                page::guard_leaving();
                id::SHOWN_TITLE.focus();
                shown::SECRET_TEXT.focus();
            }
            Some(Command::Finish) => worker::stop(),
            Some(Command::Forget) => {
                page::let_leave();
                worker::stop();
            }
            Some(Command::Dead) => {
                page::clean_address();
                id::TITLE.focus();
            }
            Some(Command::FocusTitle) => id::SEALED_TITLE.focus(),
            Some(Command::Focus) => id::PASSPHRASE.focus_and_select(),
            Some(Command::LetGo) => page::let_leave(),
            Some(Command::Reload) => page::reload(),
        }
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
        id::REVEAL.set_text(self.texts.get(label));
        for button in [id::REVEAL, id::DESTROY_NOW] {
            button.enable_if(matches!(opening.state, State::Waiting(..)));
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
                    self.show_items(shown);
                }
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
        if let Some(notice) = notice(&opening, self.texts, self.common, &BrowserClock).filter(|_| changed) {
            show_notice(&notice);
        }
        show_screen(screen, &[id::NOTICE, id::SEALED, id::SHOWN]);
    }

    fn show_waiting(&self, waiting: &Waiting, lease: u32) {
        id::SEALED_LINES.set_paragraphs(&describe(waiting, lease, self.texts, &BrowserClock));
        id::ASK.show_if(waiting.lock == Lock::Passphrase);
    }

    fn show_items(&self, shown: &Shown) {
        clear_items();
        fields::show_fields(&shown.items, self.words());
        let has_text = shown.items.iter().any(|item| matches!(item, Item::Text(_)));
        id::COPY_ROW.show_if(has_text);
        if !shown.is_readable
            && let Some(note) = id::ITEMS.append("p")
        {
            note.set_text_content(Some(self.texts.get(OpenText::RawNote)));
        }
        let label = self.texts.get(if shown.is_readable { OpenText::Save } else { OpenText::SaveRaw });
        let mut is_first = true;
        for item in &shown.items {
            match item {
                Item::Text(text) => {
                    show_text(text, is_first);
                    is_first = false;
                }
                Item::Fields(_) => {}
                Item::File(file) => {
                    let name = safe_name(&file.name);
                    let spoken = self.texts.fill(OpenText::SaveFile, &[("name", &name)]);
                    let sent = sent_name(&file.name);
                    let listed = if sent.is_empty() || sent == name {
                        name
                    } else {
                        self.texts.fill(OpenText::Renamed, &[("name", &name), ("sent", &sent)])
                    };
                    list_file(ATTACHED, &listed, file.data.len(), label, &spoken);
                }
            }
        }
    }

    /// Saves what the row of this position offers.
    fn save(&self, row: usize) {
        let saved = shown_in(&self.opening.borrow()).and_then(|shown| {
            let mut offers = shown.items.iter().enumerate().filter_map(|(index, item)| Some((index, offered(item)?)));
            // From the state, where it is once: a copy for each button would double it.
            let (index, (name, data)) = offers.nth(row)?;
            save::save(&name, data);
            Some(index)
        });
        if let Some(index) = saved {
            self.send(Event::Kept(index));
        }
    }

    /// The button copies the first text.
    fn text_copied(&self) {
        let is_text = |item: &Item| matches!(item, Item::Text(_));
        let index = shown_in(&self.opening.borrow()).and_then(|shown| shown.items.iter().position(is_text));
        if let Some(index) = index {
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

/// What an item offers to be saved and never shown, with the name that the file gets.
fn offered(item: &Item) -> Option<(String, &[u8])> {
    match item {
        Item::Text(_) | Item::Fields(_) => None,
        // A name that reads otherwise than the file is called is the oldest trick.
        Item::File(file) => Some((safe_name(&file.name), &file.data)),
    }
}

fn shown_in(opening: &Opening) -> Option<&Shown> {
    if let State::Shown(shown) = &opening.state { Some(shown) } else { None }
}

fn clear_items() {
    id::ITEMS.set_text("");
    LOGIN.clear();
    ATTACHED.clear();
}

/// Shows a text as it is: white space kept, nothing in it becoming markup.
fn show_text(text: &str, is_first: bool) {
    let Some(block) = TEXTS.add() else { return };
    block.set_text(text_row::TEXT, text);
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
