//! The markup of `/`.

use super::operator::{Condition, Operator, Text};
use super::parts::{copy_button, destroy_as_sender, file_row, mask_button, masked, problem, progress};
use crate::flow::create::{Content, Kind};
use crate::ids::{self, CONTENT, CheckBox, Id, KIND, LIFETIME, create as id};
use crate::islands::Create;
use crate::text::{CreateText, Language, PageText, fill};
use ashlink_core::api::AttemptLimit;
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

/// Intro, form and result.
pub(super) fn create(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    let operator = operator.clone();
    // The island never learns the name: it gets its texts with the name in them.
    let texts = fill(language.create.joined(), &[("product", &operator.text(Text::Product))]);
    let notice = operator.when(Condition::HasNotice, || {
        view! { <p id=id::OPERATOR class="operator">{operator.text(Text::Notice)}</p> }
    });
    view! {
        <Create>
            <div id=id::INTRO class="intro">
                <h1>{text(PageText::CreateTitle)}</h1>
                <p>{text(PageText::CreateLead)}</p>
                {notice}
            </div>
            <section
                id=id::STATE
                class="card"
                data-state="starting"
                data-texts=texts
                data-common=language.common.joined()
                data-receipt=language.receipt.joined()
                data-product=operator.text(Text::Product)
                data-limits=operator.text(Text::Limits)
                data-base=operator.text(Text::LinkBase)
            >
                {form(language, &operator)}
                {done(language)}
            </section>
        </Create>
    }
}

fn form(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    view! {
        <div id=id::FORM>
            <form id=id::CREATE_FORM class="column" novalidate autocomplete="off">
                // Everything that is sent.
                <div id=id::FIELDS class="column">
                    {token(language, operator)}
                    {content(language, operator)}
                    {wanted_passphrase(language, operator)}
                    {settings(language, operator)}
                </div>
                {problem()}
                {progress(language)}
                <div class="buttons">
                    <button type="submit" id=id::CREATE class="primary" disabled>
                        {language.create.get(CreateText::Create)}
                    </button>
                    <button type="button" id=id::CANCEL hidden>{text(PageText::Cancel)}</button>
                </div>
            </form>
        </div>
    }
}

/// What is to be sent: one kind at a time, and nothing of what was typed or chosen is ever hidden.
fn content(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    let kind = |kind: Content| {
        let (label, is_first) = match kind {
            Content::Text => (PageText::ContentText, true),
            Content::Files => (PageText::ContentFiles, false),
        };
        let input = view! { <input type="radio" name=CONTENT.as_str() value=kind.value() checked=is_first /> };
        choice(input, text(label))
    };
    let attach_help = fill(text(PageText::AttachHelp), &[("size", &operator.text(Text::Room))]);
    view! {
        <div id=id::CONTENT_CHOICES class="segments" role="radiogroup" aria-label=text(PageText::Content)>
            {Content::ALL.map(kind).into_iter().collect_view()}
        </div>
        <div id=id::FILES_PANEL class="drop" hidden>
            <button type="button" id=id::ATTACH aria-describedby=ids::list([id::ATTACH_HELP, id::PROBLEM]) disabled>
                {text(PageText::Attach)}
            </button>
            <p id=id::ATTACH_HELP class="help">{attach_help}</p>
            <input id=id::ATTACH_FIELD type="file" multiple hidden />
        </div>
        <div>
            // Around the list, since what is shown together with its region is not read out.
            <div aria-live="polite">
                <ul id=id::FILES class="files" aria-label=text(PageText::Attached) hidden></ul>
            </div>
            {file_row("plain")}
            <label id=id::SECRET_LABEL for=id::SECRET class="visually-hidden">
                {language.create.get(CreateText::TextLabel)}
            </label>
            // What is typed before the island lives stays: it is only read when it is sent.
            <textarea
                id=id::SECRET
                class="code"
                rows="5"
                placeholder=language.create.get(CreateText::TextHint)
                aria-describedby=id::PROBLEM
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
            <div id=id::TEXT_TOOLS>{generator(language)}</div>
        </div>
    }
}

