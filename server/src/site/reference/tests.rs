use super::of;
use crate::site::pages::{Address, Look, Pages};
use crate::state::AppState;
use crate::testing;
use crate::web::encoding::Encoding;
use app::Page;
use axum::extract::FromRef as _;
use axum::http::HeaderMap;
use serde_json::Value;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

fn state() -> AppState {
    testing::state(testing::memory())
}

fn document(state: &AppState) -> OpenApi {
    crate::api::document(&state.config)
}

fn render(document: &OpenApi, state: &AppState) -> String {
    let look = Look::from_ref(state);
    look.fill(&look.template(Page::Reference(Box::new(of(document)))))
}

/// What a reader sees: texts without tags, and without white space that is not shown.
fn visible(html: &str) -> String {
    let mut text = String::new();
    let comments = html.split("<!--").map(|part| part.split_once("-->").map_or(part, |(_, after)| after));
    for part in comments.collect::<String>().split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap_or_else(|| panic!("<{part} does not end"));
        // Inline tags stand within words' punctuation.
        let inline = ["code", "/code", "!"].iter().any(|name| tag.starts_with(name));
        text.push_str(if inline { "" } else { " " });
        text.push_str(after);
    }
    for (entity, letter) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")] {
        text = text.replace(entity, letter);
    }
    flat(&text)
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The document's parts, each of which must be known here: what is not shown is named with why.
struct Reader {
    document: Value,
    html: String,
    text: String,
}

impl Reader {
    fn of(state: &AppState) -> Self {
        let document = document(state);
        let html = render(&document, state);
        Self { text: visible(&html), html, document: serde_json::to_value(document).unwrap() }
    }

    fn shows(&self, text: &Value) {
        let wanted = flat(&text.as_str().unwrap().replace('`', ""));
        assert!(self.text.contains(&wanted), "the page does not say: {wanted}");
    }

    /// Nothing but these.
    fn only(part: &Value, known: &[&str]) {
        for name in part.as_object().unwrap().keys() {
            assert!(known.contains(&name.as_str()), "the page does not know what to do with {name} of {part:.300}");
        }
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str() {
            Some(place) => self.document.pointer(place.strip_prefix('#').unwrap()).unwrap(),
            None => schema,
        }
    }

    /// A field's type, bounds and words.
    fn field(&self, name: &str, schema: &Value) {
        // Of an object its fields are shown.
        if let Some(fields) = self.resolve(schema)["properties"].as_object() {
            return fields.iter().for_each(|(inner, field)| self.field(&format!("{name}.{inner}"), field));
        }
        let known = ["$ref", "description", "type", "format", "enum", "oneOf", "items", "examples"];
        let bounds = ["minimum", "maximum", "minLength", "maxLength"];
        // Said in words, beside the number of characters.
        let in_words = ["pattern"];
        Self::only(schema, &[&known[..], &bounds[..], &in_words[..]].concat());
        assert!(self.html.contains(&format!("<code>{name}</code>")), "{name}");
        if let Some(text) = schema.get("description") {
            self.shows(&text.as_str().unwrap().split("\n\n").next().unwrap().into());
        }
        for bound in bounds.iter().filter_map(|bound| schema.get(*bound)) {
            self.shows(&bound.to_string().into());
        }
        for value in schema["enum"].as_array().into_iter().flatten() {
            self.shows(value);
        }
        for value in schema["examples"].as_array().into_iter().flatten().filter(|_| schema["format"] != "date-time") {
            self.shows(&value.as_str().map_or_else(|| value.to_string(), str::to_owned).into());
        }
        for inner in schema["oneOf"].as_array().into_iter().flatten() {
            self.field(name, inner);
        }
        if let Some(item) = schema.get("items") {
            // The list says what it is of.
            let mut item = self.resolve(item).clone();
            item.as_object_mut().unwrap().remove("description");
            self.field(name, &item);
        }
        if schema.get("$ref").is_some() {
            let mut named = self.resolve(schema).clone();
            if schema.get("description").is_some() && named.get("pattern").is_none() {
                // Said where it is used, and not again.
                named.as_object_mut().unwrap().remove("description");
            }
            self.field(name, &named);
        }
    }

    /// A body's fields; what the object is by itself is said by the operation.
    fn body(&self, content: &Value) {
        Self::only(content, &["application/json"]);
        Self::only(&content["application/json"], &["schema"]);
        let object = self.resolve(&content["application/json"]["schema"]);
        Self::only(object, &["type", "description", "required", "properties"]);
        for (name, schema) in object["properties"].as_object().unwrap() {
            self.field(name, schema);
        }
    }
}

