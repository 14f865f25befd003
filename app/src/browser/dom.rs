//! How the islands show a state: the elements of the served markup by their ids, and rows.
//!
//! Nothing is rendered in the browser, and nothing is reactive: an island shows its state, all of
//! it, after each event, and what would not change is not touched. What an id allows depends on
//! its kind ([`crate::ids`]), so that no button has a value and no text is sent off; that the
//! element is there, of that kind, is what the tests of the ids prove for every page. Should one
//! be gone all the same, by a person's or an extension's doing, it is passed over: the page then
//! shows less, and goes on.

use crate::ids::{Any, Button, CheckBox, Field, FileField, Form, Group, Id, Part, Progress, Template};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{
    Document, Element, Event, EventTarget, FileList, HtmlDocument, HtmlElement, HtmlFormElement, HtmlInputElement,
    HtmlProgressElement, HtmlTemplateElement, HtmlTextAreaElement, Window,
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

/// What every element can.
impl<K> Id<K> {
    /// The element, if it is there.
    #[must_use]
    pub fn find(self) -> Option<Element> {
        document().get_element_by_id(self.as_str())
    }

    /// The element as what its kind promises. Unchecked: of JavaScript's objects only names count.
    fn cast<T: wasm_bindgen::JsCast>(self) -> Option<T> {
        self.find().map(wasm_bindgen::JsCast::unchecked_into)
    }

    /// Shows a text as a text: nothing in it can become markup.
    pub fn set_text(self, text: &str) {
        if let Some(element) = self.find()
            // Written again, it would be read out again.
            && element.text_content().as_deref() != Some(text)
        {
            element.set_text_content(Some(text));
        }
    }

    /// What the element shows.
    #[must_use]
    pub fn text(self) -> String {
        self.find().and_then(|element| element.text_content()).unwrap_or_default()
    }

    /// Puts paragraphs in place of whatever the element holds.
    pub fn set_paragraphs(self, lines: &[String]) {
        let Some(element) = self.find() else { return };
        if element.child_element_count() as usize == lines.len() && element.text_content() == Some(lines.concat()) {
            return;
        }
        self.set_text("");
        for line in lines {
            self.append("p").inspect(|paragraph| paragraph.set_text_content(Some(line)));
        }
    }

    /// Adds an empty element at the end.
    pub fn append(self, tag: &str) -> Option<Element> {
        let child = document().create_element(tag).ok()?;
        self.find()?.append_child(&child).ok()?;
        Some(child)
    }

    /// Shows the element where the condition holds, and hides it elsewhere.
    pub fn show_if(self, condition: bool) {
        self.toggle("hidden", !condition);
    }

    /// Sets an attribute without a value where the condition holds, and removes it elsewhere.
    pub fn toggle(self, attribute: &str, condition: bool) {
        if let Some(element) = self.find() {
            let _ = element.toggle_attribute_with_force(attribute, condition);
        }
    }

    /// Whether there is an attribute without a value, as `open` or `hidden`.
    #[must_use]
    pub fn has(self, attribute: &str) -> bool {
        self.find().is_some_and(|element| element.has_attribute(attribute))
    }

    /// Sets an attribute.
    pub fn set_attribute(self, attribute: &str, value: &str) {
        if let Some(element) = self.find() {
            let _ = element.set_attribute(attribute, value);
        }
    }

    /// An attribute's value, empty where there is none.
    #[must_use]
    pub fn attribute(self, attribute: &str) -> String {
        self.find().and_then(|element| element.get_attribute(attribute)).unwrap_or_default()
    }

    /// Moves the focus here. An element that cannot have it leaves it where it is.
    pub fn focus(self) {
        if let Some(element) = self.cast::<HtmlElement>() {
            let _ = element.focus();
        }
    }

    /// Closes details that are open. Where the focus was within, it goes to what opens them.
    pub fn close(self) {
        let Some(details) = self.find().filter(|details| details.has_attribute("open")) else { return };
        let has_focus = details.contains(document().active_element().as_deref());
        self.toggle("open", false);
        if has_focus && let Some(summary) = details.first_element_child() {
            let _ = summary.unchecked_into::<HtmlElement>().focus();
        }
    }

    /// Calls back at every event of a type.
    pub fn on(self, event: &str, action: impl Fn(Event) + 'static) {
        if let Some(element) = self.find() {
            listen(&element, event, Box::new(action));
        }
    }
}

impl Id<Button> {
    /// Makes the button work where the condition holds.
    pub fn enable_if(self, condition: bool) {
        self.toggle("disabled", !condition);
    }

    /// Calls back at every click.
    pub fn on_click(self, action: impl Fn() + 'static) {
        self.on("click", move |_| action());
    }

    /// Clicks, as a person would.
    pub fn click(self) {
        if let Some(button) = self.cast::<HtmlElement>() {
            button.click();
        }
    }
}

/// Selects and text areas have what inputs have.
impl Id<Field> {
    /// What stands in the field now.
    #[must_use]
    pub fn value(self) -> String {
        self.cast::<HtmlInputElement>().map_or_else(String::new, |field| field.value())
    }

    /// Whether nothing stands in the field. Reads none of it: a text may be long.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.cast::<HtmlTextAreaElement>().is_none_or(|area| area.text_length() == 0)
    }

    /// Puts something into the field.
    pub fn set_value(self, value: &str) {
        if let Some(field) = self.cast::<HtmlInputElement>() {
            field.set_value(value);
        }
    }

    /// Selects what stands in the field.
    pub fn select(self) {
        if let Some(field) = self.cast::<HtmlInputElement>() {
            field.select();
        }
    }

    /// Moves the focus here and selects what stands in the field.
    pub fn focus_and_select(self) {
        self.focus();
        self.select();
    }

    /// Puts a text where the cursor stands, in place of what is selected or of the last one, if
    /// that stands right before the cursor. Where the field has the focus, this can be undone (Ctrl+Z).
    pub fn insert(self, text: &str, last: &str) {
        if let Some(area) = self.cast::<HtmlTextAreaElement>() {
            let mut start = area.selection_start().ok().flatten().unwrap_or_default();
            let end = area.selection_end().ok().flatten().unwrap_or_default();
            // Positions are in UTF-16.
            let before: Vec<u16> = area.value().encode_utf16().take(start as usize).collect();
            let last: Vec<u16> = last.encode_utf16().collect();
            if start == end && before.ends_with(&last) {
                start -= last.len() as u32;
            }
            // The one way to change a text that browsers keep in the history of its changes: a command, which goes
            // to what is selected and has the focus.
            let typed = focused() == self.as_str()
                && area.set_selection_range(start, end).is_ok()
                && exec_command("insertText", text);
            if !typed {
                let _ = area.set_range_text_with_start_and_end_and_mode(text, start, end, "end");
            }
        }
    }
}

