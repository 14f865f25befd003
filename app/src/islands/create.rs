//! The island that makes a link.

mod form;
mod made;

use crate::browser::{dom, page, worker};
use crate::flow::create::{Draft, Command, Event, Field, Lifetime, Limits, State, Unit};
use crate::text::{CommonText, CreateText, Texts};
use ashlink_core::message::Request;
use leptos::prelude::*;

/// The page at `/`.
#[cfg_attr(not(feature = "csr"), island)]
#[cfg_attr(feature = "csr", component)]
pub fn Create(
    /// Its texts.
    texts: Texts<CreateText>,
    /// Texts that all islands share.
    common: Texts<CommonText>,
    /// What the server allows.
    limits: Limits,
    /// What links begin with, without a slash at the end; without a host where the page's own
    /// is meant.
    link_base: String,
) -> impl IntoView {
    let island = Island { state: RwSignal::new(State::Starting), limits, texts, common };
    Effect::new(move |_| island.begin());
    let done = Memo::new(move |_| island.state.with(|state| matches!(state, State::Done(_))));
    view! {
        <section class="card" data-state=move || island.state.with(State::name)>
            {move || if done.get() { island.made(&link_base) } else { island.form() }}
        </section>
    }
}

#[derive(Clone, Copy)]
struct Island {
    state: RwSignal<State>,
    limits: Limits,
    texts: Texts<CreateText>,
    common: Texts<CommonText>,
}

impl Island {
    fn begin(self) {
        page::on_leave(move || self.send(Event::Left));
        self.perform(Command::Start);
    }

    fn send(self, event: Event) {
        let (state, effect) = self.state.get_untracked().next(event, &self.limits);
        self.state.set(state);
        if let Some(effect) = effect {
            self.perform(effect);
        }
    }

    fn perform(self, effect: Command) {
        match effect {
            Command::Start => worker::start(move |reply| self.send(Event::Reply(reply))),
            Command::Ask(request) => worker::ask(request, move |reply| self.send(Event::Reply(reply))),
            Command::Focus(field) => dom::focus(match field {
                Field::Text => "secret",
                Field::Lifetime => "custom-number",
                Field::Views => "views",
                Field::Passphrase => "passphrase",
            }),
            Command::Finish => {
                worker::stop();
                dom::focus("title");
            }
            Command::Clear => dom::reset("create-form"),
        }
    }

    fn submit(self) {
        let unit = match dom::value("custom-unit").as_str() {
            "minutes" => Unit::Minutes,
            "days" => Unit::Days,
            _ => Unit::Hours,
        };
        let lifetime = match dom::chosen("lifetime").and_then(|value| value.parse().ok()) {
            Some(secs) => Lifetime::Preset(secs),
            None => Lifetime::Custom(dom::value("custom-number"), unit),
        };
        let views = match self.limits.max_views {
            // There is nothing to choose, and no field.
            1 => "1".to_owned(),
            _ => dom::value("views"),
        };
        self.send(Event::Submit(Draft {
            text: dom::value("secret"),
            passphrase: dom::value("passphrase"),
            lifetime,
            views,
        }));
    }

    /// Fills in a passphrase that nobody can guess.
    fn generate(self, shown: RwSignal<bool>) {
        worker::ask(Request::Generate, move |reply| {
            if let ashlink_core::message::Reply::Passphrase(text) = reply {
                dom::set_value("passphrase", &text);
                shown.set(true);
            }
        });
    }
}