fn generator(language: &'static Language) -> impl IntoView {
    let text = language.page;
    let alphabet = |id: Id<CheckBox>, label| choice(view! { <input type="checkbox" id=id checked /> }, text(label));
    let kind = |value: &'static str, label, checked| {
        choice(view! { <input type="radio" name=KIND.as_str() value=value checked=checked /> }, text(label))
    };
    view! {
        <details id=id::GENERATOR>
            <summary>{text(PageText::Generator)}</summary>
            <div class="panel stack">
                <fieldset class="row">
                    <legend>{text(PageText::GeneratorKind)}</legend>
                    <div id=id::KINDS class="choices">
                        {kind("characters", PageText::Characters, true)} {kind("words", PageText::Words, false)}
                    </div>
                </fieldset>
                <fieldset id=id::ALPHABETS class="row">
                    <legend>{text(PageText::Alphabets)}</legend>
                    <div class="choices">
                        {alphabet(id::LOWER, PageText::Lower)} {alphabet(id::UPPER, PageText::Upper)}
                        {alphabet(id::DIGITS, PageText::Digits)} {alphabet(id::SYMBOLS, PageText::Symbols)}
                    </div>
                </fieldset>
                <div class="row">
                    <label for=id::COUNT>{text(PageText::Count)}</label>
                    <span class="times">
                        <input
                            id=id::COUNT
                            type="number"
                            min="1"
                            value=Kind::Characters.default_count().to_string()
                            inputmode="numeric"
                            aria-describedby=id::PROBLEM
                        />
                    </span>
                    <button type="button" id=id::INSERT disabled>{text(PageText::Insert)}</button>
                </div>
            </div>
        </details>
    }
}

/// What most leave as it is: one line, and the fields behind it.
fn settings(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    let texts = language.create;
    let time = operator.text(Text::OwnLabel);
    let summary = texts.fill(CreateText::Summary, &[("time", &time), ("views", texts.get(CreateText::OneView))]);
    // What is filled into a template differs from its first letter on.
    let (before, after) = summary.split_once("{passphrase}").unwrap_or((&*summary, ""));
    let (before, after) = (before.to_owned(), after.to_owned());
    let passphrase_words = operator.either(
        Condition::WantsPassphrase,
        || texts.get(CreateText::PassphraseWanted),
        || texts.get(CreateText::WithoutPassphrase),
    );
    let offered_passphrase = operator.unless(Condition::WantsPassphrase, || {
        view! {
            <div class="field">
                <label for=id::PASSPHRASE>{text(PageText::Passphrase)}</label>
                {passphrase(language, None)}
            </div>
        }
    });
    view! {
        <details id=id::SETTINGS class="settings">
            <summary>
                <span id=id::SETTINGS_LINE>{before} {passphrase_words} {after}</span>
                " "
                <span class="change">{text(PageText::Change)}</span>
            </summary>
            <div class="panel column">
                {lifetime(language, operator)} {views(language, operator)} {offered_passphrase} {attempts(language)}
            </div>
        </details>
    }
}

