//! Header, notices, the page's island, footer.

use super::Page;
use super::about::about;
use super::create::create;
use super::marks::marks;
use super::open::open;
use super::operator::{Condition, Operator, Text};
use super::receipt::receipt;
use super::reference;
use crate::ids::any_page as id;
use crate::text::{Language, PageText, fill};
use leptos::prelude::*;

/// The body of a page.
pub(super) fn body(page: Page, language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    view! {
        <header>
            <a
                class="brand"
                href=operator.home()
                aria-label=fill(text(PageText::Home), &[("product", &operator.text(Text::Product))])
            >
                {brand(operator)}
            </a>
        </header>
        <main>
            {notices(&page, language)}
            {content(page, language, operator)}
        </main>
        <footer>
            <p>
                {text(PageText::Footer)} " "
                // In a tab of its own: nobody loses what they typed or have just been shown.
                <a href=operator.text(Text::Base) + "/about" target="_blank" rel="noopener">{text(PageText::AboutLink)}</a>
            </p>
            {legal(language, operator)}
        </footer>
    }
}

/// The site's name as a logo, or beside the mark.
fn brand(operator: &Operator) -> AnyView {
    let name = operator.text(Text::Product);
    operator.either(
        Condition::HasLogo,
        // As high as the mark and its name, so that nothing moves when it arrives.
        || view! { <img class="logo" src=operator.text(Text::Logo) alt=name.clone() height="36" /> },
        || {
            view! {
                {mark()}
                <span>{name.clone()}</span>
            }
        },
    )
}

/// Links to what the operator has to say elsewhere.
fn legal(language: &Language, operator: &Operator) -> AnyView {
    let text = language.page;
    let link = |condition, url, label| {
        let (url, label) = (operator.text(url), text(label));
        operator.when(condition, || view! { <a href=url target="_blank" rel="noopener noreferrer">{label}</a> })
    };
    operator.when(Condition::HasLegal, || {
        view! {
            <p class="legal">
                {link(Condition::HasImprint, Text::Imprint, PageText::Imprint)}
                {link(Condition::HasPrivacy, Text::Privacy, PageText::Privacy)}
            </p>
        }
    })
}

/// A spark over its ash.
fn mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <path
                class="ember"
                d="M16 3c1 5 7 7.500 7 14a7 7 0 0 1-14 0c0-3.500 2-5.500 3-8 1 1.500 1.800 2.400 2.600 3C15.500 9 15 6 16 3z"
            />
            <path class="ash" d="M6 27.500h20" />
        </svg>
    }
}

/// What can be said without any island: hidden until `boot.js` finds that it is true.
fn notices(page: &Page, language: &'static Language) -> impl IntoView + use<> {
    let text = language.page;
    let slow = match page {
        Page::Create => PageText::Slow,
        Page::Open | Page::Receipt => PageText::SlowLink,
        Page::About | Page::Reference(_) | Page::NotFound => return ().into_any(),
    };
    view! {
        <noscript>
            <p class="warning">{text(PageText::NoScript)}</p>
        </noscript>
        <p class="warning" id=id::NO_WASM role="alert" hidden>{text(PageText::NoWasm)}</p>
        <p class="warning" id=id::LOAD_FAILED role="alert" hidden>{text(PageText::LoadFailed)}</p>
        <p class="warning" id=id::INSECURE hidden>{text(PageText::Insecure)}</p>
        <p class="warning late" id=id::SLOW>{text(slow)}</p>
    }
    .into_any()
}

fn content(page: Page, language: &'static Language, operator: &Operator) -> AnyView {
    match page {
        Page::Create => create(language, operator).into_any(),
        Page::Open => open(language, operator).into_any(),
        Page::Receipt => receipt(language, operator).into_any(),
        Page::About => about(language, operator).into_any(),
        Page::Reference(api) => reference::view(language, operator, *api).into_any(),
        Page::NotFound => not_found(language, operator).into_any(),
    }
}

fn not_found(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    view! {
        <section class="card stack" data-state="unknown">
            {marks()}
            <h1>{text(PageText::NotFoundTitle)}</h1>
            <div class="lines"><p>{text(PageText::NotFoundText)}</p></div>
            <div class="buttons">
                // Without a key, the page there asks for the link.
                <a class="button primary" href=operator.text(Text::Base) + "/s">{text(PageText::NotFoundPaste)}</a>
                <a class="button" href=operator.home()>{text(PageText::NewSecret)}</a>
            </div>
        </section>
    }
}
