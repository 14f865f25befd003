//! The island that makes a link: the form and what comes of it.

mod files;
mod generator;
mod handing_on;
mod passphrase;
mod receipt;

use super::parts::{mask, setup, show_problem, show_progress, show_screen, when_live, wire_copy, wire_mask};
use crate::browser::clock::BrowserClock;
use crate::browser::{dom, page, worker};
use crate::flow::create::{
    Command, Content, Creating, Event, Field, Form, Lifetime, Limits, Made, Problem, Settings, State, Unit, message,
};
use crate::flow::receipt::Watching;
use crate::flow::words::Clock as _;
use crate::ids::{CONTENT, LIFETIME, create as id};
use crate::text::{CommonText, CreateText, ReceiptText, Texts};
use ashlink_core::message::File;
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
            watching: Rc::default(),
            files: Rc::default(),
            reading: Rc::default(),
            generated: Rc::default(),
            limits,
            texts: Texts::keep(setup("texts")),
            common: Texts::keep(setup("common")),
            receipt: Texts::keep(setup("receipt")),
            title: dom::document().title().into(),
            link_base: setup("base").into(),
        };
        island.begin();
    });
    children()
}

#[derive(Clone)]
struct Island {
    creating: Rc<RefCell<Creating>>,
    /// What becomes of the secret whose link is shown.
    watching: Rc<RefCell<Watching>>,
    files: Rc<RefCell<Vec<File>>>,
    /// How many files are being read: until they are in, nothing is sent off.
    reading: Rc<Cell<usize>>,
    /// What the generator last put into the text.
    generated: Rc<RefCell<String>>,
    limits: Limits,
    texts: Texts<CreateText>,
    common: Texts<CommonText>,
    receipt: Texts<ReceiptText>,
    /// What the tab is called as long as there is no link.
    title: Rc<str>,
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
        id::CANCEL.on_click(wire(|island| island.send(Event::Cancel)));
        self.wire_files();
        self.wire_generator();
        self.wire_passphrase();
        self.wire_handing_on();
        self.wire_receipt();
        page::on_leave(wire(|island| island.send(Event::Left)));
        page::on_return(page::reload);
        let island = self.clone();
        id::SECRET.on("keydown", move |event| {
            if page::is_send_key(&event) {
                island.submit();
            }
        });
        wire_mask(self.common);
        let island = self.clone();
        id::CONTENT_CHOICES.on("change", move |_| island.show_content());
        // What was chosen before the island lived.
        self.show_chosen();
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
                show_progress(move || island.is_storing());
                let island = self.clone();
                dom::after(500, move || id::CANCEL.show_if(island.is_storing()));
            }
            Command::Focus(field) => {
                let is_setting =
                    matches!(field, Field::Lifetime | Field::Views | Field::AttemptLimit | Field::Passphrase);
                // What is folded away cannot have the focus.
                if is_setting && !(field == Field::Passphrase && self.limits.passphrase_required) {
                    id::SETTINGS.toggle("open", true);
                }
                let field = match field {
                    Field::Text => id::SECRET.any(),
                    Field::Files => id::ATTACH.any(),
                    Field::Lifetime => id::CUSTOM_NUMBER.any(),
                    Field::Views => id::VIEWS.any(),
                    Field::Passphrase => id::PASSPHRASE.any(),
                    Field::AttemptLimit => id::ATTEMPT_LIMIT.any(),
                    Field::Count => id::COUNT.any(),
                    Field::Token => id::TOKEN.any(),
                };
                field.focus();
            }
            Command::FocusButton => id::CREATE.focus(),
            Command::Finish => {
                let token = id::TOKEN.value();
                self.clear();
                // The server took it, or wants none: nobody is asked for it again.
                id::TOKEN.set_value(&token);
                id::TOKEN_BOX.show_if(false);
                self.begin_to_watch();
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
        let storing = self.is_storing();
        // What is on its way is not changed any more: the link would lead to what was there before.
        id::FIELDS.toggle("inert", storing);
        if !storing {
            id::PROGRESS.show_if(false);
            id::CANCEL.show_if(false);
        }
        self.guard_draft();
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
                dom::document().set_title(&self.title);
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

    fn is_storing(&self) -> bool {
        matches!(self.creating.borrow().state, State::Storing { .. })
    }

    fn is_done(&self) -> bool {
        matches!(self.creating.borrow().state, State::Done(_))
    }

    /// Has the browser ask before something is lost that was typed or chosen.
    fn guard_draft(&self) {
        if self.is_storing() || self.is_done() {
            return;
        }
        if id::SECRET.is_empty() && self.files.borrow().is_empty() {
            page::let_leave();
        } else {
            page::guard_leaving();
        }
    }

    fn edited(&self) {
        self.guard_draft();
        self.show_settings();
        // Only where it matters: a long text makes many of these.
        if matches!(self.creating.borrow().state, State::Editing(Some(_))) {
            self.send(Event::Edited);
        }
    }

    fn submit(&self) {
        if self.reading.get() > 0 {
            return;
        }
        let Settings { lifetime, views, attempt_limit, .. } = settings();
        self.send(Event::Submit(Form {
            content: content(),
            text: id::SECRET.value(),
            files: self.files.borrow().clone(),
            passphrase: id::PASSPHRASE.value(),
            lifetime,
            views,
            attempt_limit,
            token: id::TOKEN.value(),
            asks_token: !id::TOKEN_BOX.has("hidden"),
        }));
    }

    /// Shows the part of the form that is for the chosen kind of content.
    fn show_content(&self) {
        let content = content();
        id::FILES_PANEL.show_if(content == Content::Files);
        id::TEXT_TOOLS.show_if(content == Content::Text);
        let (label, hint) = content.text_words();
        id::SECRET_LABEL.set_text(self.texts.get(label));
        id::SECRET.set_attribute("placeholder", self.texts.get(hint));
        id::SECRET.toggle("data-note", content == Content::Files);
    }

    /// Shows the settings in one line.
    fn show_settings(&self) {
        id::ATTEMPT_LIMIT.toggle("disabled", !id::FRAGILE.is_checked());
        id::SETTINGS_LINE.set_text(&settings().summary(&self.limits, self.texts, self.common));
    }

    /// Shows what depends on what is chosen in the form.
    fn show_chosen(&self) {
        show_custom();
        generator::show_alphabets();
        self.show_content();
        self.show_settings();
    }

    /// Empties the form, as it came.
    fn clear(&self) {
        id::CREATE_FORM.reset();
        for details in [id::SETTINGS, id::GENERATOR] {
            details.toggle("open", false);
        }
        id::PASSPHRASE_WEAK.set_text("");
        self.show_chosen();
        mask(self.common, true);
        self.clear_files();
        self.generated.take();
    }
}

/// The kind of content that is chosen.
fn content() -> Content {
    CONTENT.chosen().map_or(Content::Text, |value| Content::of(&value))
}

/// The settings as they stand in the form.
fn settings() -> Settings {
    let unit = match id::CUSTOM_UNIT.value().as_str() {
        "minutes" => Unit::Minutes,
        "days" => Unit::Days,
        _ => Unit::Hours,
    };
    let lifetime = match LIFETIME.chosen().and_then(|value| value.parse().ok()) {
        Some(secs) => Lifetime::Preset(secs),
        None => Lifetime::Custom(id::CUSTOM_NUMBER.value(), unit),
    };
    Settings {
        lifetime,
        views: id::VIEWS.value(),
        has_passphrase: !id::PASSPHRASE.value().trim().is_empty(),
        attempt_limit: id::FRAGILE.is_checked().then(|| id::ATTEMPT_LIMIT.value()),
    }
}

/// Shows the lifetime of one's own where it is chosen, and says whether it is.
fn show_custom() -> bool {
    let custom = LIFETIME.chosen().is_some_and(|value| value == "custom");
    id::CUSTOM.show_if(custom);
    custom
}
