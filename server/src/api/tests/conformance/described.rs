//! What the document says can be answered.

use super::requests::Request;
use super::schema::{Schemas, Unnamed};
use crate::api::tests::harness::Answer;
use ashlink_core::api::{Config, ErrorCode};
use axum::http::HeaderName;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt;

/// On every answer, described or not.
const ALWAYS: [&str; 10] = [
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "cache-control",
    "x-robots-tag",
    "content-length",
];

/// The document.
pub(super) struct Described {
    pub(super) schemas: Schemas,
    operations: Vec<Operation>,
}

/// One of its operations.
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) json: Value,
}

/// Where a request leads.
pub(super) enum Place<'d> {
    /// To an operation.
    Operation(&'d Operation),
    /// To an address that has other methods: these.
    Other(BTreeSet<String>),
    /// To no described address.
    Nowhere,
}

/// An answer that was given, or that is promised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    operation: String,
    status: u16,
    code: Option<&'static str>,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.operation, self.status, self.code.unwrap_or("-"))
    }
}

impl Described {
    pub(super) fn of(config: &Config) -> Self {
        let document = serde_json::to_value(crate::api::document(config)).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, methods)| {
            methods.as_object().unwrap().iter().map(|(method, operation)| Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                json: operation.clone(),
            })
        });
        Self { operations: operations.collect(), schemas: Schemas::of(&document) }
    }

    pub(super) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    pub(super) fn place(&self, method: &str, path: &str) -> Place<'_> {
        let path = path.split('?').next().unwrap();
        let here = || self.operations.iter().filter(|operation| fits(&operation.path, path));
        // Who asks for the head alone gets that of what GET gives.
        let asked = if method == "HEAD" { "GET" } else { method };
        match here().find(|operation| operation.method == asked) {
            Some(operation) => Place::Operation(operation),
            None if here().next().is_some() => Place::Other(here().map(|operation| operation.method.clone()).collect()),
            None => Place::Nowhere,
        }
    }

    /// Everything that is promised.
    pub(super) fn promises(&self) -> Vec<Seen> {
        let of = |operation: &Operation| {
            operation.answers().flat_map(|(status, answer)| operation.promised(status, answer)).collect::<Vec<_>>()
        };
        self.operations.iter().flat_map(of).collect()
    }

    /// What an answer shows to be true, or what is wrong with it.
    pub(super) fn judge(&self, place: &Place<'_>, answer: &Answer, request: &Request) -> Result<Option<Seen>, String> {
        for (name, value) in [
            ("cache-control", "no-store, no-transform"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex"),
        ] {
            if answer.header(name) != value {
                return Err(format!("{name} is {:?}", answer.header(name)));
            }
        }
        match place {
            Place::Operation(operation) => self.judge_described(operation, answer, request).map(Some),
            Place::Other(methods) => {
                self.judge_error(answer, request, &[405, 403, 429])?;
                let allowed: BTreeSet<_> =
                    answer.header("allow").split(',').map(|method| method.trim().to_owned()).collect();
                let allowed = allowed.into_iter().filter(|method| method != "HEAD").collect::<BTreeSet<_>>();
                if answer.status == 405 && allowed != *methods {
                    return Err(format!("allowed are {methods:?}, and not {allowed:?}"));
                }
                Ok(None)
            }
            Place::Nowhere => self.judge_error(answer, request, &[404, 403]).map(|()| None),
        }
    }

    fn judge_described(&self, operation: &Operation, answer: &Answer, request: &Request) -> Result<Seen, String> {
        let status = answer.status.as_u16();
        let (_, says) = operation
            .answers()
            .find(|(described, _)| *described == status)
            .ok_or_else(|| format!("{operation} does not describe {status}"))?;
        let headers = says["headers"].as_object();
        for name in answer.headers.keys().map(HeaderName::as_str) {
            let described = headers.is_some_and(|headers| headers.keys().any(|known| known.eq_ignore_ascii_case(name)));
            if !described && !ALWAYS.contains(&name) && name != "content-type" {
                return Err(format!("{operation} {status} has the header {name}"));
            }
        }
        for (name, header) in headers.into_iter().flatten() {
            let value = answer.header(name);
            let number = value.parse().map_or_else(|_| json!(value), |number: u64| json!(number));
            // When a quota has room again depends on who opens what.
            let quota = answer.json["error"]["code"] == ErrorCode::QuotaExceeded.as_str();
            let missing = value.is_empty() && status == 429 && !quota;
            let fault = self.schemas.fault(&header["schema"], &number, Unnamed::Refused);
            if missing || !value.is_empty() && fault.is_some() {
                return Err(format!("{operation} {status}: {name} is {value:?}"));
            }
        }
        let body = &says["content"]["application/json"]["schema"];
        let kind = if body.is_null() { "" } else { "application/json" };
        if answer.header("content-type") != kind {
            return Err(format!("{operation} {status}: content-type is {:?}", answer.header("content-type")));
        }
        if request.method != "HEAD" {
            if body.is_null() && !answer.text.is_empty() {
                return Err(format!("{operation} {status} has a body"));
            }
            if !body.is_null()
                && let Some(fault) = self.schemas.fault(body, &answer.json, Unnamed::Refused)
            {
                return Err(format!("{operation} {status}: {fault}"));
            }
        }
        self.judge_request(operation, answer, request)?;
        let code = match (status, request.method.as_str()) {
            (..400, _) | (_, "HEAD") => None,
            _ => Some(self.code(answer)?),
        };
        let seen = Seen { operation: operation.to_string(), status, code };
        let promised = operation.promised(status, says);
        if request.method != "HEAD" && !promised.contains(&seen) {
            return Err(format!("{seen} is not described, only {promised:?}"));
        }
        Ok(seen)
    }

    /// What was taken fits its schema, and what was refused for a field does not.
    fn judge_request(&self, operation: &Operation, answer: &Answer, request: &Request) -> Result<(), String> {
        let status = answer.status.as_u16();
        let is_field = answer.json["error"]["code"] == ErrorCode::InvalidField.as_str();
        let Some(schema) = operation.body() else { return Ok(()) };
        let Some(body) = request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()) else {
            return if status < 300 { Err(format!("{operation} took what is no JSON")) } else { Ok(()) };
        };
        match self.schemas.fault(schema, &body, Unnamed::Allowed) {
            Some(fault) if status < 300 => Err(format!("{operation} took it, although {fault}")),
            None if is_field && !request.repeats_a_field => Err(format!("{operation} refused what its schema allows")),
            _ => Ok(()),
        }
    }

    /// An error that any address may answer with.
    fn judge_error(&self, answer: &Answer, request: &Request, statuses: &[u16]) -> Result<(), String> {
        if !statuses.contains(&answer.status.as_u16()) {
            return Err(format!("{}: nobody asked for this", answer.status));
        }
        if request.method == "HEAD" {
            return Ok(());
        }
        let schema = json!({"$ref": "#/components/schemas/ErrorBody"});
        match self.schemas.fault(&schema, &answer.json, Unnamed::Refused) {
            Some(fault) => Err(fault),
            None => self.code(answer).map(drop),
        }
    }

    /// The code of an error, which belongs to its status and says the same as its headers.
    fn code(&self, answer: &Answer) -> Result<&'static str, String> {
        let error = &answer.json["error"];
        let code = error["code"].as_str().and_then(ErrorCode::parse).ok_or("there is no such code")?;
        let wait = error["retry_after"].as_u64().map(|wait| wait.to_string()).unwrap_or_default();
        if code.status() != answer.status.as_u16() || wait != answer.header("retry-after") {
            return Err(format!("{} does not go with this", code.as_str()));
        }
        Ok(code.as_str())
    }
}

