//! Markup that more than one island needs. The ids are what the islands know it by.

use crate::text::{CommonText, Language, PageText};
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

/// What a page that only says something consists of; the island fills it.
pub(super) fn notice(language: &Language, base: &str) -> impl IntoView + use<> {
    let text = language.page;
    view! {
        <div id="notice" class="stack" aria-live="polite">
            <h1 id="title" tabindex="-1">{text(PageText::Loading)}</h1>
            <div id="lines" class="lines"></div>
            <button type="button" id="notice-button" class="primary" hidden></button>
            <form id="paste-form" class="stack" autocomplete="off" hidden>
                <div class="field">
                    <label for="paste">{text(PageText::PasteLabel)}</label>
                    <input
                        id="paste"
                        class="code"
                        type="text"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        {..custom_attribute("autocorrect", "off")}
                    />
                </div>
                <button type="submit" id="paste-button" class="primary">{text(PageText::PasteButton)}</button>
            </form>
            <a id="notice-new" class="button" href=format!("{base}/") hidden>{text(PageText::NewSecret)}</a>
        </div>
    }
}

/// A button that copies something, and the place where it says how that went.
pub(super) fn copy_button(id: &'static str, class: &'static str, label: &'static str) -> impl IntoView + use<> {
    view! {
        <button type="button" id=id class=class>{label}</button>
        <span id=format!("{id}-note") class="note" role="status"></span>
    }
}

/// A field for a secret that was made up elsewhere. It is no password of this site: browsers and
/// password managers neither fill nor keep it.
pub(super) fn masked(
    id: &'static str,
    described_by: &'static str,
    placeholder: Option<&'static str>,
    required: Option<&'static str>,
) -> impl IntoView {
    view! {
        <input
            id=id
            class="code masked"
            type="text"
            placeholder=placeholder
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            data-1p-ignore=""
            data-bwignore=""
            data-lpignore="true"
            aria-required=required
            aria-describedby={described_by}
            {..custom_attribute("autocorrect", "off")}
        />
    }
}

/// Shows the passphrase, and hides it again.
pub(super) fn mask_button(language: &Language) -> impl IntoView + use<> {
    view! {
        <button type="button" id="show-passphrase" aria-controls="passphrase">
            {language.common.get(CommonText::Show)}
        </button>
    }
}

/// How far something is that takes longer than a moment; the island shows it then.
pub(super) fn progress(language: &Language) -> impl IntoView + use<> {
    view! { <progress id="progress" max="1" aria-label=(language.page)(PageText::Progress) hidden></progress> }
}

/// What is wrong, where it is read out at once.
pub(super) fn problem() -> impl IntoView {
    view! { <p id="problem" class="problem" role="alert"></p> }
}