impl Id<CheckBox> {
    /// Whether the box is ticked.
    #[must_use]
    pub fn is_checked(self) -> bool {
        self.cast::<HtmlInputElement>().is_some_and(|input| input.checked())
    }
}

impl Id<FileField> {
    /// Opens the browser's own dialogue.
    pub fn choose(self) {
        if let Some(input) = self.cast::<HtmlInputElement>() {
            input.click();
        }
    }

    /// Takes what was chosen: the field is empty then, so that the same file can be chosen twice.
    #[must_use]
    pub fn take<T>(self, read: impl FnOnce(&FileList) -> T) -> Option<T> {
        let input = self.cast::<HtmlInputElement>()?;
        let files = input.files().as_ref().map(read);
        input.set_value("");
        files
    }
}

impl Id<Form> {
    /// Calls back when the form is sent off, which the browser itself then does not.
    pub fn on_submit(self, action: impl Fn() + 'static) {
        self.on("submit", move |event| {
            event.prevent_default();
            action();
        });
    }

    /// Puts every field back to what the page came with.
    pub fn reset(self) {
        if let Some(form) = self.cast::<HtmlFormElement>() {
            form.reset();
        }
    }
}

impl Id<Progress> {
    /// Says how far something is: a share of one. As a number, since writing floating-point numbers
    /// would be a tenth of the download.
    pub fn set_progress(self, done: f64) {
        if let Some(element) = self.cast::<HtmlProgressElement>() {
            element.set_value(done);
        }
    }

    /// Says only that something happens.
    pub fn begin(self) {
        if let Some(element) = self.find() {
            let _ = element.remove_attribute("value");
        }
    }
}

impl Group {
    /// Chooses the radio button that has a value.
    pub fn choose(self, value: &str) {
        let selector = ["input[name=", self.as_str(), "][value=", value, "]"].concat();
        if let Ok(Some(input)) = document().query_selector(&selector) {
            input.unchecked_into::<HtmlInputElement>().set_checked(true);
        }
    }

    /// The value of the chosen radio button.
    #[must_use]
    pub fn chosen(self) -> Option<String> {
        let selector = ["input[name=", self.as_str(), "]:checked"].concat();
        let input = document().query_selector(&selector).ok()??;
        Some(input.unchecked_into::<HtmlInputElement>().value())
    }
}

/// A list whose rows come and go, each a copy of what a template holds. Rows have no ids: their
/// parts are found by [`Part`], and events by one listener on the list, which serves the rows
/// that are there and those to come.
#[derive(Clone, Copy)]
pub struct Rows {
    list: Id,
    template: Id<Template>,
}

/// A row of a list, while it is being filled or has just been clicked.
pub struct Row(Element);

