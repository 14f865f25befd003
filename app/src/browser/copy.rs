//! The clipboard.

use super::dom;
use super::task::spawn;
use crate::ids::Id;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ClipboardEvent, Element, Event, HtmlInputElement};

/// Whether something reached the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// It did, for certain.
    Yes,
    /// It did not. It is selected, so that the keyboard can do it.
    Selected,
}

/// What stands in a field, which is what a person has typed or what the page has put there. What any other
/// element shows is not for copying: translators and extensions change it.
#[must_use]
pub fn typed(source: Id) -> String {
    source.find().as_ref().and_then(field).map_or_else(String::new, HtmlInputElement::value)
}

/// Copies a text that an element shows, and says whether that worked once the browser has said so.
///
/// Must be called while a click is handled: Safari allows it at no other time. Boxed, so that it is compiled once.
pub fn copy(source: Id, text: String, done: Box<dyn FnOnce(Copied)>) {
    let Some(element) = source.find() else { return };
    if text.is_empty() {
        // The clipboard keeps what it has.
        return source.focus();
    }
    copy_from(element, text, done);
}

/// Copies the text that belongs to an element, whether it shows it now or not. Where only what is selected can be
/// copied, it shows it from then on.
///
/// Must be called while a click is handled, as [`copy`].
pub fn copy_from(element: Element, text: String, done: impl FnOnce(Copied) + 'static) {
    let navigator = dom::window().navigator();
    // Absent over plain http, whatever its type says.
    let absent = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| it.is_undefined());
    if absent {
        done(by_selection(&element, &text));
        return;
    }
    let promise = navigator.clipboard().write_text(&text);
    spawn(async move {
        let copied = match JsFuture::from(promise).await {
            Ok(_) => Copied::Yes,
            Err(_) => by_selection(&element, &text),
        };
        done(copied);
    });
}

/// Puts exactly what is selected into the clipboard, when the browser is about to copy from
/// an element: left to itself it turns hard spaces into others and drops last line breaks.
pub fn exactly(event: &Event) {
    let event: &ClipboardEvent = event.unchecked_ref();
    let selection = dom::window().get_selection().ok().flatten();
    let range = selection.and_then(|selection| selection.get_range_at(0).ok());
    if let (Some(range), Some(clipboard)) = (range, event.clipboard_data())
        && clipboard.set_data("text/plain", &String::from(range.to_string())).is_ok()
    {
        event.prevent_default();
    }
}

/// The element as something that is typed into. Text areas answer as inputs do.
fn field(element: &Element) -> Option<&HtmlInputElement> {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA").then(|| element.unchecked_ref())
}

/// Selects it, so that the browser's own command can take it, or the person. What is selected is the text,
/// whatever the element showed before.
fn by_selection(element: &Element, text: &str) -> Copied {
    // What is folded away cannot be selected.
    if let Ok(Some(details)) = element.closest("details") {
        let _ = details.toggle_attribute_with_force("open", true);
    }
    match field(element) {
        Some(input) => {
            let _ = input.focus();
            input.select();
        }
        None => {
            if element.text_content().as_deref() != Some(text) {
                element.set_text_content(Some(text));
            }
            dom::select_all(element);
        }
    }
    if dom::exec_command("copy", "") { Copied::Yes } else { Copied::Selected }
}
