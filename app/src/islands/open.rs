//! The island that opens a link.

use super::parts::{Action, copy_button, notice_view, paragraphs, problem};
use crate::browser::clock::BrowserClock;
use crate::browser::{dom, page, save, worker};
use crate::flow::open::{Command, Event, Lock, Opening, Sealed, State, notice, trouble_words};
use crate::flow::words::Clock as _;
use crate::safe_name::safe_name;
use crate::text::{CommonText, OpenText, Texts};
use ashlink_core::message::Content;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;

/// The page at `/s`.
#[cfg_attr(not(feature = "csr"), island)]
#[cfg_attr(feature = "csr", component)]
pub fn Open(
    /// Its texts.
    texts: Texts<OpenText>,
    /// Texts that all islands share.
    common: Texts<CommonText>,
    /// What stands before the path of every own address.
    base: String,
) -> impl IntoView {
    let island = Island { opening: RwSignal::new(Opening::new()), texts, common };
    Effect::new(move |_| island.begin());
    let screen = Memo::new(move |_| island.opening.with(|opening| Screen::of(&opening.state)));
    view! {
        <section class="card" data-state=move || island.opening.with(|opening| opening.state.name())>
            {move || match screen.get() {
                Screen::Notice(_) => island.notice(&base),
                Screen::Sealed(_) => island.sealed(),
                Screen::Shown => island.shown(),
            }}
        </section>
    }
}

/// What is rebuilt when it changes. Within one, typed text and the focus stay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Screen {
    Notice(&'static str),
    Sealed(i64),
    Shown,
}

impl Screen {
    fn of(state: &State) -> Self {
        match state {
            State::Sealed(sealed, _) | State::Revealing(sealed) => Self::Sealed(sealed.status.expires_at),
            State::Shown { .. } => Self::Shown,
            state => Self::Notice(state.name()),
        }
    }
}

#[derive(Clone, Copy)]
struct Island {
    opening: RwSignal<Opening>,
    texts: Texts<OpenText>,
    common: Texts<CommonText>,
}

impl Island {
    fn begin(self) {
        self.send(Event::Address(page::fragment()));
        page::on_fragment(move |fragment| self.send(Event::Address(fragment)));
        page::on_leave(move || self.send(Event::Left));
        worker::start(move |reply| self.send(Event::Reply(0, reply)));
    }

    fn send(self, event: Event) {
        let (opening, effect) = self.opening.get_untracked().next(event);
        let turn = opening.turn;
        self.opening.set(opening);
        let ask = move |request| worker::ask(request, move |reply| self.send(Event::Reply(turn, reply)));
        match effect {
            None => {}
            Some(Command::Ask(request)) => ask(request),
            Some(Command::Adopt(link, request)) => {
                page::adopt_fragment(&link);
                ask(request);
            }
            Some(Command::Shown) => {
                page::clean_address();
                worker::stop();
                page::guard_leaving();
                dom::focus("secret-text");
            }
            Some(Command::Dead) => {
                page::clean_address();
                dom::focus("title");
            }
            Some(Command::Focus) => dom::focus_and_select("passphrase"),
            Some(Command::LetGo) => page::let_leave(),
            Some(Command::Reload) => page::reload(),
        }
    }

    fn notice(self, base: &str) -> AnyView {
        let notice = self
            .opening
            .with_untracked(|opening| notice(opening, self.texts, self.common, &BrowserClock))
            .unwrap_or_default();
        let home = [base, "/"].concat();
        let manage = [base, "/m"].concat();
        let act = move |action| match action {
            Action::Pasted(link) => self.send(Event::Pasted(link)),
            Action::Button => match self.opening.with_untracked(|opening| opening.state.clone()) {
                State::OwnerLink => page::go_with_fragment(&manage),
                State::Broken => page::reload(),
                _ => self.send(Event::Retry),
            },
        };
        notice_view(notice, &home, self.common, Rc::new(act))
    }

