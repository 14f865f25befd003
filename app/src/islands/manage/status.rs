//! A secret's status, and burning it.

use super::super::parts::{paragraphs, problem};
use super::Island;
use crate::browser::clock::BrowserClock;
use crate::flow::manage::{Event, State, Step, words};
use crate::flow::words::Clock as _;
use crate::text::ManageText;
use ashlink_core::api::State as SecretState;
use ashlink_core::message::Status;
use leptos::prelude::*;

impl Island {
    pub(super) fn status(self) -> AnyView {
        let texts = self.texts;
        let status = Memo::new(move |_| {
            self.managing.with(|managing| match &managing.state {
                State::Known { status, .. } => Some(status.clone()),
                _ => None,
            })
        });
        let step = Memo::new(move |_| {
            self.managing.with(|managing| match managing.state {
                State::Known { step, .. } => step,
                _ => Step::Idle,
            })
        });
        let trouble = move || {
            self.managing.with(|managing| match managing.state {
                State::Known { trouble: Some(trouble), .. } => texts.get(trouble.words()).to_owned(),
                _ => String::new(),
            })
        };
        let waiting =
            move || status.with(|status| status.as_ref().is_some_and(|it| it.state == SecretState::Waiting));
        let title = move || status.with(|status| status.as_ref().map_or("", |it| texts.get(words(it).0)));
        let line = move || status.with(|status| status.as_ref().map_or("", |it| texts.get(words(it).1)));
        let facts = move || status.with(|status| status.as_ref().map(|status| self.facts(status)));
        view! {
            <h1 id="title" tabindex="-1" role="status">{title}</h1>
            <div class="lines"><p>{line}</p></div>
            <dl class="facts">{facts}</dl>
            {problem(trouble)}
            {move || waiting().then(|| self.burning(step.get()))}
            <p class="help">{texts.get(ManageText::CannotShow)}</p>
        }
        .into_any()
    }

    fn facts(self, status: &Status) -> Vec<AnyView> {
        let texts = self.texts;
        let moment = |time: i64| BrowserClock.moment(time);
        let waiting = status.state == SecretState::Waiting;
        let mut facts = Vec::new();
        if let Some(created) = status.created_at {
            facts.push(fact(texts.get(ManageText::Created), vec![moment(created)]));
        }
        let expires = if waiting { ManageText::Expires } else { ManageText::Expired };
        if status.state != SecretState::Expired {
            facts.push(fact(texts.get(expires), vec![moment(status.expires_at)]));
        }
        if let (false, Some(ended)) = (waiting, status.ended_at) {
            facts.push(fact(texts.get(ManageText::Ended), vec![moment(ended)]));
        }
        let opened = match status.opened_at.is_empty() {
            true => vec![texts.get(ManageText::NotYet).to_owned()],
            false => status.opened_at.iter().map(|time| moment(*time)).collect(),
        };
        facts.push(fact(texts.get(ManageText::Opened), opened));
        if let Some(max) = status.max_views {
            let used = status.opened_at.len().to_string();
            let views = texts.fill(ManageText::ViewsUsed, &[("used", &used), ("max", &max.to_string())]);
            facts.push(fact(texts.get(ManageText::Views), vec![views]));
        }
        facts
    }

    fn burning(self, step: Step) -> AnyView {
        let texts = self.texts;
        match step {
            Step::Idle | Step::Checking => view! {
                <button type="button" id="burn" class="danger" on:click=move |_| self.send(Event::Burn)>
                    {texts.get(ManageText::Burn)}
                </button>
            }
            .into_any(),
            Step::Asking | Step::Burning => {
                let busy = step == Step::Burning;
                let label = if busy { ManageText::Burning } else { ManageText::BurnConfirm };
                view! {
                    <div class="confirm" role="group" aria-labelledby="burn-question">
                        <p id="burn-question">{texts.get(ManageText::BurnQuestion)}</p>
                        <div class="buttons">
                            <button
                                type="button"
                                id="burn-confirm"
                                class="danger solid"
                                disabled=busy
                                on:click=move |_| self.send(Event::Confirm)
                            >
                                {texts.get(label)}
                            </button>
                            <button type="button" id="burn-keep" disabled=busy on:click=move |_| self.send(Event::Keep)>
                                {texts.get(ManageText::BurnKeep)}
                            </button>
                        </div>
                    </div>
                }
                .into_any()
            }
        }
    }
}

fn fact(name: &'static str, values: Vec<String>) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{paragraphs(values)}</dd>
        </div>
    }
    .into_any()
}
