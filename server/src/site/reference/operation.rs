//! What the page shows of a document and its operations.

use super::example::curl;
use super::schemas::Schemas;
use app::page::reference::{Answer, Bounds, Code, Field, Group, Kind, Operation, Place, Presence, Reference};
use ashlink_core::api::ErrorCode;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Content, Header, OpenApi, PathItem, Ref, RefOr, Required, Response};

/// The document in the page's terms.
pub(super) fn reference(document: &OpenApi) -> Reference {
    let schemas = Schemas::of(document);
    let operations = || {
        document.paths.paths.iter().flat_map(|(path, item)| methods(item).map(move |(name, what)| (name, path, what)))
    };
    let tags = document.tags.iter().flatten();
    let groups = tags.map(|tag| Group {
        title: tag.description.clone().unwrap_or_else(|| tag.name.clone()),
        operations: operations()
            .filter(|(.., operation)| operation.tags.iter().flatten().next() == Some(&tag.name))
            .map(|(method, path, operation)| shown(method, path, operation, &schemas))
            .collect(),
    });
    Reference {
        lead: document.info.description.clone().unwrap_or_default(),
        groups: groups.collect(),
        error: schemas.fields(&Ref::from_schema_name("ErrorBody").into()),
        codes: ErrorCode::ALL.iter().map(code).collect(),
    }
}

fn methods(item: &PathItem) -> impl Iterator<Item = (&'static str, &utoipa::openapi::path::Operation)> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    let named = [
        ("GET", get),
        ("HEAD", head),
        ("POST", post),
        ("PUT", put),
        ("PATCH", patch),
        ("DELETE", delete),
        ("OPTIONS", options),
        ("TRACE", trace),
    ];
    named.into_iter().filter_map(|(name, operation)| Some((name, operation.as_ref()?)))
}

fn shown(
    method: &'static str,
    path: &str,
    operation: &utoipa::openapi::path::Operation,
    schemas: &Schemas<'_>,
) -> Operation {
    let body = operation.request_body.as_ref().and_then(present);
    let body =
        body.into_iter().flat_map(|body| body.content.values()).find_map(|content| present(content)?.schema.as_ref());
    let parameters: Vec<_> = operation.parameters.iter().flatten().filter_map(present).collect();
    let responses = operation.responses.responses.iter();
    Operation {
        id: operation.operation_id.clone().unwrap_or_else(|| format!("{method} {path}")),
        method,
        path: path.to_owned(),
        summary: operation.summary.clone().unwrap_or_default(),
        description: operation.description.clone().unwrap_or_default(),
        example: curl(method, path, &parameters, body, schemas),
        parameters: parameters
            .into_iter()
            .map(|parameter| field(parameter, schemas))
            .chain(tokens(operation, schemas))
            .collect(),
        body: body.map(|body| schemas.fields(body)).unwrap_or_default(),
        answers: responses.filter_map(|(status, response)| Some(answer(status, present(response)?, schemas))).collect(),
    }
}

/// The header of each token that it may take.
fn tokens(operation: &utoipa::openapi::path::Operation, schemas: &Schemas<'_>) -> Vec<Field> {
    // A requirement that is met by nothing says that it can do without.
    let requirements: Vec<_> =
        operation.security.iter().flatten().filter_map(|one| serde_json::to_value(one).ok()).collect();
    let is_optional = requirements.iter().any(|one| one.as_object().is_some_and(serde_json::Map::is_empty));
    let names = requirements.iter().filter_map(|one| one.as_object()).flat_map(|one| one.keys());
    names
        .map(|name| Field {
            name: "Authorization".to_owned(),
            place: Some(Place::Header),
            kind: Kind::Text(Bounds::default()),
            presence: Some(if is_optional { Presence::Optional } else { Presence::Required }),
            descriptions: schemas
                .security(name)
                .map(|text| format!("`Bearer` and a token. {text}"))
                .into_iter()
                .collect(),
        })
        .collect()
}

fn field(parameter: &Parameter, schemas: &Schemas<'_>) -> Field {
    let schema = parameter.schema.as_ref();
    let own = parameter.description.iter().cloned();
    Field {
        name: parameter.name.clone(),
        place: Some(match parameter.parameter_in {
            ParameterIn::Path => Place::Path,
            ParameterIn::Header => Place::Header,
            ParameterIn::Query | ParameterIn::QueryString => Place::Query,
            ParameterIn::Cookie => Place::Cookie,
        }),
        kind: schema.map_or(Kind::Anything, |schema| schemas.kind(schema)),
        presence: Some(if parameter.required == Required::True { Presence::Required } else { Presence::Optional }),
        descriptions: own.chain(schema.into_iter().flat_map(|schema| schemas.descriptions(schema))).collect(),
    }
}

fn answer(status: &str, response: &Response, schemas: &Schemas<'_>) -> Answer {
    let schema = response.content.values().find_map(|content| present::<Content>(content)?.schema.as_ref());
    // What every error has in its body is said once.
    let is_error =
        schema.is_some_and(|schema| matches!(schema, RefOr::Ref(known) if known.ref_location.ends_with("/ErrorBody")));
    let headers =
        response.headers.iter().filter_map(|(name, header)| Some(header_field(name, present(header)?, schemas)));
    Answer {
        status: status.to_owned(),
        description: response.description.clone(),
        headers: headers.collect(),
        body: schema.filter(|_| !is_error).map(|schema| schemas.fields(schema)).unwrap_or_default(),
    }
}

fn header_field(name: &str, header: &Header, schemas: &Schemas<'_>) -> Field {
    Field {
        name: name.to_owned(),
        place: Some(Place::Header),
        kind: header.schema.as_ref().map_or(Kind::Anything, |schema| schemas.kind(schema)),
        presence: None,
        descriptions: header.description.iter().cloned().collect(),
    }
}

fn code(code: &ErrorCode) -> Code {
    Code { code: code.as_str(), status: code.status(), meaning: code.meaning().trim().to_owned() }
}

/// What is written where it is used; this document refers to schemas alone.
fn present<T>(thing: &RefOr<T>) -> Option<&T> {
    match thing {
        RefOr::T(thing) => Some(thing),
        RefOr::Ref(_) => None,
    }
}