fn lifetime(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.page;
    let preset = |value: String, label: String, is_chosen: bool| {
        choice(view! { <input type="radio" name=LIFETIME.as_str() value=value checked=is_chosen /> }, label)
    };
    let choices = operator.lifetimes(language.common, preset);
    let custom = operator
        .when(Condition::OffersCustom, || preset("custom".to_owned(), text(PageText::Custom).to_owned(), false));
    let unit = |proposed, value: &'static str, label| {
        let option = |selected| view! { <option value=value selected=selected>{text(label)}</option> };
        operator.either(proposed, || option(true), || option(false))
    };
    view! {
        <fieldset class="row">
            <legend>{text(PageText::Expires)}</legend>
            <div id=id::CHOICES class="choices">{choices} {custom}</div>
            <div id=id::CUSTOM class="custom" hidden>
                <input
                    id=id::CUSTOM_NUMBER
                    type="number"
                    min="1"
                    value=operator.text(Text::CustomNumber)
                    inputmode="numeric"
                    aria-label=text(PageText::CustomNumber)
                    aria-describedby=id::PROBLEM
                />
                <select id=id::CUSTOM_UNIT aria-label=text(PageText::CustomUnit)>
                    {unit(Condition::ProposesMinutes, "minutes", PageText::UnitMinutes)}
                    {unit(Condition::ProposesHours, "hours", PageText::UnitHours)}
                    {unit(Condition::ProposesDays, "days", PageText::UnitDays)}
                </select>
            </div>
        </fieldset>
    }
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

fn views(language: &'static Language, operator: &Operator) -> AnyView {
    let row = |hidden| {
        view! {
            <div class="row" hidden=hidden>
                <label for=id::VIEWS>{(language.page)(PageText::Views)}</label>
                <span class="times">
                    <input
                        id=id::VIEWS
                        type="number"
                        min="1"
                        max=operator.text(Text::MaxViews)
                        value="1"
                        inputmode="numeric"
                        aria-describedby=id::PROBLEM
                    />
                </span>
            </div>
        }
    };
    operator.either(Condition::OffersViews, || row(false), || row(true))
}

/// Where a secret needs a passphrase, it is asked for at once.
fn wanted_passphrase(language: &'static Language, operator: &Operator) -> AnyView {
    operator.when(Condition::WantsPassphrase, || {
        view! {
            <div class="field">
                <label for=id::PASSPHRASE>{(language.page)(PageText::PassphraseWanted)}</label>
                {passphrase(language, Some("true"))}
            </div>
        }
    })
}

fn passphrase(language: &'static Language, required: Option<&'static str>) -> impl IntoView {
    let text = language.page;
    view! {
        <div class="joined">
            {masked(id::PASSPHRASE, [id::PASSPHRASE_HELP, id::PROBLEM], None, required)}
            {mask_button(language)}
            <button type="button" id=id::GENERATE disabled>{text(PageText::Generate)}</button>
        </div>
        <p id=id::PASSPHRASE_WEAK class="weak" role="status"></p>
        <p id=id::PASSPHRASE_HELP class="help">{text(PageText::PassphraseHelp)}</p>
    }
}

fn attempts(language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <div class="field">
            <div class="fragile">
                {choice(
                    view! { <input type="checkbox" role="switch" id=id::FRAGILE aria-describedby=id::ATTEMPT_LIMIT_HELP /> },
                    text(PageText::AttemptLimit),
                )}
                <span class="times">
                    <input
                        id=id::ATTEMPT_LIMIT
                        type="number"
                        min=AttemptLimit::MIN.get().to_string()
                        max=AttemptLimit::MAX.get().to_string()
                        value="10"
                        inputmode="numeric"
                        aria-label=text(PageText::AttemptLimitNumber)
                        aria-describedby=id::PROBLEM
                    />
                    <span aria-hidden="true">{text(PageText::AttemptLimitUnit)}</span>
                </span>
            </div>
            <p id=id::ATTEMPT_LIMIT_HELP class="help">{text(PageText::AttemptLimitHelp)}</p>
        </div>
    }
}

/// For the server's own token; hidden until it is wanted. Unlike a passphrase it is the person's to keep, and that is
/// what a browser offers for a password.
fn token(language: &'static Language, operator: &Operator) -> AnyView {
    let text = language.page;
    let row = |hidden| {
        view! {
            <div id=id::TOKEN_BOX class="field" hidden=hidden>
                <label for=id::TOKEN>{text(PageText::Token)}</label>
                // Under this name a browser keeps it.
                <input type="text" autocomplete="username" value="token" readonly hidden />
                <input
                    id=id::TOKEN
                    class="code"
                    type="password"
                    autocomplete="current-password"
                    aria-describedby=ids::list([id::TOKEN_HELP, id::PROBLEM])
                />
                <p id=id::TOKEN_HELP class="help">{text(PageText::TokenHelp)}</p>
            </div>
        }
    };
    operator.either(Condition::WantsToken, || row(false), || row(true))
}

