//! The island that opens a link.

use super::parts::{
    FileLine, hand_over, list_file, mask, setup, show_notice, show_problem, show_progress, show_screen, when_live,
    wire_copy, wire_mask,
};
use crate::browser::clock::BrowserClock;
use crate::browser::{copy, dom, page, save, worker};
use crate::flow::open::{
    Command, Event, Lock, Opening, Shown, State, Waiting, describe, left_words, notice, trouble_words,
};

use crate::text::{CommonText, OpenText, Texts};
use ashlink_core::message::Item;
use ashlink_core::safe_name::safe_name;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;

/// Brings `/s` to life; its markup is in `page::open`.
#[cfg_attr(not(feature = "csr"), island)]
#[cfg_attr(feature = "csr", component)]
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
        dom::on_submit("reveal-form", wire(|island| island.send(Event::Reveal(dom::value("passphrase")))));
        for button in ["destroy-now", "destroy-left-now"] {
            dom::on_click(button, wire(|island| island.send(Event::Destroy(dom::value("passphrase")))));
        }
        dom::on_submit("paste-form", wire(|island| island.send(Event::Pasted(dom::value("paste")))));
        dom::on_click("notice-button", wire(Self::notice_button));
        page::on_leave(wire(|island| island.send(Event::Left)));
        page::on_return(wire(|island| {
            // This page alone can repeat its claim.
            if !island.is_claiming() {
                page::reload();
            }
        }));
        wire_mask(self.common);
        page::on_fragment(wire(|island| island.send(Event::Address(page::fragment()))));
        let island = self.clone();
        wire_copy("copy-secret", "secret-text", self.common, move || island.text_copied());
        self.send(Event::Address(page::fragment()));
        let island = self.clone();
        worker::start(move |reply| island.send(Event::Reply(0, reply)));
        BrowserClock::warm_up();
    }

    fn send(&self, event: Event) {
        let was_claiming = self.is_claiming();
        let opening = self.opening.take();
        let shown_before = opening.state.name();
        let (opening, command) = opening.next(event);
        let turn = opening.turn;
        let changed = opening.state.name() != shown_before;
        self.opening.replace(opening);
        match (was_claiming, self.is_claiming()) {
            (false, true) => page::guard_leaving(),
            (true, false) => page::let_leave(),
            _ => {}
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
                dom::focus_and_select("passphrase");
            }
            Some(Command::Later(secs, event)) => {
                let island = self.clone();
                dom::after(secs as i32 * 1000, move || island.send(event));
            }
            Some(Command::Shown(request)) => {
                page::clean_address();
                ask(request);
                page::guard_leaving();
                dom::focus("shown-title");
                dom::focus("secret-text");
            }
            Some(Command::Finish) => worker::stop(),
            Some(Command::Forget) => {
                page::let_leave();
                worker::stop();
            }
            Some(Command::Dead) => {
                page::clean_address();
                dom::focus("title");
            }
            Some(Command::FocusTitle) => dom::focus("sealed-title"),
            Some(Command::Focus) => dom::focus_and_select("passphrase"),
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
        dom::set_attribute("state", "data-state", opening.state.name());
        let busy = matches!(opening.state, State::Revealing(..));
        let label = match opening.state {
            State::Revealing(..) => OpenText::Opening,
            State::Destroying(_) => OpenText::Destroying,
            _ if opening.memory.lease == 0 => OpenText::RevealStrict,
            _ => OpenText::Reveal,
        };
        dom::set_text("reveal", self.texts.get(label));
        for button in ["reveal", "destroy-now"] {
            dom::enable_if(button, matches!(opening.state, State::Waiting(..)));
        }
        if !busy {
            dom::show_if("progress", false);
        } else if changed {
            let island = self.clone();
            show_progress(move || island.is_claiming());
        }
        let screen = match &opening.state {
            State::Waiting(waiting, trouble) => {
                self.show_waiting(waiting, opening.memory.lease);
                show_problem(&trouble.map_or_else(String::new, |fault| trouble_words(fault, self.texts, self.common)));
                "sealed"
            }
            State::Revealing(_, claim) => {
                show_problem(if claim.is_repeated() { self.texts.get(OpenText::Retrying) } else { "" });
                "sealed"
            }
            State::Destroying(_) => {
                show_problem("");
                "sealed"
            }
            State::Shown(shown) => {
                if changed {
                    self.show_items(shown);
                }
                dom::set_text("fate", &left_words(shown, self.texts));
                dom::show_if("destroy-left", shown.views_left > 0);
                dom::enable_if("destroy-left-now", shown.can_destroy());
                "shown"
            }
            _ => "notice",
        };
        if screen != "shown" {
            clear_items();
        }
        if screen != "sealed" {
            dom::set_value("passphrase", "");
            mask(self.common, true);
        }
        if let Some(notice) = notice(&opening, self.texts, self.common, &BrowserClock).filter(|_| changed) {
            show_notice(&notice);
        }
        show_screen(screen, &["notice", "sealed", "shown"]);
    }

    fn show_waiting(&self, waiting: &Waiting, lease: u32) {
        dom::set_paragraphs("sealed-lines", &describe(waiting, lease, self.texts, &BrowserClock));
        dom::show_if("ask", waiting.lock == Lock::Passphrase);
    }

    fn show_items(&self, shown: &Shown) {
        clear_items();
        let has_text = shown.items.iter().any(|item| matches!(item, Item::Text(_)));
        dom::show_if("copy-row", has_text);
        if !shown.is_readable
            && let Some(note) = dom::append("items", "p")
        {
            note.set_text_content(Some(self.texts.get(OpenText::RawNote)));
        }
        let save = if shown.is_readable { OpenText::Save } else { OpenText::SaveRaw };
        let mut first = true;
        for (index, item) in shown.items.iter().enumerate() {
            match item {
                Item::Text(text) => {
                    show_text(text, first.then_some("secret-text"));
                    first = false;
                }
                Item::File(file) => {
                    // Shown as it will be saved: a name that reads otherwise is the oldest trick.
                    self.offer(index, save, &safe_name(&file.name), file.data.len());
                }
            }
        }
    }

    /// Offers something to be saved and never shown.
    fn offer(&self, index: usize, label: OpenText, name: &str, size: usize) {
        let line = FileLine {
            name,
            size,
            class: "primary save",
            label: self.texts.get(label),
            spoken: &self.texts.fill(OpenText::SaveFile, &[("name", name)]),
        };
        let island = self.clone();
        let name = name.to_owned();
        list_file("attached", &line, move || {
            // From the state, where it is once: a copy for each button would double it.
            match &island.opening.borrow().state {
                State::Shown(shown) => match shown.items.get(index) {
                    Some(Item::File(file)) => save::save(&name, &file.data),
                    Some(Item::Text(_)) | None => return,
                },
                _ => return,
            }
            island.send(Event::Kept(index));
        });
    }

    /// The button copies the first text.
    fn text_copied(&self) {
        let index = match &self.opening.borrow().state {
            State::Shown(shown) => shown.items.iter().position(|item| matches!(item, Item::Text(_))),
            _ => None,
        };
        if let Some(index) = index {
            self.send(Event::Kept(index));
        }
    }

    fn notice_button(&self) {
        match self.opening.borrow().state {
            State::OwnerLink => return hand_over(&self.base, "/m"),
            State::Broken => return page::reload(),
            _ => {}
        }
        self.send(Event::Retry);
    }
}

fn clear_items() {
    for id in ["items", "attached"] {
        dom::set_text(id, "");
    }
}

/// Shows a text as it is: white space kept, nothing in it becoming markup.
fn show_text(text: &str, id: Option<&str>) {
    let Some(block) = dom::append("items", "pre") else { return };
    block.set_text_content(Some(text));
    block.set_class_name("code secret");
    for (name, value) in [("tabindex", "0"), ("role", "textbox"), ("aria-readonly", "true"), ("aria-multiline", "true")]
    {
        let _ = block.set_attribute(name, value);
    }
    let _ = block.set_attribute("aria-labelledby", "shown-title");
    if let Some(id) = id {
        block.set_id(id);
    }
    dom::listen(&block, "copy", Box::new(|event| copy::exactly(&event)));
    // Ctrl+A takes the secret and not the page.
    dom::listen(
        &block,
        "keydown",
        Box::new(|event| {
            if page::is_select_all_key(&event)
                && let Some(target) = event.current_target()
            {
                event.prevent_default();
                dom::select_all(target.unchecked_ref());
            }
        }),
    );
}
