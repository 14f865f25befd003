//! The markup of `/m`.

use super::parts::{notice, problem};
use crate::islands::Manage;
use crate::text::{Language, ManageText, PageText};
use leptos::prelude::*;

/// What it found, and a secret's status.
pub(super) fn manage(language: &'static Language, base: &str) -> impl IntoView + use<> {
    let base = base.to_owned();
    view! {
        <Manage>
            <section
                id="state"
                class="card"
                data-state="starting"
                data-texts=language.manage.joined()
                data-common=language.common.joined()
                data-base=base.clone()
            >
                {notice(language, &base)}
                {known(language)}
            </section>
        </Manage>
    }
}

fn known(language: &'static Language) -> impl IntoView {
    let text = language.page;
    let facts = [
        ("created", PageText::FactCreated),
        ("expires", PageText::FactExpires),
        ("lapsed", PageText::FactLapsed),
        ("opened", PageText::FactOpened),
        ("ended", PageText::FactEnded),
        ("views", PageText::FactViews),
        ("tries", PageText::FactTries),
    ]
    .map(|(id, key)| {
        view! {
            <div id=format!("fact-{id}") hidden>
                <dt>{text(key)}</dt>
                <dd id=id></dd>
            </div>
        }
    });
    view! {
        <div id="known" class="stack" hidden>
            <div aria-live="polite" class="lines">
                <h1 id="known-title" tabindex="-1"></h1>
                <p id="known-line"></p>
                <p id="guessing" class="warning" hidden></p>
            </div>
            <dl class="facts">{facts.into_iter().collect_view()}</dl>
            {problem()}
            <button type="button" id="burn" class="danger" hidden>{text(PageText::Burn)}</button>
            <div id="confirm" class="confirm" role="group" aria-labelledby="burn-question" hidden>
                <p id="burn-question">{text(PageText::BurnQuestion)}</p>
                <div class="buttons">
                    <button type="button" id="burn-confirm" class="danger solid">
                        {language.manage.get(ManageText::BurnConfirm)}
                    </button>
                    <button type="button" id="burn-keep">{text(PageText::BurnKeep)}</button>
                </div>
            </div>
            <p class="help">{text(PageText::CannotShow)}</p>
        </div>
    }
}
