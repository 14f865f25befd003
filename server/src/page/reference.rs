//! `/docs/api`: the API's OpenAPI document for people, as a page without a script.

mod example;
mod operation;
mod schemas;
#[cfg(test)]
mod tests;

use super::{compress, context};
use crate::http::encoding::Encoding;
use crate::state::AppState;
use app::{Page, document};
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use leptos::prelude::RenderHtml as _;
use std::sync::{Arc, LazyLock};
use utoipa::openapi::OpenApi;

/// The page: the same for everyone, and rendered once, when somebody first asks. Cheap to clone.
#[derive(Clone)]
pub struct Reference(Arc<LazyLock<Forms, Box<dyn FnOnce() -> Forms + Send>>>);

/// The page as it is sent.
struct Forms {
    plain: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

impl Reference {
    /// Of this document, on this server.
    #[must_use]
    pub fn new(document: OpenApi, state: AppState) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(move || Forms::of(render(&document, &state))))))
    }

    /// The page, in the form that was agreed on.
    #[must_use]
    pub fn answer(&self, encoding: Encoding) -> Response {
        let body = match encoding {
            Encoding::Brotli => &self.0.brotli,
            Encoding::Gzip => &self.0.gzip,
            Encoding::Identity => &self.0.plain,
        };
        let mut response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], body.clone()).into_response();
        encoding.tell(response.headers_mut());
        response
    }
}

impl Forms {
    fn of(html: String) -> Self {
        let plain = Bytes::from(html);
        let packed = |encoding| compress::encode(plain.clone(), encoding).expect("memory takes whatever is written");
        Self { brotli: packed(Encoding::Brotli), gzip: packed(Encoding::Gzip), plain }
    }
}

/// The whole page. There is no script in it that would need a nonce.
fn render(api: &OpenApi, state: &AppState) -> String {
    let page = Page::Reference(Box::new(operation::reference(api, &state.config)));
    document(context(page, state, "")).to_html()
}
