//! The markup of `/s`.

use super::parts::{copy_button, mask_button, masked, notice, problem, progress};
use crate::islands::Open;
use crate::text::{Language, OpenText, PageText};
use leptos::prelude::*;

/// What it found, what waits, what was inside.
pub(super) fn open(language: &'static Language, base: &str, lease: u64) -> impl IntoView + use<> {
    let base = base.to_owned();
    view! {
        <Open>
            <section
                id="state"
                class="card"
                data-state="starting"
                data-texts=language.open.joined()
                data-common=language.common.joined()
                data-base=base.clone()
                data-lease=lease.to_string()
            >
                {notice(language, &base)}
                {sealed(language)}
                {shown(language)}
            </section>
        </Open>
    }
}

fn sealed(language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <div id="sealed" class="stack" hidden>
            <h1 id="sealed-title" tabindex="-1">{text(PageText::WaitingTitle)}</h1>
            <div id="sealed-lines" class="lines"></div>
            <form id="reveal-form" class="stack" autocomplete="off">
                <div id="ask" class="field" hidden>
                    <p id="ask-help">{text(PageText::AskPassphrase)}</p>
                    <label for="passphrase" class="visually-hidden">{text(PageText::Passphrase)}</label>
                    <div class="joined">
                        {masked("passphrase", "ask-help problem", Some(text(PageText::Passphrase)), None)}
                        {mask_button(language)}
                    </div>
                </div>
                {problem()}
                {progress(language)}
                <button type="submit" id="reveal" class="primary" disabled>
                    {language.open.get(OpenText::Reveal)}
                </button>
            </form>
            {destroy("destroy", "destroy-now", PageText::DestroyTitle, PageText::DestroyText, language)}
        </div>
    }
}

fn shown(language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <div id="shown" class="stack" hidden>
            <h1 id="shown-title" tabindex="-1">{text(PageText::ShownTitle)}</h1>
            <div id="items" class="stack"></div>
            <div id="copy-row" class="stack">{copy_button("copy-secret", "primary", text(PageText::CopySecret))}</div>
            <ul id="attached" class="files" aria-label=text(PageText::Attached)></ul>
            <p id="fate" class="fate" role="status"></p>
            {destroy("destroy-left", "destroy-left-now", PageText::DestroyLeft, PageText::DestroyLeftText, language)}
        </div>
    }
}

/// A second click is the question: whoever opens this sees what it means before there is a button.
fn destroy(
    id: &'static str,
    button: &'static str,
    title: PageText,
    means: PageText,
    language: &'static Language,
) -> impl IntoView {
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
