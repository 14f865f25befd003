//! The island that makes a link: the form and what comes of it.

mod files;
mod generator;
mod handing_on;

use super::parts::{mask, setup, show_problem, show_progress, show_screen, when_live, wire_copy, wire_mask};
use crate::browser::clock::BrowserClock;
use crate::browser::{page, worker};
use crate::flow::create::{
    Command, Creating, Event, Field, Form, Lifetime, Limits, Made, Problem, State, Unit, message,
};
use crate::flow::words::Clock as _;
use crate::ids::{LIFETIME, create as id};
use crate::text::{CommonText, CreateText, Texts};
use ashlink_core::message::{File, Reply, Request};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Brings the form of `/` to life; its markup is in `page::create`.
#[cfg_attr(any(feature = "ssr", feature = "create"), island)]
#[cfg_attr(not(any(feature = "ssr", feature = "create")), component)]
pub fn Create(
    /// The markup.
    children: Children,
) -> impl IntoView {
    when_live(|| {
        let limits = Limits::parse(&setup("limits"));
        let island = Island {
            creating: Rc::new(RefCell::new(Creating::new(limits))),
            files: Rc::default(),
            reading: Rc::default(),
            generated: Rc::default(),
            limits,
            texts: Texts::keep(setup("texts")),
            common: Texts::keep(setup("common")),
            link_base: setup("base").into(),
        };
        island.begin();
    });
    children()
}

#[derive(Clone)]
struct Island {
    creating: Rc<RefCell<Creating>>,
    files: Rc<RefCell<Vec<File>>>,
    /// How many files are being read: until they are in, nothing is sent off.
    reading: Rc<Cell<usize>>,
    /// What the generator last put into the text.
    generated: Rc<RefCell<String>>,
    limits: Limits,
    texts: Texts<CreateText>,
    common: Texts<CommonText>,
    /// What links begin with, without a slash at the end; without a host where the page's own
    /// is meant.
    link_base: Rc<str>,
}

impl Island {
    fn begin(self) {
        let wire = |action: fn(&Self)| {
            let island = self.clone();
            move || action(&island)
        };
        id::CREATE_FORM.on_submit(wire(Self::submit));
        let island = self.clone();
        id::CREATE_FORM.on("input", move |_| island.edited());
        id::ANOTHER.on_click(wire(|island| island.send(Event::Again)));
        id::GENERATE.on_click(wire(Self::generate));
        self.wire_files();
        self.wire_generator();
        self.wire_handing_on();
        page::on_leave(wire(|island| island.send(Event::Left)));
        page::on_return(page::reload);
        let island = self.clone();
        id::SECRET.on("keydown", move |event| {
            if page::is_send_key(&event) {
                island.submit();
            }
        });
        wire_mask(self.common);
        // What was chosen before the island lived.
        show_custom();
        generator::show_alphabets();
        id::CHOICES.on("change", |_| {
            if show_custom() {
                id::CUSTOM_NUMBER.focus_and_select();
            }
        });
        // Who has the link may go.
        for (button, note, source) in
            [(id::COPY_LINK, id::COPY_LINK_NOTE, id::LINK), (id::COPY_MESSAGE, id::COPY_MESSAGE_NOTE, id::MESSAGE)]
        {
            wire_copy(button, note, source.any(), self.common, page::let_leave);
            source.on("copy", |_| page::let_leave());
        }
        for (button, note, source) in [
            (id::COPY_RECEIPT_LINK, id::COPY_RECEIPT_LINK_NOTE, id::RECEIPT_LINK),
            (id::COPY_PASSPHRASE, id::COPY_PASSPHRASE_NOTE, id::PASSPHRASE),
            (id::COPY_SENT_PASSPHRASE, id::COPY_SENT_PASSPHRASE_NOTE, id::SENT_PASSPHRASE),
        ] {
            wire_copy(button, note, source.any(), self.common, || ());
        }
        id::LINK.on("focus", |_| id::LINK.select());
        id::RECEIPT_LINK.on("focus", |_| id::RECEIPT_LINK.select());
        self.perform(Command::Start);
    }

    fn send(&self, event: Event) {
        let (creating, command) = self.creating.take().next(event);
        self.creating.replace(creating);
        self.show();
        if let Some(command) = command {
            self.perform(command);
        }
    }

    fn perform(&self, command: Command) {
        let island = self.clone();
        let turn = self.creating.borrow().turn;
        let reply = move |reply| island.send(Event::Reply(turn, reply));
        match command {
            Command::Start => worker::start(move |tested| {
                reply(tested);
                BrowserClock::warm_up();
            }),
            Command::Another => {
                self.perform(Command::Start);
                id::SECRET.focus();
            }
            Command::Ask(request) => {
                page::guard_leaving();
                worker::ask(&request, reply);
                let island = self.clone();
                show_progress(move || matches!(island.creating.borrow().state, State::Storing { .. }));
            }
            Command::Focus(field) => {
                let field = match field {
                    Field::Text => id::SECRET,
                    Field::Lifetime => id::CUSTOM_NUMBER,
                    Field::Views => id::VIEWS,
                    Field::Passphrase => id::PASSPHRASE,
                    Field::AttemptLimit => id::ATTEMPT_LIMIT,
                    Field::Count => id::COUNT,
                    Field::Token => id::TOKEN,
                };
                field.focus();
            }
            Command::FocusButton => id::CREATE.focus(),
            Command::Finish => {
                worker::stop();
                let token = id::TOKEN.value();
                self.clear();
                // The server took it, or wants none: nobody is asked for it again.
                id::TOKEN.set_value(&token);
                id::TOKEN_BOX.show_if(false);
                id::DONE_TITLE.focus();
            }
            Command::Clear => self.clear(),
        }
    }

