//! The markup of `/m`.

use super::parts::{notice, problem};
use crate::ids::manage as id;
use crate::islands::Manage;
use crate::text::{Language, ManageText, PageText};
use leptos::prelude::*;

/// What it found, and a secret's status.
pub(super) fn manage(language: &'static Language, base: &str) -> impl IntoView + use<> {
    let base = base.to_owned();
    view! {
        <Manage>
            <section
                id=id::STATE
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
        (id::FACT_CREATED, id::CREATED, PageText::FactCreated),
        (id::FACT_EXPIRES, id::EXPIRES, PageText::FactExpires),
        (id::FACT_LAPSED, id::LAPSED, PageText::FactLapsed),
        (id::FACT_OPENED, id::OPENED, PageText::FactOpened),
        (id::FACT_ENDED, id::ENDED, PageText::FactEnded),
        (id::FACT_VIEWS, id::VIEWS, PageText::FactViews),
        (id::FACT_TRIES, id::TRIES, PageText::FactTries),
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
            {problem()}
            <button type="button" id=id::BURN class="danger" hidden>{text(PageText::Burn)}</button>
            <div id=id::CONFIRM class="confirm" role="group" aria-labelledby=id::BURN_QUESTION hidden>
                <p id=id::BURN_QUESTION>{text(PageText::BurnQuestion)}</p>
                <div class="buttons">
                    <button type="button" id=id::BURN_CONFIRM class="danger solid">
                        {language.manage.get(ManageText::BurnConfirm)}
                    </button>
                    <button type="button" id=id::BURN_KEEP>{text(PageText::BurnKeep)}</button>
                </div>
            </div>
            <p class="help">{text(PageText::CannotShow)}</p>
        </div>
    }
}
