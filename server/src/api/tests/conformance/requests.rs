//! Requests as the document wants them, and what can be wrong with one.

use super::described::{Described, Operation};
use super::values::{Chosen, World};
use crate::web::caller::Peer;
use axum::body::Body;
use serde_json::{Value, json};
use std::fmt;
use std::net::Ipv4Addr;

/// A request that may be broken in any way that can be sent.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Option<Vec<u8>>,
    /// Which JSON Schema cannot say.
    pub(super) repeats_a_field: bool,
}

impl Request {
    pub(super) fn get(path: &str) -> Self {
        Self { method: "GET".into(), path: path.into(), headers: Vec::new(), body: None, repeats_a_field: false }
    }

    /// As the document wants it, about one secret.
    pub(super) fn right(described: &Described, operation: &Operation, world: &mut World, secret: Chosen) -> Self {
        let mut value = |schema: &Value| world.right(&described.schemas, schema, secret);
        let mut path = operation.path.clone();
        for parameter in operation.parameters("path") {
            let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
            path = path.replace(&name, value(&parameter["schema"]).as_str().unwrap());
        }
        let headers = operation.parameters("header").map(|parameter| {
            let text = value(&parameter["schema"]).as_str().unwrap().as_bytes().to_vec();
            (parameter["name"].as_str().unwrap().to_owned(), text)
        });
        let mut headers: Vec<_> = headers.collect();
        let body =
            operation.body().map(|schema| world.right(&described.schemas, schema, secret).to_string().into_bytes());
        if body.is_some() {
            headers.push(("content-type".into(), b"application/json".to_vec()));
        }
        Self { method: operation.method.clone(), path, headers, body, repeats_a_field: false }
    }

    /// With one more header.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
    }

    /// From this address; `None` for what no client could send.
    pub(super) fn to_http(&self, from: Ipv4Addr) -> Option<axum::http::Request<Body>> {
        let mut builder =
            axum::http::Request::builder().method(self.method.as_str()).uri(&self.path).header("host", "localhost");
        for (name, value) in &self.headers {
            builder = builder.header(name, value.as_slice());
        }
        builder.extension(Peer((from, 4711).into())).body(self.body.clone().map_or_else(Body::empty, Body::from)).ok()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {:.300}", self.method, self.path)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {:.300}", String::from_utf8_lossy(value))?;
        }
        write!(f, "{:.2000}", String::from_utf8_lossy(self.body.as_deref().unwrap_or_default()))
    }
}

/// Breaks requests.
pub(super) struct Changes<'w> {
    pub(super) described: &'w Described,
    pub(super) operation: &'w Operation,
    pub(super) world: &'w mut World,
}

