//! The markup of `/m`.

use super::marks::marks;
use super::operator::{Operator, Text};
use super::parts::{destroy_as_sender, notice, problem, rewritten};
use crate::ids::receipt as id;
use crate::islands::Receipt;
use crate::text::{Language, PageText};
use leptos::prelude::*;

/// What it found, and a secret's status.
pub(super) fn receipt(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let operator = operator.clone();
    view! {
        <Receipt>
            <section
                id=id::STATE
                class="card"
                data-state="starting"
                data-texts=language.receipt.joined()
                data-common=language.common.joined()
                data-base=operator.text(Text::Base)
                data-product=operator.text(Text::Product)
            >
                {rewritten((language.page)(PageText::RewrittenReceipt), ())}
                // Whoever was sent this by mistake learns it before anything else.
                <p class="whose">{(language.page)(PageText::Whose)}</p>
                {marks()}
                {notice(language, &operator)}
                {known(language, &operator)}
            </section>
        </Receipt>
    }
}

fn known(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    let facts = [
        (id::FACT_CREATED, id::CREATED, PageText::FactCreated),
        (id::FACT_EXPIRES, id::EXPIRES, PageText::FactExpires),
        (id::FACT_LAPSED, id::LAPSED, PageText::FactLapsed),
        (id::FACT_OPENED, id::OPENED, PageText::FactOpened),
        (id::FACT_ENDED, id::ENDED, PageText::FactEnded),
        (id::FACT_VIEWS, id::VIEWS, PageText::FactViews),
        (id::FACT_ATTEMPTS, id::ATTEMPTS, PageText::FactAttempts),
    ]
    .map(|(row, value, key)| {
        view! {
            <div id=row hidden>
                <dt>{text(key)}</dt>
                <dd id=value></dd>
            </div>
        }
    });
    view! {
        <div id=id::KNOWN class="stack" hidden>
            <div aria-live="polite" class="lines">
                <h1 id=id::KNOWN_TITLE tabindex="-1"></h1>
                <p id=id::KNOWN_LINE></p>
                <p id=id::GUESSING class="warning" hidden></p>
            </div>
            <dl class="facts">{facts.into_iter().collect_view()}</dl>
            <div id=id::NOTIFY_BOX class="buttons" hidden>
                <button type="button" id=id::NOTIFY>{text(PageText::Notify)}</button>
                <p id=id::NOTIFY_NOTE class="help" role="status"></p>
            </div>
            {problem()}
            {destroy_as_sender(language)}
            <p class="help">{text(PageText::CannotShow)}</p>
            <a id=id::KNOWN_NEW class="button" href=operator.home() hidden>{text(PageText::NewSecret)}</a>
        </div>
    }
}
