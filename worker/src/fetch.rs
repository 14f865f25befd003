//! The transport of the browser: a function of `boot.js` around `fetch`.

use ashlink_client::transport::{Answer, Call, NoAnswer, Transport};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Calls to the server that the page came from.
pub(crate) struct Fetch {
    send: Function,
}

impl Fetch {
    pub(crate) const fn new(send: Function) -> Self {
        Self { send }
    }

    async fn fetch(&self, call: Call) -> Result<Answer, JsValue> {
        let body = call.body.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str);
        let arguments = Array::of3(&call.method.as_str().into(), &call.path.as_str().into(), &body);
        for (name, value) in &call.headers {
            arguments.push(&(*name).into());
            arguments.push(&value.as_str().into());
        }
        let promise: Promise = self.send.apply(&JsValue::NULL, &arguments)?.unchecked_into();
        let answer: Array = JsFuture::from(promise).await?.unchecked_into();
        let status = answer.get(0).as_f64().unwrap_or_default() as u16;
        Ok(Answer { status, body: answer.get(1).as_string().unwrap_or_default() })
    }
}

impl Transport for Fetch {
    async fn send(&self, call: Call) -> Result<Answer, NoAnswer> {
        // Why it failed, no browser tells a script.
        self.fetch(call).await.map_err(|_| NoAnswer)
    }
}
