//! The sender's island.

mod status;

use super::parts::{Action, notice_view};
use crate::browser::{dom, page, worker};
use crate::flow::manage::{Command, Event, Managing, State, notice};
use crate::text::{CommonText, ManageText, Texts};
use leptos::prelude::*;
use std::rc::Rc;

/// How often the status is refreshed, in milliseconds.
const REFRESH: i32 = 4000;

/// The page at `/m`.
#[cfg_attr(not(feature = "csr"), island)]
#[cfg_attr(feature = "csr", component)]
pub fn Manage(
    /// Its texts.
    texts: Texts<ManageText>,
    /// Texts that all islands share.
    common: Texts<CommonText>,
    /// What stands before the path of every own address.
    base: String,
) -> impl IntoView {
    let island = Island { managing: RwSignal::new(Managing::new()), texts, common };
    Effect::new(move |_| island.begin());
    // `None` is a status, which changes in place.
    let screen = Memo::new(move |_| {
        island.managing.with(|managing| match &managing.state {
            State::Known { .. } => None,
            state => Some(state.name()),
        })
    });
    view! {
        <section class="card" data-state=move || island.managing.with(|managing| managing.state.name())>
            {move || match screen.get() {
                Some(_) => island.notice(&base),
                None => island.status(),
            }}
        </section>
    }
}

#[derive(Clone, Copy)]
struct Island {
    managing: RwSignal<Managing>,
    texts: Texts<ManageText>,
    common: Texts<CommonText>,
}

impl Island {
    fn begin(self) {
        self.send(Event::Address(page::fragment()));
        page::on_fragment(move |fragment| self.send(Event::Address(fragment)));
        page::on_leave(|| ());
        page::every(REFRESH, move || self.send(Event::Tick));
        worker::start(move |reply| self.send(Event::Reply(0, reply)));
    }

    fn send(self, event: Event) {
        let (managing, effect) = self.managing.get_untracked().next(event);
        let turn = managing.turn;
        self.managing.set(managing);
        let ask = move |request| worker::ask(request, move |reply| self.send(Event::Reply(turn, reply)));
        match effect {
            None => {}
            Some(Command::Ask(request)) => ask(request),
            Some(Command::Adopt(link, request)) => {
                page::adopt_fragment(&link);
                ask(request);
            }
            Some(Command::Reload) => page::reload(),
            Some(Command::FocusQuestion) => dom::focus("burn-keep"),
            Some(Command::FocusBurn) => dom::focus("burn"),
            Some(Command::FocusTitle) => dom::focus("title"),
        }
    }

    fn notice(self, base: &str) -> AnyView {
        let notice = self
            .managing
            .with_untracked(|managing| notice(managing, self.texts, self.common))
            .unwrap_or_default();
        let home = [base, "/"].concat();
        let open = [base, "/s"].concat();
        let act = move |action| match action {
            Action::Pasted(link) => self.send(Event::Pasted(link)),
            Action::Button => match self.managing.with_untracked(|managing| managing.state.clone()) {
                State::ShareLink => page::go_with_fragment(&open),
                State::Broken => page::reload(),
                _ => self.send(Event::Retry),
            },
        };
        notice_view(notice, &home, self.common, Rc::new(act))
    }
}
