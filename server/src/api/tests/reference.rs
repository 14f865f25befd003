//! `/docs/api` as it is served, and its examples as they are answered.

use super::harness::{Answer, Api, Builder, request};
use axum::http::StatusCode;
use serde_json::Value;
use std::sync::Arc;

async fn page(api: &Api) -> Answer {
    api.send(request("GET", "/docs/api")).await
}

/// The commands on the page, by the anchors of their operations.
fn commands(html: &str) -> Vec<(String, String)> {
    let sections = html.split("<section id=\"").skip(1);
    let command = |section: &str| {
        let id = section.split('"').next().unwrap().to_owned();
        let text = section.split("<pre").nth(1).unwrap().split_once('>').unwrap().1.split("</pre>").next().unwrap();
        (id, text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&"))
    };
    sections.map(command).collect()
}

/// The words of a command, as a shell finds them.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    let mut letters = command.replace("\\\n", " ").chars().collect::<Vec<_>>().into_iter().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => quoted = !quoted,
            '\\' if !quoted => words.last_mut().unwrap().extend(letters.next()),
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What `curl` would send for it, with the address before the path taken off.
fn curl(command: &str, address: &str) -> axum::http::Request<axum::body::Body> {
    let mut words = words(command).into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"));
    let (mut method, mut path, mut headers, mut body) = ("GET".to_owned(), String::new(), Vec::new(), String::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" => method = words.next().unwrap(),
            "-H" => headers.push(words.next().unwrap()),
            "--data" => body = words.next().unwrap(),
            url => path = url.strip_prefix(address).unwrap_or_else(|| panic!("{url} is not at {address}")).to_owned(),
        }
    }
    let head = headers.iter().map(|header| header.split_once(": ").unwrap());
    head.fold(request(&method, &path), |request: Builder, (name, value)| request.header(name, value)).body(body)
}

#[tokio::test]
async fn it_is_a_page_like_all_others() {
    let api = Api::new();
    let answer = page(&api).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-cache, no-transform");
    assert_eq!(answer.header("x-robots-tag"), "noindex");
    assert_eq!(answer.header("vary"), "accept-encoding");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; ") && policy.contains("style-src 'self';"), "{policy}");
    assert_eq!(page(&api).await, answer);
    assert_eq!(api.send(request("POST", "/docs/api")).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let about = api.send(request("GET", "/about")).await.text;
    assert!(about.contains("href=\"/docs/api\""));
}

#[tokio::test]
async fn its_examples_are_answered_as_it_says() {
    for address in [None, Some("https://secrets.example.com"), Some("https://example.com/it's/ash")] {
        let api = Api::set(|state| {
            Arc::make_mut(&mut state.config).public_url = address.map(str::to_owned);
        });
        let html = page(&api).await.text;
        let address = address.unwrap_or("https://ashlink.example");
        let commands = commands(&html);
        for (id, status) in [
            ("config", 200),
            ("create", 201),
            ("lookup", 200),
            ("receipt", 200),
            ("claim", 200),
            ("ack", 204),
            ("destroy", 410),
            ("destroy", 410),
        ] {
            let (_, command) = commands.iter().find(|(known, _)| known == id).unwrap();
            let answer = api.send(curl(command, address)).await;
            assert_eq!(answer.status.as_u16(), status, "{command}\n{}", answer.text);
        }
        assert_eq!(commands.len(), 8, "every operation has its example above");
    }
}

#[tokio::test]
async fn its_addresses_are_under_the_prefix() {
    let mut prefixed = Api::under("/tools/ash");
    prefixed.change(|state| {
        Arc::make_mut(&mut state.config).public_url = Some("https://example.com/tools/ash".to_owned());
    });
    let html = page(&prefixed).await.text;
    let addresses: Vec<_> = ["href=\"", "src=\""]
        .iter()
        .flat_map(|attribute| html.split(attribute).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(addresses.contains(&"/tools/ash/api/openapi.json"), "{addresses:?}");
    for address in addresses.iter().filter(|address| !address.starts_with('#')) {
        assert!(address.starts_with("/tools/ash/"), "{address}");
    }
    let document = prefixed.send(request("GET", "/tools/ash/api/openapi.json")).await;
    assert_eq!(document.json["servers"][0]["url"], "https://example.com/tools/ash");
    let elsewhere = Api::new().send(request("GET", "/api/openapi.json")).await;
    assert_eq!(elsewhere.json["servers"], Value::Null);
}

#[tokio::test]
async fn it_says_what_this_server_allows() {
    let api = Api::with(|config| config.max_envelope = 54_321);
    assert!(page(&api).await.text.contains("54321 bytes"));
}
