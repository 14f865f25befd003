//! The sender's island.

use super::parts::{hand_over, setup, show_notice, show_problem, show_screen, when_live};
use crate::browser::clock::BrowserClock;
use crate::browser::{dom, page, worker};
use crate::flow::manage::{Command, Event, Managing, State, Step, guessing, notice, tries, words};
use crate::flow::words::Clock as _;
use crate::text::{CommonText, ManageText, Texts};
use ashlink_core::api::{State as SecretState, Timestamp};
use ashlink_core::message::Status;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// How often the status is refreshed, in milliseconds.
const REFRESH: i32 = 4000;

/// Brings `/m` to life; its markup is in `page::manage`.
#[cfg_attr(not(feature = "csr"), island)]
#[cfg_attr(feature = "csr", component)]
pub fn Manage(
    /// The markup.
    children: Children,
) -> impl IntoView {
    when_live(|| {
        let island = Island {
            managing: Rc::default(),
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
    managing: Rc<RefCell<Managing>>,
    texts: Texts<ManageText>,
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
        dom::on_submit("paste-form", wire(|island| island.send(Event::Pasted(dom::value("paste")))));
        dom::on_click("notice-button", wire(Self::notice_button));
        dom::on_click("burn", wire(|island| island.send(Event::Burn)));
        dom::on_click("burn-confirm", wire(|island| island.send(Event::Confirm)));
        dom::on_click("burn-keep", wire(|island| island.send(Event::Keep)));
        page::on_return(page::reload);
        page::on_fragment(wire(|island| island.send(Event::Address(page::fragment()))));
        page::every(REFRESH, wire(|island| island.send(Event::Tick)));
        self.send(Event::Address(page::fragment()));
        let island = self.clone();
        worker::start(move |reply| island.send(Event::Reply(0, reply)));
        BrowserClock::warm_up();
    }

    fn send(&self, event: Event) {
        let (managing, command) = self.managing.take().next(event);
        let turn = managing.turn;
        self.managing.replace(managing);
        self.show();
        let island = self.clone();
        let ask = move |request| worker::ask(&request, move |reply| island.send(Event::Reply(turn, reply)));
        match command {
            None => {}
            Some(Command::Ask(request)) => ask(request),
            Some(Command::Adopt(link, request)) => {
                page::adopt_fragment(&link);
                ask(request);
            }
            Some(Command::Reload) => page::reload(),
            Some(Command::FocusQuestion) => dom::focus("burn-keep"),
            Some(Command::FocusBurn) => dom::focus("burn"),
            Some(Command::FocusTitle) => dom::focus("known-title"),
        }
    }

    /// Shows the state, whatever was shown before.
    fn show(&self) {
        let managing = self.managing.borrow();
        dom::set_attribute("state", "data-state", managing.state.name());
        let screen = match &managing.state {
            State::Known { status, step, trouble } => {
                self.show_status(status);
                self.show_step(status.state == SecretState::Waiting, *step);
                show_problem(trouble.map_or("", |trouble| self.texts.get(trouble.words())));
                "known"
            }
            _ => "notice",
        };
        if let Some(notice) = notice(&managing, self.texts, self.common) {
            show_notice(&notice);
        }
        show_screen(screen, &["notice", "known"]);
    }

    fn show_status(&self, status: &Status) {
        let texts = self.texts;
        let (title, line) = words(status);
        dom::set_text("known-title", texts.get(title));
        dom::set_text("known-line", texts.get(line));
        let waiting = status.state == SecretState::Waiting;
        let moments =
            |times: &[Timestamp]| times.iter().map(|time| BrowserClock.moment(time.unix_secs())).collect::<Vec<_>>();
        let fact = |id: &str, values: &[String]| {
            dom::show_if(&["fact-", id].concat(), !values.is_empty());
            dom::set_paragraphs(id, values);
        };
        fact("created", &moments(status.created_at.as_slice()));
        let expiry = moments(&[status.expires_at]);
        fact("expires", if waiting { &expiry } else { &[] });
        fact("lapsed", if waiting || status.state == SecretState::Expired { &[] } else { &expiry });
        fact("ended", &moments(if waiting { &[] } else { status.ended_at.as_slice() }));
        let opened = moments(&status.opened_at);
        let unopened = [texts.get(if waiting { ManageText::NotYet } else { ManageText::Never }).to_owned()];
        fact("opened", if opened.is_empty() { &unopened } else { &opened });
        let used = status.opened_at.len().to_string();
        let views = status
            .max_views
            .map(|max| texts.fill(ManageText::ViewsUsed, &[("used", &used), ("max", &max.get().to_string())]));
        fact("views", views.as_slice());
        fact("tries", tries(status, texts, &BrowserClock).as_slice());
        let warning = guessing(status, texts, &BrowserClock);
        dom::show_if("guessing", warning.is_some());
        dom::set_text("guessing", warning.as_deref().unwrap_or_default());
    }

    fn show_step(&self, waiting: bool, step: Step) {
        let asking = matches!(step, Step::Asking | Step::Burning);
        dom::show_if("burn", waiting && !asking);
        dom::show_if("confirm", waiting && asking);
        dom::enable_if("burn-confirm", step == Step::Asking);
        dom::enable_if("burn-keep", step == Step::Asking);
        let label = if step == Step::Burning { ManageText::Burning } else { ManageText::BurnConfirm };
        dom::set_text("burn-confirm", self.texts.get(label));
    }

    fn notice_button(&self) {
        match self.managing.borrow().state {
            State::ShareLink => return hand_over(&self.base, "/s"),
            State::Broken => return page::reload(),
            _ => {}
        }
        self.send(Event::Retry);
    }
}
