//! What becomes of the secret whose link is shown: the receipt, in short.

use super::Island;
use crate::browser::{page, worker};
use crate::flow::receipt::{Command, Event, State, words};
use crate::ids::create as id;
use crate::islands::parts::name_tab;
use crate::islands::status::{show_status, show_step, wire_destroy};
use crate::text::{CreateText, ReceiptText};
use ashlink_core::api::State as SecretState;

/// How often the status is refreshed, in milliseconds. Less often than on the receipt: this page is left open.
const REFRESH: i32 = 10_000;

impl Island {
    pub(super) fn wire_receipt(&self) {
        let island = self.clone();
        wire_destroy(move |event| island.watch(event));
        let island = self.clone();
        page::every(REFRESH, move || {
            if !page::is_visible() {
                return;
            }
            let is_unasked = matches!(island.watching.borrow().state, State::Unasked(_));
            island.watch(if is_unasked { Event::Retry } else { Event::Tick });
        });
    }

    /// Begins to ask what becomes of a secret. By a new worker: that of the sealed secret ends with its keys.
    pub(super) fn begin_to_watch(&self) {
        self.watching.take();
        self.watch(Event::Address(id::RECEIPT_LINK.value()));
        let island = self.clone();
        worker::start(move |tested| island.watch(Event::Reply(0, tested)));
    }

    fn watch(&self, event: Event) {
        if !self.is_done() {
            return;
        }
        let was_known = matches!(self.watching.borrow().state, State::Known { .. });
        let (watching, command) = self.watching.take().next(event);
        let turn = watching.turn;
        self.watching.replace(watching);
        self.show_receipt();
        match command {
            Some(Command::Ask(request)) => {
                let island = self.clone();
                worker::ask(&request, move |reply| island.watch(Event::Reply(turn, reply)));
            }
            Some(Command::FocusQuestion) => id::DESTROY_KEEP.focus(),
            Some(Command::FocusDestroy) => id::DESTROY.focus(),
            // The focus is on the page's own title when the first answer comes.
            Some(Command::FocusTitle) if was_known => id::KNOWN_TITLE.focus(),
            // There is no link to be pasted here, and reloading would lose the one that is shown.
            Some(Command::FocusTitle | Command::Adopt(..) | Command::Reload) | None => {}
        }
    }

    /// Shows what is known of the secret. It was stored a moment ago: until the first answer it waits.
    fn show_receipt(&self) {
        let texts = self.receipt;
        let watching = self.watching.borrow();
        let mut has_ended = false;
        let mut trouble = None;
        let mut title = ReceiptText::WaitingTitle;
        if let State::Known { status, step, trouble: with_it } = &watching.state {
            has_ended = status.state != SecretState::Waiting;
            trouble = with_it.map(crate::flow::receipt::Trouble::words);
            title = words(status).0;
            show_status(status, texts);
            show_step(!has_ended, *step, texts);
        } else {
            let mut line = ReceiptText::WaitingText;
            match &watching.state {
                State::Starting | State::Looking | State::Known { .. } => {}
                State::Unknown => (title, line) = (ReceiptText::UnknownTitle, ReceiptText::UnknownText),
                State::Broken | State::NoKey(_) | State::ShareLink | State::Unasked(_) => {
                    trouble = Some(ReceiptText::Stale);
                }
            }
            id::KNOWN_TITLE.set_text(texts.get(title));
            id::KNOWN_LINE.set_text(texts.get(line));
            id::GUESSING.show_if(false);
            id::DESTROY.show_if(false);
            id::CONFIRM.show_if(false);
        }
        id::TROUBLE.set_text(trouble.map_or("", |trouble| texts.get(trouble)));
        name_tab(texts.get(title));
        id::HAND_ON.show_if(!has_ended);
        id::DONE_TITLE.set_text(self.texts.get(if has_ended { CreateText::EndedTitle } else { CreateText::DoneTitle }));
        if has_ended {
            // Nothing is lost with a link that opens nothing any more.
            page::let_leave();
        }
    }
}
