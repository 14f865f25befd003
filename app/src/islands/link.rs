//! What the two islands do to which a link leads: `/s` and `/m`.

use super::parts;
use crate::browser::clock::BrowserClock;
use crate::browser::{page, worker};
use crate::flow::words::{Notice, Offer};
use crate::ids::{Id, open_or_receipt as id};
use ashlink_core::message::Reply;
use std::rc::Rc;

/// What happens to the link, and to the worker that reads it.
pub(super) enum LinkEvent {
    /// The address has this after its `#`: at the start, or since just now.
    Address(String),
    /// A link was pasted.
    Pasted(String),
    /// The worker has tested itself.
    Tested(Reply),
}

/// Tells the island's flow of the link in the address of its page, of each that takes its place, and of one
/// that is pasted; and starts the worker.
pub(super) fn follow_link(base: &str, page: &str, send: impl Fn(LinkEvent) + 'static) {
    id::REWRITTEN.show_if(page::restore_address(base, page));
    let send: Rc<dyn Fn(LinkEvent)> = Rc::new(send);
    let pasted = Rc::clone(&send);
    id::PASTE_FORM.on_submit(move || pasted(LinkEvent::Pasted(id::PASTE.value())));
    let moved = Rc::clone(&send);
    page::on_fragment(move || {
        // Another link, which came as it should.
        id::REWRITTEN.show_if(false);
        moved(LinkEvent::Address(page::fragment()));
    });
    send(LinkEvent::Address(page::fragment()));
    worker::start(move |reply| send(LinkEvent::Tested(reply)));
    BrowserClock::warm_up();
}

/// Shows one of the screens and hides the others. One that only says something is pointed at when
/// it takes another's place: what is shown together with its live region is not read out.
pub(super) fn show_screen(screen: Id, all: &[Id]) {
    if parts::show_screen(screen, all) && screen == id::NOTICE {
        id::TITLE.focus();
    }
}

/// Shows a page that only says something.
pub(super) fn show_notice(notice: &Notice) {
    id::TITLE.set_text(&notice.title);
    id::LINES.set_paragraphs(&notice.lines);
    let offer = &notice.offer;
    id::NOTICE_NEW.show_if(*offer == Offer::New);
    id::PASTE_FORM.show_if(*offer == Offer::Paste);
    id::NOTICE_BUTTON.show_if(matches!(offer, Offer::Button(_)));
    if let Offer::Button(label) = offer {
        id::NOTICE_BUTTON.set_text(label);
    }
}

/// Goes to another of our pages with the key that this one has.
pub(super) fn hand_over(base: &str, path: &str) {
    page::go_with_fragment(&[base, path].concat());
}
