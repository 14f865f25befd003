//! The island that makes a link: the form and what comes of it.

mod files;
mod generator;
mod sending;

use super::parts::{mask, setup, show_problem, show_progress, show_screen, when_live, wire_copy, wire_mask};
use crate::browser::clock::BrowserClock;
use crate::browser::{dom, page, worker};
use crate::flow::create::{
    Command, Creating, Event, Field, Form, Lifetime, Limits, Made, Problem, State, Unit, message,
};
use crate::flow::words::Clock as _;
use crate::text::{CommonText, CreateText, Texts};
use ashlink_core::message::{File, Reply, Request};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Brings the form of `/` to life; its markup is in `page::create`.
#[cfg_attr(not(feature = "csr"), island)]
#[cfg_attr(feature = "csr", component)]
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
        dom::on_submit("create-form", wire(Self::submit));
        let island = self.clone();
        dom::on("create-form", "input", move |_| island.edited());
        dom::on_click("another", wire(|island| island.send(Event::Again)));
        dom::on_click("generate", wire(Self::generate));
        self.wire_files();
        self.wire_generator();
        self.wire_sending_on();
        page::on_leave(wire(|island| island.send(Event::Left)));
        page::on_return(page::reload);
        let island = self.clone();
        dom::on("secret", "keydown", move |event| {
            if page::is_send_key(&event) {
                island.submit();
            }
        });
        wire_mask(self.common);
        // What was chosen before the island lived.
        show_custom();
        generator::show_alphabets();
        dom::on("choices", "change", |_| {
            if show_custom() {
                dom::focus_and_select("custom-number");
            }
        });
        // Who has the link may go.
        for (button, source) in [("copy-link", "link"), ("copy-message", "message")] {
            wire_copy(button, source, self.common, page::let_leave);
            dom::on(source, "copy", |_| page::let_leave());
        }
        for (button, source) in [
            ("copy-owner", "owner-link"),
            ("copy-passphrase", "passphrase"),
            ("copy-sent-passphrase", "sent-passphrase"),
        ] {
            wire_copy(button, source, self.common, || ());
        }
        dom::on("link", "focus", |_| dom::select("link"));
        dom::on("owner-link", "focus", |_| dom::select("owner-link"));
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
                dom::focus("secret");
            }
            Command::Ask(request) => {
                page::guard_leaving();
                worker::ask(&request, reply);
                let island = self.clone();
                show_progress(move || matches!(island.creating.borrow().state, State::Storing { .. }));
            }
            Command::Focus(field) => dom::focus(match field {
                Field::Text => "secret",
                Field::Lifetime => "custom-number",
                Field::Views => "views",
                Field::Passphrase => "passphrase",
                Field::BurnAfter => "burn-after",
                Field::Count => "count",
                Field::Token => "token",
            }),
            Command::FocusButton => dom::focus("create"),
            Command::Finish => {
                worker::stop();
                let token = dom::value("token");
                self.clear();
                // The server took it, or wants none: nobody is asked for it again.
                dom::set_value("token", &token);
                dom::show_if("token-box", false);
                dom::focus("done-title");
            }
            Command::Clear => self.clear(),
        }
    }

    /// Shows the state, whatever was shown before.
    fn show(&self) {
        let creating = self.creating.borrow();
        let state = &creating.state;
        let texts = self.texts;
        dom::set_attribute("state", "data-state", state.name());
        let editing = matches!(state, State::Editing(_));
        dom::enable_if("create", editing && self.reading.get() == 0);
        for id in ["generate", "attach", "insert"] {
            dom::enable_if(id, editing);
        }
        let storing = matches!(state, State::Storing { .. });
        // What is on its way is not changed any more: the link would lead to what was there before.
        dom::toggle("fields", "inert", storing);
        if !storing {
            dom::show_if("progress", false);
        }
        if !matches!(state, State::Storing { .. } | State::Done(_)) {
            page::let_leave();
        }
        let (label, problem) = match state {
            State::Storing { .. } => (CreateText::Storing, String::new()),
            State::Broken => (CreateText::Create, self.common.get(CommonText::BrokenText).to_owned()),
            State::Editing(Some(problem)) | State::Starting(Some(problem)) => {
                let label = match problem {
                    Problem::Fault(_) => CreateText::TryAgain,
                    _ => CreateText::Create,
                };
                if problem.field() == Some(Field::Token) {
                    // Also on a page that came before the server wanted one.
                    dom::show_if("token-box", true);
                }
                (label, problem.words(&self.limits, texts, self.common))
            }
            _ => (CreateText::Create, String::new()),
        };
        dom::set_text("create", texts.get(label));
        show_problem(&problem);
        match state {
            State::Done(made) => self.show_made(made),
            _ => {
                for id in ["link", "owner-link", "sent-passphrase", "message"] {
                    dom::set_value(id, "");
                }
                sending::hide();
                dom::set_attribute("open-owner", "href", "");
            }
        }
        let screen = if matches!(state, State::Done(_)) { "done" } else { "form" };
        show_screen(screen, &["form", "done"]);
        dom::show_if("intro", screen == "form");
    }

    fn show_made(&self, made: &Made) {
        let origin = if self.link_base.contains("://") { String::new() } else { page::origin() };
        let owner = [&origin, &*self.link_base, "/m#", &made.owner].concat();
        let link = [&origin, &*self.link_base, "/s#", &made.share].concat();
        dom::set_value("link", &link);
        dom::set_value("message", &message(made, &link, self.texts, &BrowserClock));
        dom::set_value("owner-link", &owner);
        dom::set_attribute("open-owner", "href", &owner);
        dom::set_value("sent-passphrase", &made.passphrase);
        dom::show_if("also", !made.passphrase.is_empty());
        let time = BrowserClock.moment(made.expires_at);
        let fate = match made.views {
            1 => self.texts.fill(CreateText::Fate, &[("time", &time)]),
            n => self.texts.fill(CreateText::FateViews, &[("n", &n.to_string()), ("time", &time)]),
        };
        dom::set_text("fate", &fate);
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
        let unit = match dom::value("custom-unit").as_str() {
            "minutes" => Unit::Minutes,
            "days" => Unit::Days,
            _ => Unit::Hours,
        };
        let lifetime = match dom::chosen("lifetime").and_then(|value| value.parse().ok()) {
            Some(secs) => Lifetime::Preset(secs),
            None => Lifetime::Custom(dom::value("custom-number"), unit),
        };
        self.send(Event::Submit(Form {
            text: dom::value("secret"),
            files: self.files.borrow().clone(),
            passphrase: dom::value("passphrase"),
            lifetime,
            views: dom::value("views"),
            burn_after: dom::is_checked("fragile").then(|| dom::value("burn-after")),
            token: dom::value("token"),
            asks_token: !dom::has("token-box", "hidden"),
        }));
    }

    /// Fills in a passphrase that nobody can guess.
    fn generate(&self) {
        let texts = self.common;
        worker::ask(&Request::Generate, move |reply| {
            if let Reply::Passphrase(text) = reply {
                dom::set_value("passphrase", &text);
                mask(texts, false);
            }
        });
    }

    /// Empties the form, as it came.
    fn clear(&self) {
        dom::reset("create-form");
        show_custom();
        generator::show_alphabets();
        for id in ["protect", "generator"] {
            dom::toggle(id, "open", false);
        }
        mask(self.common, true);
        self.files.borrow_mut().clear();
        self.generated.take();
        self.show_files();
    }
}

/// Shows the lifetime of one's own where it is chosen, and says whether it is.
fn show_custom() -> bool {
    let custom = dom::chosen("lifetime").is_some_and(|value| value == "custom");
    dom::show_if("custom", custom);
    custom
}