impl Rows {
    /// The rows of a list.
    #[must_use]
    pub const fn new(list: Id<Any>, template: Id<Template>) -> Self {
        Self { list, template }
    }

    /// Adds a row at the end, as the template has it.
    pub fn add(self) -> Option<Row> {
        let template: HtmlTemplateElement = self.template.cast()?;
        // Where the page itself is rendered in the browser, rows are children and no content.
        let row = if cfg!(feature = "csr") {
            template.first_element_child()
        } else {
            template.content().first_element_child()
        };
        let row = row?.clone_node_with_deep(true).ok()?;
        self.list.find()?.append_child(&row).ok()?;
        Some(Row(row.unchecked_into()))
    }

    /// The row of a position, counted from 0.
    #[must_use]
    pub fn row(self, position: usize) -> Option<Row> {
        self.list.find()?.children().item(u32::try_from(position).ok()?).map(Row)
    }

    /// Removes all rows.
    pub fn clear(self) {
        self.list.set_text("");
    }

    /// Calls back at every event of a type in a part of a row.
    pub fn on(self, event: &str, part: Part, action: impl Fn(&Event, Row) + 'static) {
        self.list.on(event, move |event| {
            if let Some(row) = self.row_at(&event, part) {
                action(&event, row);
            }
        });
    }

    /// Calls back at every click on a part of a row.
    pub fn on_click(self, part: Part, action: impl Fn(Row) + 'static) {
        self.on("click", part, move |_, row| action(row));
    }

    /// The row in whose part an event happened.
    fn row_at(self, event: &Event, part: Part) -> Option<Row> {
        let target: Element = event.target()?.unchecked_into();
        let mut row = target.closest(part.selector()).ok()??;
        loop {
            let parent = row.parent_element()?;
            if parent.id() == self.list.as_str() {
                return Some(Row(row));
            }
            row = parent;
        }
    }
}

impl Row {
    /// Shows a text in a part, as a text.
    pub fn set_text(&self, part: Part, text: &str) {
        if let Some(part) = self.find(part)
            // Written again, it would lose what is selected in it.
            && part.text_content().as_deref() != Some(text)
        {
            part.set_text_content(Some(text));
        }
    }

    /// Sets an attribute of a part.
    pub fn set_attribute(&self, part: Part, attribute: &str, value: &str) {
        if let Some(part) = self.find(part) {
            let _ = part.set_attribute(attribute, value);
        }
    }

    /// An attribute of a part, empty where there is none.
    #[must_use]
    pub fn attribute(&self, part: Part, attribute: &str) -> String {
        self.find(part).and_then(|part| part.get_attribute(attribute)).unwrap_or_default()
    }

    /// Whether a part has an attribute without a value.
    #[must_use]
    pub fn has(&self, part: Part, attribute: &str) -> bool {
        self.find(part).is_some_and(|part| part.has_attribute(attribute))
    }

    /// Sets an attribute without a value where the condition holds, and removes it elsewhere.
    pub fn toggle(&self, part: Part, attribute: &str, condition: bool) {
        if let Some(part) = self.find(part) {
            let _ = part.toggle_attribute_with_force(attribute, condition);
        }
    }

    /// Shows a part where the condition holds, and hides it elsewhere.
    pub fn show_if(&self, part: Part, condition: bool) {
        self.toggle(part, "hidden", !condition);
    }

    /// How many rows are before this one.
    #[must_use]
    pub fn position(&self) -> usize {
        let before = |row: &Element| row.previous_element_sibling();
        std::iter::successors(before(&self.0), before).count()
    }

    /// Takes the row out of its list.
    pub fn remove(self) {
        self.0.remove();
    }

    /// Selects everything that a part shows.
    pub fn select_all(&self, part: Part) {
        if let Some(part) = self.find(part) {
            select_all(&part);
        }
    }

    /// A part, which may be the row itself.
    #[must_use]
    pub fn find(&self, part: Part) -> Option<Element> {
        let within = self.0.query_selector(part.selector()).ok()?;
        // Outside of the row nothing is called as a part is.
        within.or_else(|| self.0.closest(part.selector()).ok()?)
    }
}

/// Does what a browser does for a key or a menu, such as `copy`; says whether it did.
#[must_use]
pub fn exec_command(command: &str, value: &str) -> bool {
    let document: HtmlDocument = document().unchecked_into();
    document.exec_command_with_show_ui_and_value(command, false, value).unwrap_or_default()
}

/// The id of what has the focus; empty for nothing, and for what has none.
#[must_use]
pub fn focused() -> String {
    document().active_element().map_or_else(String::new, |element| element.id())
}

/// Calls back at every event of a type, for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, action: Box<dyn Fn(Event)>) {
    let closure = Closure::wrap(action);
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
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
