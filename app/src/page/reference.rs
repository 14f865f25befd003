//! The markup of `/docs/api`: what an OpenAPI document says, for people.

mod field;

pub use field::{Bounds, Field, Kind, Place, Presence};

use super::operator::{Operator, Text};
use crate::ids::reference as id;
use crate::text::{Language, PageText, ReferenceText, fill};
use field::{fields, prose};
use leptos::prelude::*;

/// What the page is rendered from. Texts are those of the document; `code` in them is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What the API is.
    pub lead: String,
    /// Operations that belong together.
    pub groups: Vec<Group>,
    /// The body of every error.
    pub error: Vec<Field>,
    /// What can stand in it.
    pub codes: Vec<Code>,
}

/// Operations that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// In words, as a heading.
    pub title: String,
    /// The operations.
    pub operations: Vec<Operation>,
}

/// A method of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name, which is also its anchor.
    pub id: String,
    /// As it is written: `GET`.
    pub method: &'static str,
    /// With the API's prefix.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// What else is to be known.
    pub description: String,
    /// In the path and in headers.
    pub parameters: Vec<Field>,
    /// In the request's body.
    pub body: Vec<Field>,
    /// What comes back.
    pub answers: Vec<Answer>,
    /// A command that does it.
    pub example: String,
}

/// What can come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: String,
    /// What it says; the codes of errors are marked.
    pub description: String,
    /// Headers that go with it.
    pub headers: Vec<Field>,
    /// In its body; for errors see [`Reference::error`].
    pub body: Vec<Field>,
}

/// An error's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// As it is written.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What it says.
    pub meaning: String,
}

/// The whole page.
pub(super) fn view(language: &'static Language, operator: &Operator, reference: Reference) -> impl IntoView + use<> {
    let text = language.reference;
    let limits = fill(
        text(ReferenceText::Limits),
        &[
            ("size", &operator.text(Text::MaxSize)),
            ("min", &operator.text(Text::ShortestSecs)),
            ("max", &operator.text(Text::LongestSecs)),
            ("views", &operator.text(Text::MaxViews)),
        ],
    );
    let address = fill(text(ReferenceText::Address), &[("address", &format!("`{}`", operator.text(Text::Address)))]);
    let contents = contents(&reference.groups);
    let groups: Vec<_> = reference.groups.into_iter().map(|group| shown(language, group)).collect();
    view! {
        <article class="card stack prose reference">
            <h1>{text(ReferenceText::Title)}</h1>
            <p>{prose(&reference.lead)}</p>
            <p>{limits}</p>
            <p>{prose(&address)} " " {text(ReferenceText::Examples)}</p>
            <p>
                <a href=operator.text(Text::Api) + "/api/openapi.json">{text(ReferenceText::Document)}</a>
            </p>
            <nav aria-labelledby=id::CONTENTS>
                <h2 id=id::CONTENTS>{text(ReferenceText::Contents)}</h2>
                <ul>
                    {contents} <li>
                        <a href=format!("#{}", id::ERRORS.as_str())>{text(ReferenceText::Errors)}</a>
                    </li>
                </ul>
            </nav>
            {groups}
            <h2 id=id::ERRORS>{text(ReferenceText::Errors)}</h2>
            <p>{text(ReferenceText::ErrorsLead)}</p>
            {fields(language, reference.error)}
            <h3>{text(ReferenceText::Codes)}</h3>
            {codes(reference.codes)}
            <a class="button" href=operator.home()>{(language.page)(PageText::NewSecret)}</a>
        </article>
    }
}

fn contents(groups: &[Group]) -> impl IntoView + use<> {
    let line = |operation: &Operation| {
        let Operation { id, method, path, summary, .. } = operation;
        view! {
            <li>
                <a href=format!("#{id}")>
                    <code>{*method} " " {path.clone()}</code>
                </a>
                " "
                {prose(summary)}
            </li>
        }
    };
    groups.iter().flat_map(|group| &group.operations).map(line).collect::<Vec<_>>()
}

fn shown(language: &'static Language, group: Group) -> impl IntoView + use<> {
    let operations: Vec<_> = group.operations.into_iter().map(|operation| described(language, operation)).collect();
    view! {
        <h2>{group.title}</h2>
        {operations}
    }
}

fn described(language: &'static Language, operation: Operation) -> impl IntoView + use<> {
    let text = language.reference;
    let Operation { id, method, path, summary, description, parameters, body, answers, example } = operation;
    let part = |title: ReferenceText, list: Vec<Field>| {
        (!list.is_empty()).then(|| view! { <h4>{text(title)}</h4> {fields(language, list)} })
    };
    let results = answers.iter().filter(|answer| !answer.body.is_empty()).map(|Answer { status, body, .. }| {
        let title = fill(text(ReferenceText::Fields), &[("status", status)]);
        view! { <h4>{title}</h4> {fields(language, body.clone())} }
    });
    let results: Vec<_> = results.collect();
    view! {
        <section id=id.clone() class="stack" aria-labelledby=format!("{id}-title")>
            <h3 id=format!("{id}-title")>
                <code>{method} " " {path}</code>
            </h3>
            <p>{prose(&summary)} " " {prose(&description)}</p>
            {part(ReferenceText::Parameters, parameters)}
            {part(ReferenceText::Body, body)}
            <h4>{text(ReferenceText::Answers)}</h4>
            {answered(language, answers)}
            {results}
            <h4>{text(ReferenceText::Example)}</h4>
            <pre class="secret code">{example}</pre>
        </section>
    }
}

fn answered(language: &'static Language, answers: Vec<Answer>) -> impl IntoView + use<> {
    let line = |Answer { status, description, headers, .. }: Answer| {
        let headers = (!headers.is_empty()).then(|| fields(language, headers));
        view! {
            <div>
                <dt>{status}</dt>
                <dd>{prose(&description)} {headers}</dd>
            </div>
        }
    };
    view! { <dl class="facts">{answers.into_iter().map(line).collect::<Vec<_>>()}</dl> }
}

fn codes(codes: Vec<Code>) -> impl IntoView {
    let line = |Code { code, status, meaning }: Code| {
        view! {
            <div>
                <dt>
                    <code>{code}</code>
                </dt>
                <dd>{status} ". " {prose(&meaning)}</dd>
            </div>
        }
    };
    view! { <dl class="facts">{codes.into_iter().map(line).collect::<Vec<_>>()}</dl> }
}
