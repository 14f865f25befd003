//! A command line that sends a request.

use super::schemas::Schemas;
use app::page::operator;
use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Required, schema::Schema};

/// The operation as a command for a shell, with the schemas' examples.
pub(super) fn curl(
    method: &str,
    path: &str,
    parameters: &[&Parameter],
    body: Option<&RefOr<Schema>>,
    schemas: &Schemas<'_>,
) -> String {
    let mut url = path.to_owned();
    let mut arguments = Vec::new();
    for parameter in parameters.iter().filter(|parameter| parameter.required == Required::True) {
        let value = parameter.schema.as_ref().map(|schema| schemas.example(schema)).unwrap_or_default();
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match parameter.parameter_in {
            ParameterIn::Path => url = url.replace(&format!("{{{}}}", parameter.name), &value),
            ParameterIn::Header => arguments.push(format!("-H {}", quoted(&format!("{}: {value}", parameter.name)))),
            _ => {}
        }
    }
    if let Some(body) = body {
        arguments.push("-H 'Content-Type: application/json'".to_owned());
        arguments.push(format!("--data {}", quoted(&pretty(&schemas.example(body)))));
    }
    let method = if method == "GET" { String::new() } else { format!("-X {method} ") };
    // The address is the operator's, and its quotes are dealt with where it is filled in.
    let first = format!("curl {method}'{}{}'", operator::address_in_shell(), within_quotes(&url));
    [first].into_iter().chain(arguments).collect::<Vec<_>>().join(" \\\n  ")
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON can be written as JSON")
}

/// One word for a shell, whatever it holds.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/:._-".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", within_quotes(text)) }
}

fn within_quotes(text: &str) -> String {
    text.replace('\'', r"'\''")
}
