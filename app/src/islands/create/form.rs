//! The form.

use super::super::parts::{copy_button, problem};
use super::Island;
use crate::flow::create::{Problem, State};
use crate::flow::words::duration;
use crate::text::CreateText;
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

/// Lifetimes to choose from, in seconds.
const PRESETS: [u64; 4] = [3600, 86_400, 604_800, 2_592_000];
/// The value of the choice to type one.
const CUSTOM: &str = "custom";

impl Island {
    pub(super) fn form(self) -> AnyView {
        let texts = self.texts;
        let ready = move || self.state.with(|state| matches!(state, State::Editing(_)));
        let trouble = move || {
            self.state.with(|state| match state {
                State::Editing(Some(problem)) => problem.words(&self.limits, texts, self.common),
                State::Broken => texts.get(CreateText::Broken).to_owned(),
                _ => String::new(),
            })
        };
        let label = move || {
            texts.get(self.state.with(|state| match state {
                State::Storing { .. } => CreateText::Storing,
                State::Editing(Some(Problem::Fault(_))) => CreateText::TryAgain,
                _ => CreateText::Create,
            }))
        };
        let keydown = move |event: web_sys::KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                self.submit();
            }
        };
        view! {
            <form
                id="create-form"
                novalidate
                autocomplete="off"
                on:submit=move |event| {
                    event.prevent_default();
                    self.submit();
                }
                on:keydown=keydown
            >
                <label for="secret" class="visually-hidden">{texts.get(CreateText::SecretLabel)}</label>
                <textarea
                    id="secret"
                    class="code"
                    rows="5"
                    placeholder=texts.get(CreateText::SecretHint)
                    aria-describedby="problem"
                    autocomplete="off"
                    {..custom_attribute("autocorrect", "off")}
                    autocapitalize="off"
                    spellcheck="false"
                    data-1p-ignore=""
                    data-lpignore="true"
                    data-gramm="false"
                ></textarea>
                {self.lifetime()}
                {(self.limits.max_views > 1).then(|| self.views())}
                {self.passphrase()}
                {problem(trouble)}
                <button type="submit" id="create" class="primary wide" disabled=move || !ready()>
                    {label}
                </button>
            </form>
        }
        .into_any()
    }

    fn lifetime(self) -> AnyView {
        let texts = self.texts;
        let limits = self.limits;
        let custom = RwSignal::new(false);
        let mut presets: Vec<_> = PRESETS.into_iter().chain([limits.default_ttl]).collect();
        presets.retain(|secs| (limits.min_ttl..=limits.max_ttl).contains(secs));
        presets.sort_unstable();
        presets.dedup();
        let choices: Vec<_> = presets
            .into_iter()
            .map(|secs| {
                let label = duration(secs, self.common);
                choice(secs.to_string(), label, secs == limits.default_ttl, move || custom.set(false))
            })
            .chain([choice(CUSTOM.to_owned(), texts.get(CreateText::Custom).to_owned(), false, move || custom.set(true))])
            .collect();
        let unit = |value, key| view! { <option value=value>{texts.get(key)}</option> };
        view! {
            <fieldset class="row">
                <legend>{texts.get(CreateText::Expires)}</legend>
                <div class="choices">{choices}</div>
                <div class="custom" id="custom" hidden=move || !custom.get()>
                    <input
                        id="custom-number"
                        type="number"
                        min="1"
                        value="12"
                        inputmode="numeric"
                        aria-label=texts.get(CreateText::CustomNumber)
                    />
                    <select id="custom-unit" aria-label=texts.get(CreateText::CustomUnit)>
                        {unit("hours", CreateText::UnitHours)}
                        {unit("minutes", CreateText::UnitMinutes)}
                        {unit("days", CreateText::UnitDays)}
                    </select>
                </div>
            </fieldset>
        }
        .into_any()
    }

    fn views(self) -> AnyView {
        view! {
            <div class="row">
                <label for="views">{self.texts.get(CreateText::Views)}</label>
                <span class="times">
                    <input
                        id="views"
                        type="number"
                        min="1"
                        max=self.limits.max_views.to_string()
                        value="1"
                        inputmode="numeric"
                    />
                    <span aria-hidden="true">"×"</span>
                </span>
            </div>
        }
        .into_any()
    }

    fn passphrase(self) -> AnyView {
        let texts = self.texts;
        let shown = RwSignal::new(false);
        let kind = move || if shown.get() { "text" } else { "password" };
        let toggle = move || texts.get(if shown.get() { CreateText::Hide } else { CreateText::Show });
        let busy = move || self.state.with(|state| !matches!(state, State::Editing(_)));
        view! {
            <details class="row" id="protect">
                <summary>{texts.get(CreateText::Passphrase)}</summary>
                <label for="passphrase" class="visually-hidden">{texts.get(CreateText::PassphraseLabel)}</label>
                <div class="joined">
                    <input
                        id="passphrase"
                        class="code"
                        type=kind
                        autocomplete="new-password"
                        autocapitalize="off"
                        spellcheck="false"
                        data-1p-ignore=""
                        data-lpignore="true"
                        aria-describedby="passphrase-help"
                    />
                    <button
                        type="button"
                        id="show-passphrase"
                        aria-controls="passphrase"
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {toggle}
                    </button>
                </div>
                <div class="buttons">
                    <button type="button" id="generate" disabled=busy on:click=move |_| self.generate(shown)>
                        {texts.get(CreateText::Generate)}
                    </button>
                    {copy_button(
                        "copy-passphrase",
                        "passphrase",
                        "",
                        texts.get(CreateText::CopyPassphrase),
                        self.common,
                        || (),
                    )}
                </div>
                <p class="help" id="passphrase-help">{texts.get(CreateText::PassphraseHelp)}</p>
            </details>
        }
        .into_any()
    }
}

fn choice(value: String, label: String, checked: bool, chosen: impl Fn() + 'static) -> AnyView {
    view! {
        <label class="choice">
            <input type="radio" name="lifetime" value=value checked=checked on:change=move |_| chosen() />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
