//! The pages: rendered here, the same for everyone at one address.

mod compress;
mod reference;
mod turns;

pub use reference::Reference;

use crate::client::Caller;
use crate::http::encoding::Encoding;
use crate::http::headers::Nonce;
use crate::state::AppState;
use app::{Assets, Page, PageContext, document};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use leptos::prelude::provide_context;

/// `/`: make a link.
pub async fn create(state: State<AppState>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::Create, state, caller, nonce, encoding).await
}

/// `/s`: open a link.
pub async fn open(state: State<AppState>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::Open, state, caller, nonce, encoding).await
}

/// `/m`: the sender's page.
pub async fn manage(state: State<AppState>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::Manage, state, caller, nonce, encoding).await
}

/// `/about`: how it works.
pub async fn about(state: State<AppState>, caller: Caller, nonce: Extension<Nonce>, encoding: Encoding) -> Response {
    render(Page::About, state, caller, nonce, encoding).await
}

/// Anything else.
pub async fn not_found(
    state: State<AppState>,
    caller: Caller,
    nonce: Extension<Nonce>,
    encoding: Encoding,
) -> Response {
    let mut response = render(Page::NotFound, state, caller, nonce, encoding).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn render(
    page: Page,
    State(state): State<AppState>,
    caller: Caller,
    Extension(nonce): Extension<Nonce>,
    encoding: Encoding,
) -> Response {
    let _turn = turns::take(caller.tag).await;
    let context = context(page, &state, nonce.as_str());
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

/// What a page is rendered from.
fn context(page: Page, state: &AppState, nonce: &str) -> PageContext {
    let base = state.base.to_string();
    let under = |path: &str| format!("{base}/{path}");
    PageContext {
        page,
        assets: Assets {
            style: under(state.site.style),
            boot: under(state.site.boot),
            frontend_js: under(state.site.frontend_js),
            frontend_wasm: under(state.site.frontend_wasm),
            worker: under(state.site.worker),
            extras_js: under(state.site.extras_js),
            extras_wasm: under(state.site.extras_wasm),
            icon: under("favicon.svg"),
            brand: state.brand.style().map(|path| under(&path)),
        },
        base,
        nonce: nonce.to_owned(),
        config: state.told(),
    }
}
