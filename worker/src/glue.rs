//! Between JavaScript's values and the session.

use crate::fetch::Fetch;
use ashlink_client::session::Session;
use ashlink_core::message::{Fault, Field, Reply, Request, UnknownMessage};
use ashlink_core::passphrase::{Passphrase, PassphraseTooLong};
use js_sys::{Array, Function, JsString, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};

thread_local! {
    static SESSION: RefCell<Option<Session<Fetch>>> = const { RefCell::new(None) };
}

/// Begins a session. `send` makes one call of the API: method, path, body, then name and value
/// of each header; it answers with status and body.
#[wasm_bindgen]
pub fn start(send: Function) {
    SESSION.set(Some(Session::new(Fetch::new(send), passphrase)));
}

/// Answers one message. The caller sends one at a time.
#[wasm_bindgen]
pub async fn handle(fields: Array) -> Array {
    let request = fields.iter().map(read).collect::<Result<_, _>>().and_then(Request::from_fields);
    // Taken out for as long as it works: no borrow is held across an await.
    let reply = match (request, SESSION.take()) {
        (Ok(request), Some(mut session)) => {
            let reply = session.handle(request).await;
            SESSION.set(Some(session));
            reply
        }
        (_, session) => {
            SESSION.set(session);
            Reply::Failed(Fault::Broken)
        }
    };
    reply.into_fields().into_iter().map(write).collect()
}

fn read(value: JsValue) -> Result<Field, UnknownMessage> {
    if value.is_null() {
        return Ok(Field::Nothing);
    }
    if let Some(number) = value.as_f64() {
        return Ok(Field::Number(number));
    }
    if let Some(text) = value.as_string() {
        return Ok(Field::Text(text));
    }
    let bytes: Uint8Array = value.dyn_into().map_err(|_| UnknownMessage)?;
    Ok(Field::Bytes(bytes.to_vec()))
}

fn write(field: Field) -> JsValue {
    match field {
        Field::Nothing => JsValue::NULL,
        Field::Number(number) => number.into(),
        Field::Text(text) => text.into(),
        Field::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
    }
}

/// In Unicode's normalisation form C, by way of the browser: the tables would be more than half
/// of this module.
fn passphrase(typed: &str) -> Result<Option<Passphrase>, PassphraseTooLong> {
    Passphrase::from_nfc(&String::from(JsString::from(typed).normalize("NFC")))
}
