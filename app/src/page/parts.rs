//! Markup that more than one island needs.

use super::operator::Operator;
use crate::ids::{self, Button, Field, Id, any_page, create_or_open, create_or_receipt, open_or_receipt as id};
use crate::text::{CommonText, Language, PageText, ReceiptText};
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

/// That the key came in the path, and what can be done about it; the island shows it.
pub(super) fn rewritten(words: &'static str, remedy: impl IntoView + 'static) -> impl IntoView {
    view! {
        <div id=id::REWRITTEN class="stack" hidden>
            <p class="warning" role="alert">{words}</p>
            {remedy}
        </div>
    }
}

/// What a page that only says something consists of; the island fills it.
pub(super) fn notice(language: &Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    view! {
        <div id=id::NOTICE class="stack" aria-live="polite">
            <h1 id=id::TITLE tabindex="-1">{text(PageText::Loading)}</h1>
            <div id=id::LINES class="lines"></div>
            <button type="button" id=id::NOTICE_BUTTON class="primary" hidden></button>
            <form id=id::PASTE_FORM class="stack" autocomplete="off" hidden>
                <div class="field">
                    <label for=id::PASTE>{text(PageText::PasteLabel)}</label>
                    <input
                        id=id::PASTE
                        class="code"
                        type="text"
                        dir="ltr"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        {..custom_attribute("autocorrect", "off")}
                    />
                </div>
                <button type="submit" id=id::PASTE_BUTTON class="primary">{text(PageText::PasteButton)}</button>
            </form>
            <a id=id::NOTICE_NEW class="button" href=operator.home() hidden>{text(PageText::NewSecret)}</a>
        </div>
    }
}

/// A button that copies something, and the place where it says how that went. It has both of its labels besides
/// the one that it shows, which keep it as wide as it is.
pub(super) fn copy_button(
    language: &Language,
    button: Id<Button>,
    note: Id,
    class: &'static str,
    label: &'static str,
) -> impl IntoView + use<> {
    let copied = language.common.get(CommonText::Copied);
    view! {
        <button type="button" id=button class=["copy ", class].concat() data-label=label data-copied=copied>
            {label}
        </button>
        <span id=note class="note" role="status"></span>
    }
}

/// A field for a passphrase. It is no password of this site: browsers and password managers neither fill nor keep it.
pub(super) fn masked(
    id: Id<Field>,
    described_by: [Id; 2],
    placeholder: Option<&'static str>,
    required: Option<&'static str>,
) -> impl IntoView {
    view! {
        <input
            id=id
            class="code masked"
            type="text"
            dir="auto"
            placeholder=placeholder
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            data-1p-ignore=""
            data-bwignore=""
            data-lpignore="true"
            aria-required=required
            aria-describedby=ids::list(described_by)
            {..custom_attribute("autocorrect", "off")}
        />
    }
}

/// Shows the passphrase, and hides it again.
pub(super) fn mask_button(language: &Language) -> impl IntoView + use<> {
    view! {
        <button type="button" id=create_or_open::SHOW_PASSPHRASE aria-controls=create_or_open::PASSPHRASE>
            {language.common.get(CommonText::Show)}
        </button>
    }
}

/// What stands for a file in a list; the island fills it.
pub(super) fn file_row(class: &'static str) -> impl IntoView {
    view! {
        <template id=create_or_open::FILE_ROW>
            <li class="file">
                <bdi class="name" translate="no"></bdi>
                <span class="size"></span>
                <button type="button" class=class></button>
            </li>
        </template>
    }
}

/// How far something is that takes longer than a moment; the island shows it then.
pub(super) fn progress(language: &Language) -> impl IntoView + use<> {
    let text = language.page;
    view! {
        <progress id=create_or_open::PROGRESS max="1" aria-label=text(PageText::Progress) hidden></progress>
        <p
            id=create_or_open::SHARE_DONE
            class="help share-done"
            data-share=text(PageText::ShareDone)
            data-seconds=text(PageText::ShareDoneSeconds)
            data-minutes=text(PageText::ShareDoneMinutes)
        ></p>
    }
}

/// Destroying a secret as its sender: a button that asks first.
pub(super) fn destroy_as_sender(language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <button type="button" id=create_or_receipt::DESTROY class="danger" hidden>{text(PageText::DestroyReceipt)}</button>
        <div
            id=create_or_receipt::CONFIRM
            class="confirm"
            role="group"
            aria-labelledby=create_or_receipt::DESTROY_QUESTION
            hidden
        >
            <p id=create_or_receipt::DESTROY_QUESTION>{text(PageText::DestroyQuestion)}</p>
            <div class="buttons">
                <button type="button" id=create_or_receipt::DESTROY_CONFIRM class="danger solid">
                    {language.receipt.get(ReceiptText::DestroyConfirm)}
                </button>
                <button type="button" id=create_or_receipt::DESTROY_KEEP>{text(PageText::DestroyKeep)}</button>
            </div>
        </div>
    }
}

/// What is wrong, where it is read out at once.
pub(super) fn problem() -> impl IntoView {
    view! { <p id=any_page::PROBLEM class="problem" role="alert"></p> }
}
