//! The markup of a login that is open: a row for each field.

use crate::ids::open as id;
use crate::text::{Language, OpenText};
use leptos::prelude::*;

/// The list, and what stands for a field in it; the island fills both. A link opens without telling where it was, and
/// the page that it leads to cannot reach this one.
pub(super) fn fields(language: &'static Language) -> impl IntoView {
    view! {
        <ul id=id::LOGIN class="login" aria-labelledby=id::SHOWN_TITLE></ul>
        <template id=id::FIELD_ROW>
            <li class="entry">
                <span class="label" dir="auto" translate="no"></span>
                <a class="value code" tabindex="0" dir="auto" translate="no" target="_blank" rel="noreferrer noopener"></a>
                <span class="buttons">
                    <button type="button" class="show"></button>
                    <button type="button" class="copy">{language.open.get(OpenText::Copy)}</button>
                </span>
                <span class="note" role="status"></span>
            </li>
        </template>
    }
}
