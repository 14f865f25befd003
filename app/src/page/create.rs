//! The markup of `/`.

use super::parts::{copy_button, mask_button, masked, problem, progress};
use crate::flow::create::{Kind, Limits, Unit};
use crate::flow::words::duration;
use crate::islands::Create;
use crate::text::{CreateText, Language, PageText, fill};
use ashlink_core::api::{BurnAfter, Config};
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

/// Lifetimes to choose from, in seconds.
const PRESETS: [u64; 4] = [3600, 86_400, 604_800, 2_592_000];

/// Intro, form and result.
pub(super) fn create(language: &'static Language, base: &str, config: &Config) -> impl IntoView + use<> {
    let text = language.page;
    let link_base = config.public_url.clone().unwrap_or_else(|| base.to_owned());
    let (limits, token_required) = (limits(config), config.token_required);
    // The island never learns the name: it gets its texts with the name in them.
    let texts = fill(language.create.joined(), &[("product", &config.product_name)]);
    let notice = config.notice.clone().map(|notice| view! { <p id="operator" class="operator">{notice}</p> });
    view! {
        <Create>
            <div id="intro" class="intro">
                <h1>{text(PageText::CreateTitle)}</h1>
                <p>{text(PageText::CreateLead)}</p>
                {notice}
            </div>
            <section
                id="state"
                class="card"
                data-state="starting"
                data-texts=texts
                data-common=language.common.joined()
                data-limits=limits.to_text()
                data-base=link_base
            >
                {form(language, limits, token_required)}
                {done(language)}
            </section>
        </Create>
    }
}

fn form(language: &'static Language, limits: Limits, token_required: bool) -> impl IntoView {
    let text = language.page;
    view! {
        <div id="form">
            <form id="create-form" class="stack" novalidate autocomplete="off">
                // Everything that is sent.
                <div id="fields" class="stack">
                    <div>
                        <label for="secret" class="visually-hidden">{text(PageText::SecretLabel)}</label>
                        // What is typed before the island lives stays: it is only read when it is sent.
                        <textarea
                            id="secret"
                            class="code"
                            rows="5"
                            placeholder=text(PageText::SecretHint)
                            aria-describedby="problem"
                            autofocus
                            autocomplete="off"
                            autocapitalize="off"
                            spellcheck="false"
                            data-1p-ignore=""
                            data-bwignore=""
                            data-lpignore="true"
                            data-gramm="false"
                            {..custom_attribute("autocorrect", "off")}
                        ></textarea>
                        // Around the list, since what is shown together with its region is not read out.
                        <div aria-live="polite">
                            <ul id="files" class="files" aria-label=text(PageText::Attached) hidden></ul>
                        </div>
                    </div>
                    <div class="tools">
                        <button type="button" id="attach" disabled>{text(PageText::Attach)}</button>
                        <input id="attach-field" type="file" multiple hidden />
                        {generator(language)}
                    </div>
                    {lifetime(language, limits)}
                    {views(language, limits)}
                    {protection(language, limits)}
                    {token(language, token_required)}
                </div>
                {problem()}
                {progress(language)}
                <button type="submit" id="create" class="primary" disabled>
                    {language.create.get(CreateText::Create)}
                </button>
            </form>
        </div>
    }
}

fn generator(language: &'static Language) -> impl IntoView {
    let text = language.page;
    let alphabet = |id: &'static str, label| choice(view! { <input type="checkbox" id=id checked /> }, text(label));
    let kind = |value: &'static str, label, checked| {
        choice(view! { <input type="radio" name="kind" value=value checked=checked /> }, text(label))
    };
    view! {
        <details id="generator">
            <summary>{text(PageText::Generator)}</summary>
            <div class="panel stack">
                <fieldset class="row">
                    <legend>{text(PageText::GeneratorKind)}</legend>
                    <div id="kinds" class="choices">
                        {kind("characters", PageText::Characters, true)} {kind("words", PageText::Words, false)}
                    </div>
                </fieldset>
                <fieldset id="alphabets" class="row">
                    <legend>{text(PageText::Alphabets)}</legend>
                    <div class="choices">
                        {alphabet("lower", PageText::Lower)} {alphabet("upper", PageText::Upper)}
                        {alphabet("digits", PageText::Digits)} {alphabet("symbols", PageText::Symbols)}
                    </div>
                </fieldset>
                <div class="row">
                    <label for="count">{text(PageText::Count)}</label>
                    <span class="times">
                        <input
                            id="count"
                            type="number"
                            min="1"
                            value=Kind::Characters.default_count().to_string()
                            inputmode="numeric"
                            aria-describedby="problem"
                        />
                    </span>
                    <button type="button" id="insert" disabled>{text(PageText::Insert)}</button>
                </div>
            </div>
        </details>
    }
}