    fn sealed(self) -> AnyView {
        let Some(sealed) = self.opening.with_untracked(|opening| match &opening.state {
            State::Sealed(sealed, _) | State::Revealing(sealed) => Some(sealed.clone()),
            _ => None,
        }) else {
            return ().into_any();
        };
        let texts = self.texts;
        let busy = move || self.opening.with(|opening| matches!(opening.state, State::Revealing(_)));
        let trouble = move || {
            self.opening.with(|opening| match opening.state {
                State::Sealed(_, Some(fault)) => texts.get(trouble_words(fault)).to_owned(),
                _ => String::new(),
            })
        };
        let passphrase = match sealed.lock {
            Lock::Link => ().into_any(),
            Lock::Passphrase => self.passphrase(),
        };
        view! {
            <h1 id="title" tabindex="-1">{texts.get(OpenText::WaitingTitle)}</h1>
            <div class="lines">{paragraphs(self.describe(&sealed))}</div>
            <form
                class="reveal"
                on:submit=move |event| {
                    event.prevent_default();
                    self.send(Event::Reveal(dom::value("passphrase")));
                }
            >
                {passphrase}
                {problem(trouble)}
                <button type="submit" id="reveal" class="primary" disabled=busy>
                    {move || texts.get(if busy() { OpenText::Opening } else { OpenText::Reveal })}
                </button>
            </form>
        }
        .into_any()
    }

    fn describe(self, sealed: &Sealed) -> Vec<String> {
        let status = &sealed.status;
        let mut lines = vec![match status.views_left {
            0 | 1 => self.texts.get(OpenText::WaitingOnce).to_owned(),
            n => self.texts.fill(OpenText::WaitingViews, &[("n", &n.to_string())]),
        }];
        let moment = BrowserClock.moment(status.expires_at);
        lines.push(self.texts.fill(OpenText::WaitingUntil, &[("time", &moment)]));
        if let Some(last) = status.opened_at.last() {
            let moment = BrowserClock.moment(*last);
            lines.push(self.texts.fill(OpenText::OpenedBefore, &[("time", &moment)]));
        }
        if sealed.lock == Lock::Passphrase {
            lines.push(self.texts.get(OpenText::AskPassphrase).to_owned());
        }
        lines
    }

    fn passphrase(self) -> AnyView {
        view! {
            <label for="passphrase">{self.texts.get(OpenText::PassphraseLabel)}</label>
            <input
                id="passphrase"
                type="password"
                autocomplete="off"
                spellcheck="false"
                autocapitalize="off"
                data-1p-ignore=""
                aria-describedby="problem"
            />
        }
        .into_any()
    }

    fn shown(self) -> AnyView {
        let (items, views_left) = self.opening.with_untracked(|opening| match &opening.state {
            State::Shown { items, views_left, .. } => (items.clone(), *views_left),
            _ => (Vec::new(), 0),
        });
        let left = match views_left {
            0 => self.texts.get(OpenText::Ash).to_owned(),
            1 => self.texts.get(OpenText::ViewLeft).to_owned(),
            n => self.texts.fill(OpenText::ViewsLeft, &[("n", &n.to_string())]),
        };
        let items: Vec<_> = items.into_iter().map(|item| self.item(item)).collect();
        view! {
            <h1 id="title" tabindex="-1">{self.texts.get(OpenText::ShownTitle)}</h1>
            {items}
            <p class="fate" id="fate">{left}</p>
        }
        .into_any()
    }

    fn item(self, item: Content) -> AnyView {
        let (label, name, data) = match item {
            Content::Text(text) => return self.text(text),
            Content::File { name, data, .. } => {
                let name = safe_name(&name);
                (self.texts.fill(OpenText::SaveFile, &[("name", &name)]), name, data)
            }
            Content::Raw(data) => (self.texts.get(OpenText::SaveRaw).to_owned(), "secret.bin".to_owned(), data),
        };
        let click = move |_| {
            save::save(&name, &data);
            self.send(Event::Kept);
        };
        view! { <button type="button" class="primary save" on:click=click>{label}</button> }.into_any()
    }

    fn text(self, text: String) -> AnyView {
        // Ctrl+A takes the secret and not the page.
        let keydown = |event: web_sys::KeyboardEvent| {
            if (event.ctrl_key() || event.meta_key()) && event.key() == "a" {
                event.prevent_default();
                if let Some(target) = event.current_target() {
                    dom::select_all(target.unchecked_ref());
                }
            }
        };
        view! {
            <pre id="secret-text" class="code secret" tabindex="0" aria-labelledby="title" on:keydown=keydown>{text}</pre>
            {copy_button(
                "copy-secret",
                "secret-text",
                "primary",
                self.texts.get(OpenText::CopySecret),
                self.common,
                move || self.send(Event::Kept),
            )}
        }
        .into_any()
    }
}
