//! The transport of the browser: `fetch`.

use crate::transport::{Answer, Call, NoAnswer, Transport};
use js_sys::JsString;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReferrerPolicy, Request, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect, Response, WorkerGlobalScope,
};

/// How long an answer is waited for, in milliseconds: long enough for a megabyte over a bad
/// line, short enough that nobody stares at a dead page.
const PATIENCE: u32 = 60_000;

/// Calls to one server.
pub(crate) struct Fetch {
    base: String,
}

impl Fetch {
    pub(crate) const fn new(base: String) -> Self {
        Self { base }
    }

    async fn fetch(&self, call: Call) -> Result<Answer, JsValue> {
        let headers = Headers::new()?;
        if let Some((name, value)) = &call.proof {
            headers.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_method(call.method.as_str());
        init.set_cache(RequestCache::NoStore);
        init.set_credentials(RequestCredentials::Omit);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        // A server that sends us elsewhere is not the one that the link is for.
        init.set_redirect(RequestRedirect::Error);
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
        if let Some(body) = &call.body {
            headers.set("content-type", "application/json")?;
            init.set_body(&JsValue::from_str(body));
        }
        init.set_headers(&headers);
        let request = Request::new_with_str_and_init(&format!("{}{}", self.base, call.path), &init)?;
        let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
        let response: Response = JsFuture::from(scope.fetch_with_request(&request)).await?.unchecked_into();
        let body: JsString = JsFuture::from(response.text()?).await?.unchecked_into();
        Ok(Answer { status: response.status(), body: body.into() })
    }
}

impl Transport for Fetch {
    async fn send(&self, call: Call) -> Result<Answer, NoAnswer> {
        // Why it failed, no browser tells a script.
        self.fetch(call).await.map_err(|_| NoAnswer)
    }
}