fn lifetime(language: &'static Language, limits: Limits) -> impl IntoView {
    let text = language.page;
    let mut presets: Vec<_> = PRESETS.into_iter().chain([limits.default_ttl]).collect();
    presets.retain(|secs| (limits.min_ttl..=limits.max_ttl).contains(secs));
    presets.sort_unstable();
    presets.dedup();
    let preset = |value: String, label, checked| {
        choice(view! { <input type="radio" name="lifetime" value=value checked=checked /> }, label)
    };
    // Where there is only one lifetime, there is no other.
    let custom = (limits.min_ttl < limits.max_ttl).then(|| ("custom".to_owned(), text(PageText::Custom).to_owned()));
    let choices: Vec<_> = presets
        .into_iter()
        .map(|secs| (secs.to_string(), duration(secs, language.common)))
        .chain(custom)
        .map(|(value, label)| {
            let checked = value == limits.default_ttl.to_string();
            preset(value, label, checked)
        })
        .collect();
    let (number, proposed) = proposal(&limits);
    let unit = |unit, value: &'static str, label| {
        view! { <option value=value selected=unit == proposed>{text(label)}</option> }
    };
    view! {
        <fieldset class="row">
            <legend>{text(PageText::Expires)}</legend>
            <div id="choices" class="choices">{choices}</div>
            <div id="custom" class="custom" hidden>
                <input
                    id="custom-number"
                    type="number"
                    min="1"
                    value=number.to_string()
                    inputmode="numeric"
                    aria-label=text(PageText::CustomNumber)
                    aria-describedby="problem"
                />
                <select id="custom-unit" aria-label=text(PageText::CustomUnit)>
                    {unit(Unit::Minutes, "minutes", PageText::UnitMinutes)}
                    {unit(Unit::Hours, "hours", PageText::UnitHours)}
                    {unit(Unit::Days, "days", PageText::UnitDays)}
                </select>
            </div>
        </fieldset>
    }
}

/// What stands in the field for a lifetime of one's own at first: 12 hours, or where that is not
/// allowed the one that is proposed.
fn proposal(limits: &Limits) -> (u64, Unit) {
    const SECS: u64 = 12 * Unit::Hours.secs();
    let is_allowed = (limits.min_ttl..=limits.max_ttl).contains(&SECS);
    let secs = if is_allowed { SECS } else { limits.default_ttl };
    let unit = [Unit::Days, Unit::Hours].into_iter().find(|unit| secs.is_multiple_of(unit.secs()));
    let unit = unit.unwrap_or(Unit::Minutes);
    (secs / unit.secs(), unit)
}

/// A radio button or box that looks like what it stands for.
fn choice(input: impl IntoView, label: impl IntoView) -> impl IntoView {
    view! {
        <label class="choice">
            {input}
            <span>{label}</span>
        </label>
    }
}

fn views(language: &'static Language, limits: Limits) -> impl IntoView {
    view! {
        <div class="row" hidden=limits.max_views == 1>
            <label for="views">{(language.page)(PageText::Views)}</label>
            <span class="times">
                <input
                    id="views"
                    type="number"
                    min="1"
                    max=limits.max_views.to_string()
                    value="1"
                    inputmode="numeric"
                    aria-describedby="problem"
                />
                <span aria-hidden="true">{(language.page)(PageText::Times)}</span>
            </span>
        </div>
    }
}

/// Offered, or always there where a secret needs one.
fn protection(language: &'static Language, limits: Limits) -> AnyView {
    let text = language.page;
    if !limits.passphrase_required {
        return view! {
            <details id="protect">
                <summary>{text(PageText::AddPassphrase)}</summary>
                <div class="stack">
                    <label for="passphrase" class="visually-hidden">{text(PageText::Passphrase)}</label>
                    {passphrase(language, None)}
                </div>
            </details>
        }
        .into_any();
    }
    view! {
        <div id="protect" class="wanted stack">
            <label for="passphrase">{text(PageText::PassphraseWanted)}</label>
            {passphrase(language, Some("true"))}
        </div>
    }
    .into_any()
}

