//! `/docs/api`: the API's OpenAPI document for people, as a page without a script.

mod example;
mod operation;
mod schemas;
#[cfg(test)]
mod tests;

use super::compress;
use super::pages::Pages;
use crate::web::encoding::Encoding;
use app::{Page, document};
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use leptos::prelude::RenderHtml as _;
use std::sync::{Arc, Mutex, PoisonError};
use utoipa::openapi::OpenApi;

/// The page: the same for everyone. Cheap to clone.
#[derive(Clone)]
pub struct Reference(Arc<Source>);

/// What the page is made from, and the page itself once somebody has asked for it.
struct Source {
    document: OpenApi,
    pages: Pages,
    rendered: Mutex<Option<Forms>>,
}

/// The page as it is sent.
#[derive(Clone)]
struct Forms {
    /// Where the logo in it is; with another one, the page is another one.
    logo: Option<String>,
    plain: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

impl Reference {
    /// Of this document, on this server.
    #[must_use]
    pub fn new(document: OpenApi, pages: Pages) -> Self {
        Self(Arc::new(Source { document, pages, rendered: Mutex::default() }))
    }

    /// The page, in the form that was agreed on.
    #[must_use]
    pub fn answer(&self, encoding: Encoding) -> Response {
        let Forms { plain, brotli, gzip, .. } = self.0.forms();
        let body = match encoding {
            Encoding::Brotli => brotli,
            Encoding::Gzip => gzip,
            Encoding::Identity => plain,
        };
        let mut response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
        encoding.tell(response.headers_mut());
        response
    }
}

impl Source {
    fn forms(&self) -> Forms {
        // Rendering can only panic where a test of this page would have: the next one asks again.
        let mut rendered = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        let logo = self.pages.brand.logo();
        if let Some(forms) = rendered.as_ref().filter(|forms| forms.logo == logo) {
            return forms.clone();
        }
        rendered.insert(Forms::of(logo, render(&self.document, &self.pages))).clone()
    }
}

impl Forms {
    fn of(logo: Option<String>, html: String) -> Self {
        let plain = Bytes::from(html);
        let packed = |encoding| compress::encode(plain.clone(), encoding).expect("memory takes whatever is written");
        Self { logo, brotli: packed(Encoding::Brotli), gzip: packed(Encoding::Gzip), plain }
    }
}

/// The whole page. There is no script in it that would need a nonce.
fn render(api: &OpenApi, pages: &Pages) -> String {
    let page = Page::Reference(Box::new(operation::reference(api, &pages.config)));
    document(pages.context(page, "")).to_html()
}