impl Operation {
    /// The statuses that it describes.
    fn answers(&self) -> impl Iterator<Item = (u16, &Value)> {
        let answers = self.json["responses"].as_object().unwrap();
        answers.iter().map(|(status, answer)| (status.parse().expect("statuses are numbers"), answer))
    }

    pub(super) fn describes(&self, status: u16) -> bool {
        self.answers().any(|(described, _)| described == status)
    }

    /// The schema of what it takes.
    pub(super) fn body(&self) -> Option<&Value> {
        self.json.pointer("/requestBody/content/application~1json/schema")
    }

    /// What it takes in its path, or in headers.
    pub(super) fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        self.json["parameters"].as_array().into_iter().flatten().filter(move |parameter| parameter["in"] == place)
    }

    /// A status with each of the codes that its description names; every error names one.
    fn promised(&self, status: u16, answer: &Value) -> Vec<Seen> {
        let seen = |code| Seen { operation: self.to_string(), status, code };
        if status < 400 {
            return vec![seen(None)];
        }
        let text = answer["description"].as_str().unwrap();
        let words: Vec<_> = text.split(|c: char| !c.is_ascii_lowercase() && c != '_').collect();
        let named = ErrorCode::ALL.iter().filter(|code| code.status() == status && words.contains(&code.as_str()));
        let named: Vec<_> = named.map(|code| seen(Some(code.as_str()))).collect();
        assert!(!named.is_empty(), "{self} {status} names no code of this status: {text}");
        named
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Whether a path is one of a template's. A parameter may be empty, except at the end.
fn fits(template: &str, path: &str) -> bool {
    let same = template.split('/').zip(path.split('/')).all(|(name, part)| name.starts_with('{') || name == part);
    same && template.split('/').count() == path.split('/').count() && !path.ends_with('/')
}