fn passphrase(language: &'static Language, required: Option<&'static str>) -> impl IntoView {
    let text = language.page;
    view! {
        <div class="joined">
            {masked("passphrase", "passphrase-help problem", None, required)}
            {mask_button(language)}
        </div>
        <div class="buttons">
            <button type="button" id="generate" disabled>{text(PageText::Generate)}</button>
            {copy_button("copy-passphrase", "", text(PageText::CopyPassphrase))}
        </div>
        <p id="passphrase-help" class="help">{text(PageText::PassphraseHelp)}</p>
        <div class="fragile">
            {choice(
                view! { <input type="checkbox" id="fragile" aria-describedby="burn-after-help" /> },
                text(PageText::BurnAfter),
            )}
            <span class="times">
                <input
                    id="burn-after"
                    type="number"
                    min=BurnAfter::MIN.get().to_string()
                    max=BurnAfter::MAX.get().to_string()
                    value="10"
                    inputmode="numeric"
                    aria-label=text(PageText::BurnAfterNumber)
                    aria-describedby="problem"
                />
                <span aria-hidden="true">{text(PageText::BurnAfterTries)}</span>
            </span>
        </div>
        <p id="burn-after-help" class="help">{text(PageText::BurnAfterHelp)}</p>
    }
}

/// For the server's own token; hidden until it is wanted.
fn token(language: &'static Language, required: bool) -> impl IntoView {
    let text = language.page;
    view! {
        <div id="token-box" class="field" hidden=!required>
            <label for="token">{text(PageText::Token)}</label>
            {masked("token", "token-help problem", None, None)}
            <p id="token-help" class="help">{text(PageText::TokenHelp)}</p>
        </div>
    }
}

fn done(language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <div id="done" class="stack" hidden>
            <h1 id="done-title" tabindex="-1">{text(PageText::DoneTitle)}</h1>
            <div class="field">
                <label for="link">{text(PageText::LinkLabel)}</label>
                <textarea id="link" class="code" rows="2" readonly autocomplete="off" spellcheck="false"></textarea>
            </div>
            <div class="buttons">
                {copy_button("copy-link", "primary", text(PageText::CopyLink))}
                <button type="button" id="share" hidden>{text(PageText::Share)}</button>
            </div>
            <p id="fate" class="fate"></p>
            <div id="also" class="also stack" hidden>
                <label for="sent-passphrase">{text(PageText::SendPassphrase)}</label>
                <div class="joined">
                    <input id="sent-passphrase" class="code" type="text" readonly autocomplete="off" />
                    {copy_button("copy-sent-passphrase", "", text(PageText::CopyPassphrase))}
                </div>
            </div>
            <details id="message-box">
                <summary>{text(PageText::MessageTitle)}</summary>
                <div class="stack">
                    <textarea
                        id="message"
                        rows="9"
                        readonly
                        autocomplete="off"
                        spellcheck="false"
                        aria-label=text(PageText::MessageTitle)
                    ></textarea>
                    <div class="buttons">{copy_button("copy-message", "", text(PageText::CopyMessage))}</div>
                </div>
            </details>
            <details id="qr-box">
                <summary>{text(PageText::QrTitle)}</summary>
                <div class="stack">
                    <svg id="qr" class="qr" role="img" aria-label=text(PageText::QrLabel) hidden>
                        <path id="qr-path" />
                    </svg>
                    <p id="qr-note" class="help" role="status" data-help=text(PageText::QrHelp)></p>
                </div>
            </details>
            <div class="own">
                <h2>{text(PageText::OwnerTitle)}</h2>
                <p>{text(PageText::OwnerText)}</p>
                <div class="joined">
                    <input
                        id="owner-link"
                        class="code"
                        type="text"
                        readonly
                        autocomplete="off"
                        aria-label=text(PageText::OwnerLabel)
                    />
                    {copy_button("copy-owner", "", text(PageText::OwnerCopy))}
                    <a id="open-owner" class="button" href="" target="_blank" rel="noopener">
                        {text(PageText::OwnerOpen)}
                    </a>
                </div>
            </div>
            <button type="button" id="another" class="plain">{text(PageText::Another)}</button>
        </div>
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        min_ttl: config.min_ttl.as_secs(),
        max_ttl: config.max_ttl.as_secs(),
        default_ttl: config.default_ttl.as_secs(),
        max_views: u64::from(config.max_views.get()),
        max_envelope: config.max_envelope,
        passphrase_required: config.passphrase_required,
    }
}