#[test]
fn everything_that_the_document_says_is_on_the_page() {
    let reader = Reader::of(&state());
    let document = &reader.document;
    Reader::only(document, &["openapi", "info", "paths", "components", "tags"]);
    reader.shows(&document["info"]["description"]);
    for tag in document["tags"].as_array().unwrap() {
        reader.shows(&tag["description"]);
    }
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            let known =
                ["tags", "summary", "description", "operationId", "parameters", "requestBody", "responses", "security"];
            Reader::only(operation, &known);
            reader.shows(&format!("{} {path}", method.to_uppercase()).into());
            reader.shows(&operation["summary"]);
            operation.get("description").into_iter().for_each(|text| reader.shows(text));
            let id = operation["operationId"].as_str().unwrap();
            assert!(reader.html.contains(&format!("<section id=\"{id}\"")), "{id}");
            assert!(reader.html.contains(&format!("href=\"#{id}\"")), "{id}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                Reader::only(parameter, &["name", "in", "description", "required", "schema"]);
                reader.shows(&parameter["description"]);
                reader.field(parameter["name"].as_str().unwrap(), &parameter["schema"]);
            }
            for name in operation["security"].as_array().into_iter().flatten().filter_map(Value::as_object) {
                for name in name.keys() {
                    assert!(reader.html.contains("<code>Authorization</code>"), "{id} takes a token");
                    reader.shows(&document["components"]["securitySchemes"][name]["description"]);
                }
            }
            if let Some(body) = operation.get("requestBody") {
                Reader::only(body, &["content", "required"]);
                reader.body(&body["content"]);
            }
            for (status, answer) in operation["responses"].as_object().unwrap() {
                Reader::only(answer, &["description", "headers", "content"]);
                assert!(reader.html.contains(&format!("<dt>{status}</dt>")), "{id} {status}");
                reader.shows(&answer["description"]);
                for (name, header) in answer["headers"].as_object().into_iter().flatten() {
                    Reader::only(header, &["description", "schema"]);
                    reader.shows(&header["description"]);
                    reader.field(name, &header["schema"]);
                }
                answer.get("content").into_iter().for_each(|content| reader.body(content));
            }
        }
    }
    assert_eq!(reader.html.matches("<section id=").count(), operations);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, code) in schemas["ErrorCode"]["enum"].as_array().unwrap().iter().enumerate() {
        assert!(reader.html.contains(&format!("<code>{}</code>", code.as_str().unwrap())), "{name} {code}");
    }
}

#[test]
fn there_is_no_script_and_no_style_on_the_page() {
    let html = Reader::of(&state()).html;
    assert!(html.starts_with("<!DOCTYPE html>"), "{html:.100}");
    for unwanted in ["<script", "<style", " style=", "javascript:", "leptos-island", " nonce="] {
        assert!(!html.contains(unwanted), "{unwanted}");
    }
    assert!(html.contains("<meta name=\"robots\" content=\"noindex\""));
}

#[test]
fn whatever_the_document_says_stays_text() {
    const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;";
    fn spoil(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    let shown = ["description", "summary", "name", "operationId"].contains(&name.as_str());
                    match field {
                        Value::String(text) if shown => text.push_str(HOSTILE),
                        Value::Array(values) if name == "examples" || name == "enum" => {
                            values.insert(0, HOSTILE.into());
                        }
                        Value::Array(tags) if name == "tags" && tags[0].is_string() => {
                            tags[0] = format!("{}{HOSTILE}", tags[0].as_str().unwrap()).into();
                        }
                        _ => spoil(field),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(spoil),
            _ => {}
        }
    }
    let mut state = state();
    Arc::make_mut(&mut state.config).public_url = Some(format!("https://example.com/{HOSTILE}"));
    let mut document = serde_json::to_value(document(&state)).unwrap();
    spoil(&mut document);
    let paths = document["paths"].as_object_mut().unwrap();
    let config = paths.remove("/api/v1/config").unwrap();
    paths.insert(format!("/api/v1/{HOSTILE}"), config);
    let html = render(&serde_json::from_value(document).unwrap(), &state);
    assert!(!html.contains("<script") && !html.contains("<img"));
    // What is not within an attribute's quotes is a name that the page chose.
    for tag in html.split('<').filter_map(|part| part.split_once('>')).map(|(tag, _)| tag) {
        let names: String = tag.split('"').step_by(2).collect();
        assert!(!names.contains("onerror") && !names.contains('\''), "{tag}");
    }
    assert!(visible(&html).matches("<script>alert(1)</script>").count() > 50);
}

#[tokio::test]
async fn another_logo_is_another_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logo.svg");
    let write = |number: u8| {
        std::fs::write(&path, format!("<!-- {number} --><svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")).unwrap();
    };
    write(1);
    let flag = format!("--logo={}", path.display());
    let state = testing::state_of(&[&flag], testing::memory()).unwrap();
    let pages = Pages::from_ref(&state);
    let shows = async |logo: &str| {
        let body = pages.answer(Address::Reference, Encoding::Identity, &HeaderMap::new()).into_body();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap().contains(logo)
    };
    let first = state.told().logo.unwrap();
    assert!(shows(&first).await);
    write(2);
    assert!(state.brand.refresh().unwrap());
    let second = state.told().logo.unwrap();
    assert!(second != first && shows(&second).await && !shows(&first).await);
}

#[test]
fn the_codes_of_an_answer_are_marked_and_its_other_words_are_not() {
    let reader = Reader::of(&state());
    // Without the marks that Leptos puts between texts.
    let html = reader.html.replace("<!>", "").replace("<!---->", "");
    for answer in ["<code>token_required</code> or <code>token_invalid</code>", "<code>id_taken</code>"] {
        assert!(html.contains(answer), "{answer}");
    }
    assert!(!html.contains('`'));
}
