//! The rows of a login: each value by itself, hidden where it should be.

use crate::browser::copy::{Copied, copy_from};
use crate::browser::dom::{self, Row, Rows};
use crate::flow::open::{Placed, all_fields, field_name, web_address};
use crate::ids::{Part, field_row as part, open as id};
use crate::text::{CommonText, OpenText, Texts};
use ashlink_core::message::{Field, Item};

/// A row for each field of the secret.
pub(super) const LOGIN: Rows = Rows::new(id::LOGIN, id::FIELD_ROW);

/// What stands in the place of a hidden value, whatever its length. The value itself is in the page only while it is
/// shown, so that neither a print nor a screen reader has it.
const HIDDEN: &str = "••••••••";

/// The texts of the rows.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) texts: Texts<OpenText>,
    pub(super) common: Texts<CommonText>,
}

/// Shows the fields of a secret, the hidden ones hidden.
pub(super) fn show_fields(items: &[Item], words: Words) {
    for Placed { field, .. } in all_fields(items) {
        let Some(row) = LOGIN.add() else { continue };
        let name = field_name(field, words.texts);
        row.set_text(part::LABEL, &name);
        label(&row, part::COPY, words.texts.get(OpenText::Copy), words);
        row.show_if(part::SHOW, field.field_type.is_hidden());
        show_value(&row, field, !field.field_type.is_hidden(), words);
        if let Some(address) = web_address(field) {
            row.set_attribute(part::VALUE, "href", address);
        }
    }
}

/// Shows the value of a row, or hides it.
fn show_value(row: &Row, field: &Field, is_shown: bool, words: Words) {
    row.set_text(part::VALUE, if is_shown { &field.value } else { HIDDEN });
    label_show(row, is_shown, words);
}

/// Has the Show button say what it does next.
fn label_show(row: &Row, is_shown: bool, words: Words) {
    label(row, part::SHOW, words.common.get(if is_shown { CommonText::Hide } else { CommonText::Show }), words);
    row.toggle(part::SHOW, "data-shown", is_shown);
}

/// What a button of a row says, and, for who does not see the row, of which field.
fn label(row: &Row, button: Part, action: &str, words: Words) {
    let name = row.find(part::LABEL).and_then(|label| label.text_content()).unwrap_or_default();
    row.set_text(button, action);
    let spoken = words.texts.fill(OpenText::FieldAction, &[("action", action), ("name", &name)]);
    row.set_attribute(button, "aria-label", &spoken);
}

/// A click on a row's Show button.
pub(super) fn toggle(row: &Row, items: &[Item], words: Words) {
    if let Some(Placed { field, .. }) = all_fields(items).nth(row.position()) {
        let is_shown = row.has(part::SHOW, "data-shown");
        show_value(row, field, !is_shown, words);
    }
}

/// A click on a row's Copy button. Calls back once the value is in the clipboard.
pub(super) fn copy(row: Row, value: String, words: Words, copied: impl FnOnce() + 'static) {
    let Some(shown) = row.find(part::VALUE) else { return };
    let was_shown = shown.text_content().unwrap_or_default();
    copy_from(shown, value, move |done| {
        row.toggle(part::NOTE, "data-failed", done == Copied::Selected);
        if done == Copied::Selected {
            row.set_text(part::NOTE, words.common.get(CommonText::CopyFailed));
            label_show(&row, true, words);
            return;
        }
        // Where the browser's own command took it, it had to be selected, and so shown.
        row.set_text(part::VALUE, &was_shown);
        row.toggle(part::COPY, "data-copied", true);
        copied();
        label(&row, part::COPY, words.common.get(CommonText::Copied), words);
        row.set_text(part::NOTE, words.common.get(CommonText::Copied));
        dom::after(2500, move || {
            label(&row, part::COPY, words.texts.get(OpenText::Copy), words);
            row.set_text(part::NOTE, "");
        });
    });
}

/// Whether the row of a place was copied.
pub(super) fn is_copied(place: usize) -> bool {
    LOGIN.row(place).is_some_and(|row| row.has(part::COPY, "data-copied"))
}
