//! What more than one island does.

use crate::browser::copy::{Copied, copy, typed};
use crate::browser::dom::{self, Rows};
use crate::flow::words::bytes;
use crate::ids::{Button, Id, any_page, create_or_open as id, file_row};
use crate::text::{CommonText, Texts};
use std::rc::Rc;

/// Calls back once the island's markup is in the page; on a server, never.
pub(super) fn when_live(begin: impl FnOnce() + 'static) {
    if cfg!(target_arch = "wasm32") {
        dom::after(0, begin);
    }
}

/// What the server told the island, in an attribute of the markup: in place of properties,
/// which would bring a JSON parser along.
pub(super) fn setup(name: &str) -> String {
    any_page::STATE.attribute(&["data-", name].concat())
}

/// Shows one of the screens and hides the others; says whether it takes another's place.
pub(super) fn show_screen(screen: Id, all: &[Id]) -> bool {
    let is_new = screen.has("hidden");
    for id in all {
        id.show_if(*id == screen);
    }
    is_new
}

/// The class of a field whose characters are not shown. Not a password field: browsers offer
/// to keep what is typed into one.
const MASKED: &str = "masked";

/// Makes the button beside the passphrase show and hide it.
pub(super) fn wire_mask(texts: Texts<CommonText>) {
    id::SHOW_PASSPHRASE.on_click(move || mask(texts, !id::PASSPHRASE.attribute("class").contains(MASKED)));
}

/// Hides or shows the passphrase that is being typed.
pub(super) fn mask(texts: Texts<CommonText>, masked: bool) {
    let (class, label) =
        if masked { (["code ", MASKED].concat(), CommonText::Show) } else { ("code".to_owned(), CommonText::Hide) };
    id::PASSPHRASE.set_attribute("class", &class);
    id::SHOW_PASSPHRASE.set_text(texts.get(label));
}

/// Shows what is wrong, where it is read out at once; nothing for no text.
pub(super) fn show_problem(text: &str) {
    any_page::PROBLEM.set_text(text);
}

/// Calls a tab by what its page says.
pub(super) fn name_tab(heading: &str) {
    dom::document().set_title(&[heading, " – ", &setup("product")].concat());
}

/// Lists a file: its name as text, whatever is in it, its size in bytes, what its button says,
/// and what the button is called where it is not seen beside the name.
pub(super) fn list_file(list: Rows, name: &str, size: usize, label: &str, spoken: &str) {
    let Some(row) = list.add() else { return };
    row.set_text(file_row::NAME, name);
    row.set_text(file_row::SIZE, &bytes(size));
    row.set_text(file_row::BUTTON, label);
    row.set_attribute(file_row::BUTTON, "aria-label", spoken);
}

/// Shows how far a transfer is, if it is still under way after half a second.
pub(super) fn show_progress(is_busy: impl Fn() -> bool + 'static) {
    id::PROGRESS.begin();
    dom::after(500, move || id::PROGRESS.show_if(is_busy()));
}

/// Makes a button copy what stands in a field, and say how that went.
pub(super) fn wire_copy(
    button: Id<Button>,
    note: Id,
    source: Id,
    texts: Texts<CommonText>,
    copied: impl Fn() + 'static,
) {
    wire_copy_of(button, note, source, texts, Box::new(move || typed(source)), Rc::new(copied));
}

/// Makes a button copy a text that an element shows, and say how that went. The text is asked for at each
/// click, and never read from the page.
pub(super) fn wire_copy_of(
    button: Id<Button>,
    note: Id,
    source: Id,
    texts: Texts<CommonText>,
    text: Box<dyn Fn() -> String>,
    copied: Rc<dyn Fn()>,
) {
    button.on_click(move || {
        let copied = Rc::clone(&copied);
        let done = move |done: Copied| {
            note.toggle("data-failed", done == Copied::Selected);
            if done == Copied::Selected {
                note.set_text(texts.get(CommonText::CopyFailed));
                return;
            }
            copied();
            // The button for eyes, the note for ears.
            button.set_text(texts.get(CommonText::Copied));
            note.set_text(texts.get(CommonText::Copied));
            button.toggle("data-done", true);
            dom::after(2500, move || {
                button.set_text(&button.attribute("data-label"));
                note.set_text("");
                button.toggle("data-done", false);
            });
        };
        copy(source, text(), Box::new(done));
    });
}

/// Changes what a copy button says, now or once it does not say any more that it has copied.
pub(super) fn label_copy(button: Id<Button>, label: &str) {
    button.set_attribute("data-label", label);
    if !button.has("data-done") {
        button.set_text(label);
    }
}
