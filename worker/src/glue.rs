//! Between JavaScript's values and the session.

use crate::fetch::Fetch;
use ashlink_client::session::Session;
use ashlink_core::message::{Fault, Reply, Request};
use ashlink_core::passphrase::{Passphrase, PassphraseTooLong};
use js_sys::{Function, JsString, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

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
pub async fn handle(message: Vec<u8>) -> Uint8Array {
    let request = Request::from_bytes(&Zeroizing::new(message));
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
    Uint8Array::from(reply.to_bytes().as_slice())
}

/// In Unicode's normalisation form C, by way of the browser: the tables would be more than half
/// of this module.
fn passphrase(typed: &str) -> Result<Option<Passphrase>, PassphraseTooLong> {
    Passphrase::parse_with(typed, |text| String::from(JsString::from(text).normalize("NFC")))
}
