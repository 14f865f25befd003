//! The pages: rendered here, the same for everyone at one address.

use super::brand::Brand;
use super::{Site, compress, turns};
use crate::web::caller::Caller;
use crate::web::encoding::Encoding;
use crate::web::headers::Nonce;
use app::{Assets, Page, PageContext, document};
use ashlink_core::api::Config;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use leptos::prelude::provide_context;
use std::sync::Arc;

/// What pages are rendered from. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    /// The page's files.
    pub site: Arc<Site>,
    /// The site's own look.
    pub brand: Arc<Brand>,
    /// What stands before every path: empty, or `/prefix`.
    pub base: Arc<str>,
    /// What the operator allows.
    pub config: Arc<Config>,
}

impl Pages {
    /// What callers are told of the settings.
    #[must_use]
    pub fn told(&self) -> Config {
        let mut config = Config::clone(&self.config);
        config.logo = self.brand.logo().map(|path| format!("{}/{path}", self.base));
        config
    }

    pub(super) fn context(&self, page: Page, nonce: &str) -> PageContext {
        let base = self.base.to_string();
        let under = |path: &str| format!("{base}/{path}");
        PageContext {
            page,
            assets: Assets {
                style: under(self.site.style),
                boot: under(self.site.boot),
                frontend_js: under(self.site.frontend_js),
                frontend_wasm: under(self.site.frontend_wasm),
                worker: under(self.site.worker),
                extras_js: under(self.site.extras_js),
                extras_wasm: under(self.site.extras_wasm),
                icon: under("favicon.svg"),
                brand: self.brand.style().map(|path| under(&path)),
            },
            base,
            nonce: nonce.to_owned(),
            config: self.told(),
        }
    }
}

/// `/`: create a link.
pub async fn create(pages: State<Pages>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::Create, pages, caller, nonce, encoding).await
}

/// `/s`: open a link.
pub async fn open(pages: State<Pages>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::Open, pages, caller, nonce, encoding).await
}

/// `/m`: the sender's page.
pub async fn manage(pages: State<Pages>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::Receipt, pages, caller, nonce, encoding).await
}

/// `/about`: how it works.
pub async fn about(pages: State<Pages>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::About, pages, caller, nonce, encoding).await
}

/// The page for an address that leads nowhere, with 404.
pub async fn not_found(pages: State<Pages>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    let mut response = render(Page::NotFound, pages, caller, nonce, encoding).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn render(
    page: Page,
    State(pages): State<Pages>,
    caller: Caller,
    Extension(nonce): Extension<Nonce>,
    encoding: Encoding,
) -> Response {
    let _turn = turns::take(caller.tag).await;
    let context = pages.context(page, nonce.as_str());
    // Leptos appends two scripts of its own; they carry the nonce that it finds here.
    let leptos_nonce = leptos::nonce::Nonce::from_value(nonce.as_str().to_owned());
    let handler = leptos_axum::render_app_async_with_context(
        move || provide_context(leptos_nonce.clone()),
        move || document(context.clone()),
    );
    // Nothing of the visitor's request reaches the page: it is the same for everyone.
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static("/");
    compress::page(handler(request).await.into_response(), encoding).await
}
