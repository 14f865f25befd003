//! Views that more than one island shows.

use crate::browser::copy::{Copied, copy};
use crate::browser::dom;
use crate::flow::words::{Notice, Offer};
use crate::text::{CommonText, Texts};
use leptos::prelude::*;
use std::rc::Rc;

/// What was done with a [`Notice`].
pub(super) enum Action {
    /// Its button was clicked.
    Button,
    /// A link was pasted into its box.
    Pasted(String),
}

/// A page that only says something.
pub(super) fn notice_view(
    notice: Notice,
    home: &str,
    texts: Texts<CommonText>,
    act: Rc<dyn Fn(Action)>,
) -> AnyView {
    let Notice { title, lines, offer } = notice;
    let offer = match offer {
        Offer::Wait => ().into_any(),
        Offer::New => view! { <a class="button" href=home.to_owned()>{texts.get(CommonText::NewSecret)}</a> }.into_any(),
        Offer::Button(label) => view! {
            <button type="button" class="primary" id="notice-button" on:click=move |_| act(Action::Button)>
                {label}
            </button>
        }
        .into_any(),
        Offer::Paste => paste_view(texts, act),
    };
    view! {
        <h1 id="title" tabindex="-1">{title}</h1>
        <div class="lines">{paragraphs(lines)}</div>
        {offer}
    }
    .into_any()
}

fn paste_view(texts: Texts<CommonText>, act: Rc<dyn Fn(Action)>) -> AnyView {
    view! {
        <form
            class="paste"
            on:submit=move |event| {
                event.prevent_default();
                act(Action::Pasted(dom::value("paste")));
            }
        >
            <label for="paste">{texts.get(CommonText::PasteLabel)}</label>
            <input
                id="paste"
                type="text"
                class="code"
                autocomplete="off"
                spellcheck="false"
                autocapitalize="off"
            />
            <button type="submit" class="primary" id="paste-button">
                {texts.get(CommonText::PasteButton)}
            </button>
        </form>
    }
    .into_any()
}

/// Texts as paragraphs.
pub(super) fn paragraphs(lines: Vec<String>) -> Vec<AnyView> {
    lines.into_iter().map(|line| view! { <p>{line}</p> }.into_any()).collect()
}

/// A button that copies what another element shows, and says how that went.
pub(super) fn copy_button(
    id: &'static str,
    source: &'static str,
    class: &'static str,
    label: &'static str,
    texts: Texts<CommonText>,
    copied: impl Fn() + Clone + 'static,
) -> AnyView {
    let outcome = RwSignal::new(None);
    let click = move |_| {
        let copied = copied.clone();
        copy(source, move |done| {
            outcome.set(Some(done));
            if done == Copied::Yes {
                copied();
                dom::after(2500, move || outcome.set(None));
            }
        });
    };
    let shown = move || match outcome.get() {
        Some(Copied::Yes) => texts.get(CommonText::Copied),
        _ => label,
    };
    let note = move || match outcome.get() {
        Some(Copied::Yes) => texts.get(CommonText::Copied),
        Some(Copied::Selected) => texts.get(CommonText::CopyFailed),
        None => "",
    };
    view! {
        <button type="button" id=id class=class class:done=move || outcome.get() == Some(Copied::Yes) on:click=click>
            {shown}
        </button>
        <span role="status" class="note" class:failed=move || outcome.get() == Some(Copied::Selected)>
            {note}
        </span>
    }
    .into_any()
}

/// What is wrong, where it is read out at once.
pub(super) fn problem(text: impl Fn() -> String + Send + 'static) -> AnyView {
    view! {
        <p class="problem" id="problem" role="alert">
            {text}
        </p>
    }
    .into_any()
}
