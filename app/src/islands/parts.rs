//! What more than one island does.

use crate::browser::copy::{Copied, copy};
use crate::browser::{dom, page};
use crate::flow::words::{Notice, Offer, bytes};
use crate::text::{CommonText, Texts};

/// Calls back once the island's markup is in the page; on a server, never.
///
/// In place of an effect: nothing here is reactive, and the machinery would be the larger
/// part of the download.
pub(super) fn when_live(begin: impl FnOnce() + 'static) {
    if cfg!(target_arch = "wasm32") {
        dom::after(0, begin);
    }
}

/// What the server told the island, in an attribute of the markup: in place of properties,
/// which would bring a JSON parser along.
pub(super) fn setup(name: &str) -> String {
    dom::attribute("state", &["data-", name].concat())
}

/// Shows one of the screens and hides the others. One that only says something is pointed at when
/// it takes another's place: what is shown together with its live region is not read out.
pub(super) fn show_screen(screen: &str, all: &[&str]) {
    let is_new = dom::has(screen, "hidden");
    for id in all {
        dom::show_if(id, *id == screen);
    }
    if is_new && screen == "notice" {
        dom::focus("title");
    }
}

/// The class of a field whose characters are not shown. Not a password field: browsers offer
/// to keep what is typed into one.
const MASKED: &str = "masked";

/// Makes the button beside the passphrase show and hide it.
pub(super) fn wire_mask(texts: Texts<CommonText>) {
    dom::on_click("show-passphrase", move || mask(texts, !dom::attribute("passphrase", "class").contains(MASKED)));
}

/// Hides or shows the passphrase that is being typed.
pub(super) fn mask(texts: Texts<CommonText>, masked: bool) {
    let (class, label) =
        if masked { (["code ", MASKED].concat(), CommonText::Show) } else { ("code".to_owned(), CommonText::Hide) };
    dom::set_attribute("passphrase", "class", &class);
    dom::set_text("show-passphrase", texts.get(label));
}

/// Shows a page that only says something.
pub(super) fn show_notice(notice: &Notice) {
    dom::set_text("title", &notice.title);
    dom::set_paragraphs("lines", &notice.lines);
    let offer = &notice.offer;
    dom::show_if("notice-new", *offer == Offer::New);
    dom::show_if("paste-form", *offer == Offer::Paste);
    dom::show_if("notice-button", matches!(offer, Offer::Button(_)));
    if let Offer::Button(label) = offer {
        dom::set_text("notice-button", label);
    }
}

/// Shows what is wrong, where it is read out at once; nothing for no text.
pub(super) fn show_problem(text: &str) {
    dom::set_text("problem", text);
}

/// A file in a list, and the button beside it.
pub(super) struct FileLine<'a> {
    /// As text, whatever is in it.
    pub(super) name: &'a str,
    /// In bytes.
    pub(super) size: usize,
    /// The button's.
    pub(super) class: &'a str,
    /// On the button.
    pub(super) label: &'a str,
    /// What the button is called where it is not seen beside its name.
    pub(super) spoken: &'a str,
}

/// Adds a file to a list; its button does this.
pub(super) fn list_file(list: &str, file: &FileLine<'_>, action: impl Fn() + 'static) {
    let Some(line) = dom::append(list, "li") else { return };
    line.set_class_name("file");
    let parts = [("span", "name", file.name), ("span", "size", &bytes(file.size)), ("button", file.class, file.label)];
    for (tag, class, text) in parts {
        let Some(part) = dom::append_to(&line, tag) else { return };
        part.set_class_name(class);
        part.set_text_content(Some(text));
    }
    if let Some(button) = line.last_element_child() {
        let _ = button.set_attribute("type", "button");
        let _ = button.set_attribute("aria-label", file.spoken);
        dom::listen(&button, "click", Box::new(move |_| action()));
    }
}

/// Shows how far a transfer is, if it is still under way after half a second.
pub(super) fn show_progress(is_busy: impl Fn() -> bool + 'static) {
    // Without a value it says only that something happens.
    dom::remove_attribute("progress", "value");
    dom::after(500, move || dom::show_if("progress", is_busy()));
}

/// Goes to another of our pages with the key that this one has.
pub(super) fn hand_over(base: &str, path: &str) {
    page::go_with_fragment(&[base, path].concat());
}

/// Makes a button copy what another element shows, and say how that went.
pub(super) fn wire_copy(
    button: &'static str,
    source: &'static str,
    texts: Texts<CommonText>,
    copied: impl Fn() + Clone + 'static,
) {
    let label = dom::by_id(button).and_then(|button| button.text_content()).unwrap_or_default();
    let note = [button, "-note"].concat();
    dom::on_click(button, move || {
        let label = label.clone();
        let note = note.clone();
        let copied = copied.clone();
        copy(source, move |done| {
            dom::toggle(&note, "data-failed", done == Copied::Selected);
            if done == Copied::Selected {
                dom::set_text(&note, texts.get(CommonText::CopyFailed));
                return;
            }
            copied();
            // The button for eyes, the note for ears.
            dom::set_text(button, texts.get(CommonText::Copied));
            dom::set_text(&note, texts.get(CommonText::Copied));
            dom::toggle(button, "data-done", true);
            dom::after(2500, move || {
                dom::set_text(button, &label);
                dom::set_text(&note, "");
                dom::toggle(button, "data-done", false);
            });
        });
    });
}
