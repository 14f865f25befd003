//! The markup of `/s`.

mod fields;

use super::marks::marks;
use super::operator::{Operator, Text};
use super::parts::{copy_button, file_row, mask_button, masked, notice, problem, progress, rewritten};
use crate::ids::{Button, Id, open as id};
use crate::islands::Open;
use crate::text::{CommonText, Language, OpenText, PageText, fill};
use leptos::prelude::*;

/// What it found, what waits, what was inside.
pub(super) fn open(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let operator = operator.clone();
    view! {
        <Open>
            <section
                id=id::STATE
                class="card"
                data-state="starting"
                data-texts=language.open.joined()
                data-common=language.common.joined()
                data-base=operator.text(Text::Base)
                data-lease=operator.text(Text::Lease)
                data-product=operator.text(Text::Product)
            >
                {rewritten((language.page)(PageText::Rewritten), warning(language))}
                {marks()}
                {notice(language, &operator)}
                {reply(language)}
                {sealed(language, &operator)}
                {shown(language)}
            </section>
        </Open>
    }
}

/// A warning that the recipient can send back.
fn warning(language: &'static Language) -> impl IntoView {
    let text = language.page;
    let message = text(PageText::RewrittenMessage);
    view! {
        <p id=id::REWRITTEN_MESSAGE translate="no" data-text=message>{message}</p>
        <div>{copy_button(language, id::COPY_WARNING, id::COPY_WARNING_NOTE, "", text(PageText::CopyWarning))}</div>
    }
}

/// What a recipient who got nothing can send to the sender.
fn reply(language: &'static Language) -> impl IntoView {
    view! {
        <div id=id::REPLY_BOX class="reply" hidden>
            <p id=id::REPLY translate="no"></p>
            <div class="buttons">
                {copy_button(language, id::COPY_REPLY, id::COPY_REPLY_NOTE, "", (language.page)(PageText::CopyReply))}
            </div>
        </div>
    }
}

fn sealed(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    let product = operator.text(Text::Product);
    view! {
        <div id=id::SEALED class="stack" hidden>
            <h1 id=id::SEALED_TITLE tabindex="-1">{text(PageText::WaitingTitle)}</h1>
            <p class="from">{fill(text(PageText::WaitingFrom), &[("product", &product)])}</p>
            <div id=id::SEALED_LINES class="lines"></div>
            <form id=id::REVEAL_FORM class="stack" autocomplete="off">
                <div id=id::ASK class="field" hidden>
                    <p id=id::ASK_HELP>{text(PageText::AskPassphrase)}</p>
                    <label for=id::PASSPHRASE class="visually-hidden">{text(PageText::Passphrase)}</label>
                    <div class="joined">
                        {masked(id::PASSPHRASE, [id::ASK_HELP, id::PROBLEM], Some(text(PageText::Passphrase)), None)}
                        {mask_button(language)}
                    </div>
                </div>
                {problem()}
                {progress(language)}
                <button type="submit" id=id::REVEAL class="primary" disabled>
                    {language.open.get(OpenText::Reveal)}
                </button>
            </form>
            {destroy(id::DESTROY, id::DESTROY_NOW, PageText::DestroyTitle, PageText::DestroyText, language)}
        </div>
    }
}

fn shown(language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <div id=id::SHOWN class="stack" hidden>
            <h1 id=id::SHOWN_TITLE tabindex="-1">{text(PageText::ShownTitle)}</h1>
            <div id=id::ITEMS class="stack"></div>
            {fields::fields(language)}
            <div id=id::COPY_ROW class="buttons">
                {copy_button(
                    language,
                    id::COPY_SECRET,
                    id::COPY_SECRET_NOTE,
                    "primary",
                    language.open.get(OpenText::CopySecret),
                )}
                <button type="button" id=id::SAVE_TEXT>{language.open.get(OpenText::SaveText)}</button>
                <button type="button" id=id::HIDE aria-controls=id::ITEMS>{language.common.get(CommonText::Hide)}</button>
                <label id=id::WRAP_BOX class="switch" hidden>
                    <input type="checkbox" id=id::WRAP checked />
                    {text(PageText::Wrap)}
                </label>
            </div>
            <ul id=id::ATTACHED class="files" aria-label=text(PageText::Attached)></ul>
            <div id=id::SAVE_ALL_BOX class="buttons" hidden>
                <button type="button" id=id::SAVE_ALL>{text(PageText::SaveAll)}</button>
            </div>
            {text_row()}
            {file_row("save")}
            <p id=id::FATE class="fate" role="status"></p>
            {destroy(id::DESTROY_LEFT, id::DESTROY_LEFT_NOW, PageText::DestroyLeft, PageText::DestroyLeftText, language)}
        </div>
    }
}

/// A text that is shown: to be selected and copied as a whole, and never changed.
fn text_row() -> impl IntoView {
    view! {
        <template id=id::TEXT_ROW>
            <pre
                class="code secret"
                dir="auto"
                translate="no"
                tabindex="0"
                role="textbox"
                aria-readonly="true"
                aria-multiline="true"
                aria-labelledby=id::SHOWN_TITLE
            ></pre>
        </template>
    }
}

/// A second click is the question: whoever opens this sees what it means before there is a button.
fn destroy(id: Id, button: Id<Button>, title: PageText, means: PageText, language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <details id=id class="destroy">
            <summary>{text(title)}</summary>
            <div class="stack">
                <p>{text(means)}</p>
                <button type="button" id=button class="danger">{text(PageText::DestroyNow)}</button>
            </div>
        </details>
    }
}