impl Changes<'_> {
    /// Changes one thing, and sometimes another one.
    pub(super) fn apply(&mut self, request: &mut Request) {
        loop {
            match self.world.rng.u32(..8) {
                0..4 if request.body.is_some() => self.change_field(request),
                0..2 => self.change_header(request),
                4 if request.body.is_some() => self.change_body(request),
                4 => self.change_path(request),
                5 => self.change_header(request),
                6 => self.change_path(request),
                _ => self.change_way(request),
            }
            if self.world.rng.u32(..5) > 0 {
                return;
            }
        }
    }

    /// One field of the body: absent, odd, of another secret, twice; or one more.
    fn change_field(&mut self, request: &mut Request) {
        let Some(Ok(Value::Object(mut body))) = request.body.as_deref().map(serde_json::from_slice) else { return };
        let schema = self.described.schemas.resolve(self.operation.body().expect("there is a body")).clone();
        let fields = schema["properties"].as_object().expect("bodies are objects");
        let (name, field) = fields.iter().nth(self.world.rng.usize(..fields.len())).expect("there are fields");
        let right = body.get(name).cloned().unwrap_or_default();
        match self.world.rng.u32(..10) {
            0 => drop(body.remove(name)),
            1 => drop(body.insert("colour".into(), json!("red"))),
            2 => {
                let mut text = Value::Object(body).to_string();
                text.insert_str(1, &format!("{}:{right},", json!(name)));
                request.body = Some(text.into_bytes());
                request.repeats_a_field = true;
                return;
            }
            3..6 => {
                let stranger = self.world.any();
                body.insert(name.clone(), self.world.right(&self.described.schemas, field, stranger));
            }
            _ => drop(body.insert(name.clone(), self.world.odd(&self.described.schemas, field, &right))),
        }
        request.body = Some(Value::Object(body).to_string().into_bytes());
    }

    /// The body as a whole.
    fn change_body(&mut self, request: &mut Request) {
        let right = request.body.clone().unwrap_or_default();
        let text = String::from_utf8_lossy(&right).into_owned();
        let cut = self.world.rng.usize(..=right.len());
        let bodies = [
            Vec::new(),
            b"null".to_vec(),
            b"[]".to_vec(),
            b"{}".to_vec(),
            b"\"\"".to_vec(),
            b"{\"id\":1e999}".to_vec(),
            b"\xff\xfe{}".to_vec(),
            right[..cut].to_vec(),
            format!("[{text}]").into_bytes(),
            format!("{text}{text}").into_bytes(),
            format!("\u{feff}{text}").into_bytes(),
            format!(" \n{text}\t ").into_bytes(),
            text.replace('"', "'").into_bytes(),
            "[".repeat(3_000).into_bytes(),
            [right.as_slice(), &vec![b' '; 2_000_000]].concat(),
        ];
        request.body = self.world.rng.choice(bodies);
    }

    /// A header: absent, odd, of another secret, twice.
    fn change_header(&mut self, request: &mut Request) {
        if request.headers.is_empty() {
            return;
        }
        let place = self.world.rng.usize(..request.headers.len());
        let (name, right) = request.headers[place].clone();
        let schema = self.operation.parameters("header").find(|parameter| parameter["name"] == name.as_str());
        let strange = schema.map(|parameter| {
            let stranger = self.world.any();
            self.world
                .right(&self.described.schemas, &parameter["schema"], stranger)
                .as_str()
                .unwrap()
                .as_bytes()
                .to_vec()
        });
        let strange = strange.unwrap_or_else(|| b"text/plain".to_vec());
        match self.world.rng.u32(..8) {
            0 => drop(request.headers.remove(place)),
            1 => request.headers.push((name, right)),
            2 => request.headers.insert(place, (name, strange)),
            3..7 => request.headers[place].1 = strange,
            _ => {
                let odd = [
                    Vec::new(),
                    b" ".to_vec(),
                    b"=".to_vec(),
                    b"\xe4\xff".to_vec(),
                    b"x".repeat(8_000),
                    [right.as_slice(), b"="].concat(),
                    [right.as_slice(), b"; charset=utf-8"].concat(),
                    right.to_ascii_uppercase(),
                    right.get(1..).unwrap_or_default().to_vec(),
                ];
                request.headers[place].1 = self.world.rng.choice(odd).expect("there are some");
            }
        }
    }

    /// The address.
    fn change_path(&mut self, request: &mut Request) {
        let odd = [
            "",
            ".",
            "..",
            "%00",
            "%ff",
            "%2F",
            "%F0%9F%94%A5",
            "a",
            "{id}",
            "null",
            "-1",
            &"A".repeat(22),
            &"x".repeat(5_000),
        ];
        let odd = self.world.rng.choice(odd).expect("there are some").to_owned();
        match self.world.rng.u32(..6) {
            0 => request.path.push('/'),
            1 => request.path.push_str("?id=1&id=%ff&nonce"),
            2 => request.path = request.path.replacen("/v1/", "//v1/", 1),
            3 => request.path = format!("/api{}", request.path["/api".len()..].to_uppercase()),
            _ if self.operation.parameters("path").next().is_some() => {
                let mut parts: Vec<_> = request.path.split('/').map(str::to_owned).collect();
                let wanted: Vec<_> = self.operation.path.split('/').collect();
                let place = wanted.iter().position(|part| part.starts_with('{')).expect("there is a parameter");
                if let Some(part) = parts.get_mut(place) {
                    *part = odd;
                }
                request.path = parts.join("/");
            }
            _ => {}
        }
    }

    /// The method, where the request comes from, how its body is packed and how long it says it is.
    fn change_way(&mut self, request: &mut Request) {
        let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "get", "X"];
        let headers: [(&str, &str); 11] = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "same-origin"),
            ("content-encoding", "gzip"),
            ("content-encoding", "identity"),
            ("content-length", "99999999999"),
            ("content-length", "-1"),
            ("accept", "text/html"),
            ("accept-encoding", "br, gzip"),
            ("range", "bytes=0-1"),
            ("if-none-match", "*"),
        ];
        if self.world.rng.u32(..3) == 0 {
            request.method = (*self.world.rng.choice(&methods).expect("there are some")).to_owned();
        } else {
            let (name, value) = self.world.rng.choice(&headers).expect("there are some");
            request.headers.push(((*name).to_owned(), value.as_bytes().to_vec()));
        }
    }
}