    /// Shows the state, whatever was shown before.
    fn show(&self) {
        let creating = self.creating.borrow();
        let state = &creating.state;
        let texts = self.texts;
        id::STATE.set_attribute("data-state", state.name());
        let editing = matches!(state, State::Editing(_));
        id::CREATE.enable_if(editing && self.reading.get() == 0);
        for button in [id::GENERATE, id::ATTACH, id::INSERT] {
            button.enable_if(editing);
        }
        let storing = matches!(state, State::Storing { .. });
        // What is on its way is not changed any more: the link would lead to what was there before.
        id::FIELDS.toggle("inert", storing);
        if !storing {
            id::PROGRESS.show_if(false);
        }
        if !matches!(state, State::Storing { .. } | State::Done(_)) {
            page::let_leave();
        }
        let (label, problem) = match state {
            State::Storing { .. } => (CreateText::Storing, String::new()),
            State::Broken => (CreateText::Create, self.common.get(CommonText::BrokenText).to_owned()),
            State::Editing(Some(problem)) | State::Starting(Some(problem)) => {
                let is_fault = matches!(problem, Problem::Fault(_));
                let label = if is_fault { CreateText::TryAgain } else { CreateText::Create };
                if problem.field() == Some(Field::Token) {
                    // Also on a page that came before the server wanted one.
                    id::TOKEN_BOX.show_if(true);
                }
                (label, problem.words(&self.limits, texts, self.common))
            }
            State::Editing(None) | State::Starting(None) | State::Done(_) => (CreateText::Create, String::new()),
        };
        id::CREATE.set_text(texts.get(label));
        show_problem(&problem);
        match state {
            State::Done(made) => self.show_made(made),
            State::Starting(_) | State::Broken | State::Editing(_) | State::Storing { .. } => {
                for field in [id::LINK, id::RECEIPT_LINK, id::SENT_PASSPHRASE, id::MESSAGE] {
                    field.set_value("");
                }
                handing_on::hide();
                id::OPEN_RECEIPT_LINK.set_attribute("href", "");
            }
        }
        let screen = if matches!(state, State::Done(_)) { id::DONE } else { id::FORM };
        show_screen(screen, &[id::FORM, id::DONE]);
        id::INTRO.show_if(screen == id::FORM);
    }

    fn show_made(&self, made: &Made) {
        let origin = if self.link_base.contains("://") { String::new() } else { page::origin() };
        let receipt_link = [&origin, &*self.link_base, "/m#", &made.owner].concat();
        let link = [&origin, &*self.link_base, "/s#", &made.share].concat();
        id::LINK.set_value(&link);
        id::MESSAGE.set_value(&message(made, &link, self.texts, &BrowserClock));
        id::RECEIPT_LINK.set_value(&receipt_link);
        id::OPEN_RECEIPT_LINK.set_attribute("href", &receipt_link);
        id::SENT_PASSPHRASE.set_value(&made.passphrase);
        id::ALSO.show_if(!made.passphrase.is_empty());
        let time = BrowserClock.moment(made.expires_at);
        let fate = match made.views {
            1 => self.texts.fill(CreateText::Fate, &[("time", &time)]),
            n => self.texts.fill(CreateText::FateViews, &[("n", &n.to_string()), ("time", &time)]),
        };
        id::FATE.set_text(&fate);
    }

    fn edited(&self) {
        // Only where it matters: a long text makes many of these.
        if matches!(self.creating.borrow().state, State::Editing(Some(_))) {
            self.send(Event::Edited);
        }
    }

    fn submit(&self) {
        if self.reading.get() > 0 {
            return;
        }
        let unit = match id::CUSTOM_UNIT.value().as_str() {
            "minutes" => Unit::Minutes,
            "days" => Unit::Days,
            _ => Unit::Hours,
        };
        let lifetime = match LIFETIME.chosen().and_then(|value| value.parse().ok()) {
            Some(secs) => Lifetime::Preset(secs),
            None => Lifetime::Custom(id::CUSTOM_NUMBER.value(), unit),
        };
        self.send(Event::Submit(Form {
            text: id::SECRET.value(),
            files: self.files.borrow().clone(),
            passphrase: id::PASSPHRASE.value(),
            lifetime,
            views: id::VIEWS.value(),
            attempt_limit: id::FRAGILE.is_checked().then(|| id::ATTEMPT_LIMIT.value()),
            token: id::TOKEN.value(),
            asks_token: !id::TOKEN_BOX.has("hidden"),
        }));
    }

    /// Fills in a passphrase that nobody can guess.
    fn generate(&self) {
        let texts = self.common;
        worker::ask(&Request::Generate, move |reply| {
            if let Reply::Passphrase(text) = reply {
                id::PASSPHRASE.set_value(&text);
                mask(texts, false);
            }
        });
    }

    /// Empties the form, as it came.
    fn clear(&self) {
        id::CREATE_FORM.reset();
        show_custom();
        generator::show_alphabets();
        for details in [id::PROTECT, id::GENERATOR] {
            details.toggle("open", false);
        }
        mask(self.common, true);
        self.clear_files();
        self.generated.take();
    }
}

/// Shows the lifetime of one's own where it is chosen, and says whether it is.
fn show_custom() -> bool {
    let custom = LIFETIME.chosen().is_some_and(|value| value == "custom");
    id::CUSTOM.show_if(custom);
    custom
}
