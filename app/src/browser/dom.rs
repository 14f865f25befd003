//! Elements by their ids, which are the same in tests, labels and style sheets.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Document, Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, Window};

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

/// The element with this id, if it is on the page now.
#[must_use]
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// What stands in a field now; never what was rendered into it.
#[must_use]
pub fn value(id: &str) -> String {
    let Some(element) = by_id(id) else { return String::new() };
    match element.dyn_into::<HtmlTextAreaElement>() {
        Ok(area) => area.value(),
        // Selects answer to `value` as inputs do.
        Err(element) => element.unchecked_into::<HtmlInputElement>().value(),
    }
}

/// Puts something into an input.
pub fn set_value(id: &str, value: &str) {
    if let Some(element) = by_id(id) {
        element.unchecked_into::<HtmlInputElement>().set_value(value);
    }
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

/// Moves the focus, once the page shows what the state says.
pub fn focus(id: &'static str) {
    later(move || {
        if let Some(element) = by_id(id) {
            // An element that cannot have it keeps it where it is, which is all one could do.
            let _ = element.unchecked_into::<HtmlElement>().focus();
        }
    });
}

/// Moves the focus to an input and selects what stands in it.
pub fn focus_and_select(id: &'static str) {
    focus(id);
    later(move || {
        if let Some(element) = by_id(id) {
            element.unchecked_into::<HtmlInputElement>().select();
        }
    });
}

/// Selects everything in an element.
pub fn select_all(element: &Element) {
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.select_all_children(element);
    }
}

/// After the current events are dealt with and the page is up to date.
pub fn later(action: impl FnOnce() + 'static) {
    after(0, action);
}

/// After some milliseconds.
pub fn after(millis: i32, action: impl FnOnce() + 'static) {
    let action = Closure::once_into_js(action);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(action.unchecked_ref(), millis);
}

/// Sets a `data-…` attribute of the root element, for tests and style sheets.
pub fn mark(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(&["data-", name].concat(), value);
    }
}
