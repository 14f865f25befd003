//! Elements by their ids, which are the same in markup, tests and style sheets.
//!
//! An id that is not on the page is passed over: the page then shows less, and goes on.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{
    Document, Element, Event, EventTarget, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlProgressElement,
    HtmlTextAreaElement, Window,
};

/// The window.
#[must_use]
pub fn window() -> Window {
    web_sys::window().expect("islands live in a window")
}

/// The document.
#[must_use]
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The element with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Shows a text as a text: nothing in it can become markup.
pub fn set_text(id: &str, text: &str) {
    if let Some(element) = by_id(id)
        // Written again, it would be read out again.
        && element.text_content().as_deref() != Some(text)
    {
        element.set_text_content(Some(text));
    }
}

/// Puts paragraphs in place of whatever an element holds.
pub fn set_paragraphs(id: &str, lines: &[String]) {
    set_text(id, "");
    for line in lines {
        append(id, "p").inspect(|paragraph| paragraph.set_text_content(Some(line)));
    }
}

/// Adds an empty element at the end of another.
pub fn append(id: &str, tag: &str) -> Option<Element> {
    append_to(&by_id(id)?, tag)
}

/// The same, to an element that is at hand.
pub fn append_to(parent: &Element, tag: &str) -> Option<Element> {
    let child = document().create_element(tag).ok()?;
    parent.append_child(&child).ok()?;
    Some(child)
}

/// Shows an element where the condition holds, and hides it elsewhere.
pub fn show_if(id: &str, condition: bool) {
    toggle(id, "hidden", !condition);
}

/// Makes a button work where the condition holds.
pub fn enable_if(id: &str, condition: bool) {
    toggle(id, "disabled", !condition);
}

/// Sets an attribute without a value where the condition holds, and removes it elsewhere.
pub fn toggle(id: &str, attribute: &str, condition: bool) {
    if let Some(element) = by_id(id) {
        let _ = element.toggle_attribute_with_force(attribute, condition);
    }
}

/// Sets an attribute.
pub fn set_attribute(id: &str, attribute: &str, value: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.set_attribute(attribute, value);
    }
}

/// Says how far something is: a share of one. As a number, since writing floating-point numbers
/// would be a tenth of the download.
pub fn set_progress(id: &str, done: f64) {
    if let Some(element) = by_id(id) {
        element.unchecked_into::<HtmlProgressElement>().set_value(done);
    }
}

/// Takes an attribute away.
pub fn remove_attribute(id: &str, attribute: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.remove_attribute(attribute);
    }
}

/// What stands in a field now.
#[must_use]
pub fn value(id: &str) -> String {
    // Selects and text areas answer to `value` as inputs do.
    by_id(id).map_or_else(String::new, |element| element.unchecked_into::<HtmlInputElement>().value())
}

/// Puts something into a field.
pub fn set_value(id: &str, value: &str) {
    if let Some(element) = by_id(id) {
        element.unchecked_into::<HtmlInputElement>().set_value(value);
    }
}

/// Puts a text where the cursor stands in a text area, in place of what is selected or of the last
/// one, if that stands right before the cursor.
pub fn insert(id: &str, text: &str, last: &str) {
    if let Some(element) = by_id(id) {
        let area: HtmlTextAreaElement = element.unchecked_into();
        let mut start = area.selection_start().ok().flatten().unwrap_or_default();
        let end = area.selection_end().ok().flatten().unwrap_or_default();
        // Positions are in UTF-16.
        let before: Vec<u16> = area.value().encode_utf16().take(start as usize).collect();
        let last: Vec<u16> = last.encode_utf16().collect();
        if start == end && before.ends_with(&last) {
            start -= last.len() as u32;
        }
        let _ = area.set_range_text_with_start_and_end_and_mode(text, start, end, "end");
    }
}

/// The id of what has the focus; empty for nothing, and for what has none.
#[must_use]
pub fn focused() -> String {
    document().active_element().map_or_else(String::new, |element| element.id())
}

/// Clicks a button.
pub fn click(id: &str) {
    if let Some(element) = by_id(id) {
        element.unchecked_into::<HtmlElement>().click();
    }
}

/// Whether a box is ticked.
#[must_use]
pub fn is_checked(id: &str) -> bool {
    by_id(id).is_some_and(|element| element.unchecked_into::<HtmlInputElement>().checked())
}

/// Whether an element has an attribute without a value, as `open` or `hidden`.
#[must_use]
pub fn has(id: &str, attribute: &str) -> bool {
    by_id(id).is_some_and(|element| element.has_attribute(attribute))
}

/// The value of the chosen radio button of a group.
#[must_use]
pub fn chosen(name: &str) -> Option<String> {
    let selector = ["input[name=", name, "]:checked"].concat();
    let input = document().query_selector(&selector).ok()??;
    Some(input.unchecked_into::<HtmlInputElement>().value())
}

/// Puts every field of a form back to what the page came with.
pub fn reset(id: &str) {
    if let Some(form) = by_id(id) {
        form.unchecked_into::<HtmlFormElement>().reset();
    }
}

/// Calls back at every event of a kind.
pub fn on(id: &str, kind: &str, action: impl Fn(Event) + 'static) {
    if let Some(element) = by_id(id) {
        listen(&element, kind, Box::new(action));
    }
}

/// Calls back at every click.
pub fn on_click(id: &str, action: impl Fn() + 'static) {
    on(id, "click", move |_| action());
}

/// Calls back when a form is sent off, which the browser itself then does not.
pub fn on_submit(id: &str, action: impl Fn() + 'static) {
    on(id, "submit", move |event| {
        event.prevent_default();
        action();
    });
}

/// Calls back at every event of a kind, for as long as the page lives.
pub fn listen(target: &EventTarget, kind: &str, action: Box<dyn Fn(Event)>) {
    let closure = Closure::wrap(action);
    let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Moves the focus.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        // An element that cannot have it leaves it where it is.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Moves the focus to a field and selects what stands in it.
pub fn focus_and_select(id: &str) {
    focus(id);
    select(id);
}

/// Selects what stands in a field.
pub fn select(id: &str) {
    if let Some(element) = by_id(id) {
        element.unchecked_into::<HtmlInputElement>().select();
    }
}

/// Selects everything that an element shows.
pub fn select_all(element: &Element) {
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.select_all_children(element);
    }
}

/// Calls back after some milliseconds.
pub fn after(millis: i32, action: impl FnOnce() + 'static) {
    let action = Closure::once_into_js(action);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(action.unchecked_ref(), millis);
}

/// Sets a `data-…` attribute of the root element, for tests and style sheets.
pub fn mark(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

/// An attribute's value, empty where there is none.
#[must_use]
pub fn attribute(id: &str, attribute: &str) -> String {
    by_id(id).and_then(|element| element.get_attribute(attribute)).unwrap_or_default()
}