/// A receipt: what to send, and below it what becomes of it.
fn done(language: &'static Language) -> impl IntoView {
    let text = language.page;
    view! {
        <div id=id::DONE class="stack" hidden>
            <h1 id=id::DONE_TITLE tabindex="-1">{language.create.get(CreateText::DoneTitle)}</h1>
            <div id=id::HAND_ON class="stack">
                <p id=id::FATE class="fate"></p>
                <div class="buttons equal">
                    {copy_button(language, id::COPY_LINK, id::COPY_LINK_NOTE, "primary", text(PageText::CopyLink))}
                    {copy_button(language, id::COPY_MESSAGE, id::COPY_MESSAGE_NOTE, "primary", text(PageText::CopyMessage))}
                    <button type="button" id=id::SHARE hidden>{text(PageText::Share)}</button>
                </div>
                <textarea
                    id=id::LINK
                    class="code small"
                    rows="2"
                    readonly
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=text(PageText::LinkLabel)
                ></textarea>
                <div id=id::ALSO class="also field" hidden>
                    <label for=id::SENT_PASSPHRASE>{text(PageText::SendPassphrase)}</label>
                    <div class="joined">
                        <input id=id::SENT_PASSPHRASE class="code" type="text" readonly autocomplete="off" />
                        {copy_button(
                            language,
                            id::COPY_SENT_PASSPHRASE,
                            id::COPY_SENT_PASSPHRASE_NOTE,
                            "",
                            text(PageText::CopyPassphrase),
                        )}
                    </div>
                </div>
                <div class="folded">
                    <details id=id::MESSAGE_BOX>
                        <summary>{text(PageText::MessageTitle)}</summary>
                        <textarea
                            id=id::MESSAGE
                            rows="9"
                            readonly
                            autocomplete="off"
                            spellcheck="false"
                            aria-label=text(PageText::MessageTitle)
                        ></textarea>
                    </details>
                    <details id=id::QR_BOX>
                        <summary>{text(PageText::QrTitle)}</summary>
                        <div class="stack">
                            <svg id=id::QR class="qr" role="img" aria-label=text(PageText::QrLabel) hidden>
                                <path id=id::QR_PATH />
                            </svg>
                            <p id=id::QR_NOTE class="help" role="status" data-help=text(PageText::QrHelp)></p>
                        </div>
                    </details>
                </div>
            </div>
            <div class="own stack">
                <div aria-live="polite" class="lines">
                    <h2 id=id::KNOWN_TITLE tabindex="-1"></h2>
                    <p id=id::KNOWN_LINE></p>
                    <p id=id::GUESSING class="warning" hidden></p>
                </div>
                <p id=id::TROUBLE class="problem" role="alert"></p>
                {destroy_as_sender(language)}
                <p class="help">{text(PageText::ReceiptText)}</p>
                <div class="joined">
                    <input
                        id=id::RECEIPT_LINK
                        class="code small"
                        type="text"
                        readonly
                        autocomplete="off"
                        aria-label=text(PageText::ReceiptLabel)
                    />
                    {copy_button(
                        language,
                        id::COPY_RECEIPT_LINK,
                        id::COPY_RECEIPT_LINK_NOTE,
                        "",
                        text(PageText::ReceiptCopy),
                    )}
                    <a id=id::OPEN_RECEIPT_LINK class="button" href="" target="_blank" rel="noopener">
                        {text(PageText::ReceiptOpen)}
                    </a>
                </div>
            </div>
            <button type="button" id=id::ANOTHER class="plain">{text(PageText::Another)}</button>
        </div>
    }
}
