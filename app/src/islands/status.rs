//! What the sender's side shows of a secret's status, on the receipt and below a link that was just created.

use crate::browser::clock::BrowserClock;
use crate::flow::receipt::{Event, Step, guessing, words};
use crate::ids::create_or_receipt as id;
use crate::text::{ReceiptText, Texts};
use ashlink_core::message::Status;
use std::rc::Rc;

/// Tells the flow of the clicks that destroy a secret.
pub(super) fn wire_destroy(send: impl Fn(Event) + 'static) {
    let send: Rc<dyn Fn(Event)> = Rc::new(send);
    for (button, event) in
        [(id::DESTROY, Event::Destroy), (id::DESTROY_CONFIRM, Event::Confirm), (id::DESTROY_KEEP, Event::Keep)]
    {
        let send = Rc::clone(&send);
        button.on_click(move || send(event.clone()));
    }
}

/// Shows what became of the secret: heading, sentence, and a warning where it looks like guessing.
pub(super) fn show_status(status: &Status, texts: Texts<ReceiptText>) {
    let (title, line) = words(status);
    id::KNOWN_TITLE.set_text(texts.get(title));
    id::KNOWN_LINE.set_text(texts.get(line));
    let warning = guessing(status, texts, &BrowserClock);
    id::GUESSING.show_if(warning.is_some());
    id::GUESSING.set_text(warning.as_deref().unwrap_or_default());
}

/// Shows how far destroying is; nothing of it where there is nothing to destroy.
pub(super) fn show_step(is_waiting: bool, step: Step, texts: Texts<ReceiptText>) {
    let is_asking = matches!(step, Step::Asking | Step::Destroying);
    id::DESTROY.show_if(is_waiting && !is_asking);
    id::CONFIRM.show_if(is_waiting && is_asking);
    id::DESTROY_CONFIRM.enable_if(step == Step::Asking);
    id::DESTROY_KEEP.enable_if(step == Step::Asking);
    let label = if step == Step::Destroying { ReceiptText::Destroying } else { ReceiptText::DestroyConfirm };
    id::DESTROY_CONFIRM.set_text(texts.get(label));
}
