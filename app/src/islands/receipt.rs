//! The sender's island.

use super::link::{LinkEvent, follow_link, hand_over, show_notice, show_screen};
use super::parts::{name_tab, setup, show_problem, when_live};
use super::status::{show_status, show_step, wire_destroy};
use crate::browser::clock::BrowserClock;
use crate::browser::{notify, page, worker};
use crate::flow::receipt::{Command, Event, State, Watching, attempts, news, notice, words};
use crate::flow::words::Clock as _;
use crate::ids::{Id, receipt as id};
use crate::text::{CommonText, ReceiptText, Texts};
use ashlink_core::api::{State as SecretState, Timestamp};
use ashlink_core::message::Status;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How often the status is refreshed, in milliseconds.
const REFRESH: i32 = 4000;

/// Brings `/m` to life; its markup is in `page::receipt`.
#[cfg_attr(any(feature = "ssr", feature = "open"), island)]
#[cfg_attr(not(any(feature = "ssr", feature = "open")), component)]
pub fn Receipt(
    /// The markup that the server rendered, which is brought to life as it is.
    children: Children,
) -> impl IntoView {
    when_live(|| {
        let island = Island {
            watching: Rc::default(),
            notifies: Rc::default(),
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
    watching: Rc<RefCell<Watching>>,
    /// Whether the person wants notifications, and the device shows them.
    notifies: Rc<Cell<bool>>,
    texts: Texts<ReceiptText>,
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
        id::NOTICE_BUTTON.on_click(wire(Self::notice_button));
        id::NOTIFY.on_click(wire(Self::notify));
        page::on_escape(wire(|island| island.send(Event::Keep)));
        let island = self.clone();
        wire_destroy(move |event| island.send(event));
        page::on_return(page::reload);
        page::every(
            REFRESH,
            wire(|island| {
                // Nobody sees a hidden page, but who is notified.
                if page::is_visible() || island.notifies.get() {
                    island.send(Event::Tick);
                }
            }),
        );
        let base = Rc::clone(&self.base);
        follow_link(&base, "/m", move |event| {
            self.send(match event {
                LinkEvent::Address(link) => Event::Address(link),
                LinkEvent::Pasted(link) => Event::Pasted(link),
                LinkEvent::Tested(reply) => Event::Reply(0, reply),
            });
        });
    }

    fn send(&self, event: Event) {
        let watching = self.watching.take();
        let before = watching.state.clone();
        let (watching, command) = watching.next(event);
        let turn = watching.turn;
        let news = news(&before, &watching.state).filter(|_| self.notifies.get());
        self.watching.replace(watching);
        self.show();
        if let Some((title, text)) = news {
            notify::show(self.texts.get(title), self.texts.get(text));
        }
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
            Some(Command::FocusQuestion) => id::DESTROY_KEEP.focus(),
            Some(Command::FocusDestroy) => id::DESTROY.focus(),
            Some(Command::FocusTitle) => id::KNOWN_TITLE.focus(),
        }
    }

    /// Shows the state, whatever was shown before.
    fn show(&self) {
        let watching = self.watching.borrow();
        id::STATE.set_attribute("data-state", watching.state.name());
        let screen = match &watching.state {
            State::Known { status, step, trouble } => {
                // So that several of these tabs can be told apart, and one in the background tells what has happened.
                name_tab(self.texts.get(words(status).0));
                let is_waiting = status.state == SecretState::Waiting;
                id::NOTIFY_BOX.show_if(is_waiting && (self.notifies.get() || notify::is_possible()));
                id::KNOWN_NEW.show_if(!is_waiting);
                self.show_facts(status);
                show_status(status, self.texts);
                show_step(is_waiting, *step, self.texts);
                show_problem(trouble.map_or("", |trouble| self.texts.get(trouble.words())));
                id::KNOWN
            }
            State::Starting
            | State::Broken
            | State::Looking
            | State::NoKey(_)
            | State::ShareLink
            | State::Unknown
            | State::Unasked(_) => id::NOTICE,
        };
        if let Some(notice) = notice(&watching, self.texts, self.common) {
            show_notice(&notice);
            name_tab(&notice.title);
        }
        show_screen(screen, &[id::NOTICE, id::KNOWN]);
    }

    fn show_facts(&self, status: &Status) {
        let texts = self.texts;
        let waiting = status.state == SecretState::Waiting;
        let moments =
            |times: &[Timestamp]| times.iter().map(|time| BrowserClock.moment(time.unix_secs())).collect::<Vec<_>>();
        let fact = |row: Id, value: Id, values: &[String]| {
            row.show_if(!values.is_empty());
            value.set_paragraphs(values);
        };
        fact(id::FACT_CREATED, id::CREATED, &moments(status.created_at.as_slice()));
        let expiry = moments(&[status.expires_at]);
        fact(id::FACT_EXPIRES, id::EXPIRES, if waiting { &expiry } else { &[] });
        fact(id::FACT_LAPSED, id::LAPSED, if waiting || status.state == SecretState::Expired { &[] } else { &expiry });
        fact(id::FACT_ENDED, id::ENDED, &moments(if waiting { &[] } else { status.ended_at.as_slice() }));
        let opened = moments(&status.opened_at);
        let unopened = [texts.get(if waiting { ReceiptText::NotYet } else { ReceiptText::Never }).to_owned()];
        fact(id::FACT_OPENED, id::OPENED, if opened.is_empty() { &unopened } else { &opened });
        let used = status.opened_at.len().to_string();
        let views = status
            .max_views
            .map(|max| texts.fill(ReceiptText::ViewsUsed, &[("used", &used), ("max", &max.get().to_string())]));
        fact(id::FACT_VIEWS, id::VIEWS, views.as_slice());
        fact(id::FACT_ATTEMPTS, id::ATTEMPTS, attempts(status, texts, &BrowserClock).as_slice());
    }

    /// After a click, which is when a browser lets the person be asked.
    fn notify(&self) {
        let island = self.clone();
        notify::ask(move |is_allowed| {
            let texts = island.texts;
            let notified = texts.get(ReceiptText::Notified);
            // The first one shows that they come.
            let works = is_allowed && notify::show(texts.get(ReceiptText::NotifyTitle), notified);
            island.notifies.set(works);
            id::NOTIFY.enable_if(!works);
            id::NOTIFY_NOTE.set_text(if works { notified } else { texts.get(ReceiptText::NotNotified) });
        });
    }

    fn notice_button(&self) {
        if matches!(self.watching.borrow().state, State::ShareLink) {
            return hand_over(&self.base, "/s");
        }
        self.send(Event::Retry);
    }
}
