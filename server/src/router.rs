//! What answers on each route of the table (`routes.rs`), and the layers around it.

use crate::api::error::ApiError;
use crate::api::limit::{self, Limits};
use crate::api::state::ApiState;
use crate::api::{self, cross_site, health};
use crate::observe::metrics::Metrics;
use crate::observe::request_log;
use crate::routes::{self, Route};
use crate::site::pages::{Address, Pages};
use crate::site::{brand, files};
use crate::state::AppState;
use crate::web::caller::Callers;
use crate::web::encoding::Encoding;
use crate::web::headers::{self, Transport};
use crate::web::host::{self, Refusal};
use crate::web::{discard, prefix};
use ashlink_core::api::ErrorCode;
use axum::Router;
use axum::extract::{FromRef as _, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use std::convert::Infallible;
use std::sync::Arc;
use tower::util::MapRequestLayer;
use tower::{Layer as _, Service};

/// Routes and layers without the path prefix.
pub fn router(state: AppState) -> Router {
    let transport = state.transport;
    // Somewhat too large a body is taken in for its answer; one without end is not.
    let most_discarded = 2 * api::largest_body(&state.config);
    let metrics = Arc::clone(&state.metrics);
    let client = state.client.clone();
    let api = api::routes(&state.config);
    let who = (Callers::from_ref(&state), Limits::from_ref(&state));
    let pages = Pages::from_ref(&state);
    let routes = Route::ALL.iter().fold(Router::new(), |router, &route| match outside_the_api(route, &pages) {
        Some(handler) => router.route(route.template(), handler),
        None => router,
    });
    // Who asks, and how often, matters to the API alone.
    let api = api.with_state(ApiState::from_ref(&state)).layer(from_fn_with_state(who, caller_first));
    let api = match &client {
        // Outside the limits: the page on another host reads their words too.
        Some(client) => api.layer(cross_site::allow(client.clone())),
        None => api,
    };
    routes
        .merge(api)
        .fallback(page(&pages, Address::Nowhere))
        .with_state(state)
        // From the inside out: the last one added sees a request first.
        .layer(from_fn_with_state((metrics, transport, client), around))
        // Outside everything that refuses.
        .layer(MapRequestLayer::new(move |request| discard::rest(request, most_discarded)))
}

/// What answers on a route; `None` for those that `api::routes` adds.
fn outside_the_api(route: Route, pages: &Pages) -> Option<MethodRouter<AppState>> {
    Some(match route {
        Route::CreatePage => get(page(pages, Address::Create)),
        Route::OpenPage => get(page(pages, Address::Open)),
        Route::ReceiptPage => get(page(pages, Address::Receipt)),
        Route::AboutPage => get(page(pages, Address::About)),
        Route::ReferencePage => get(page(pages, Address::Reference)),
        Route::Manifest => {
            let pages = pages.clone();
            get(move || std::future::ready(pages.answer_manifest()))
        }
        Route::HashedFile => get(files::hashed),
        Route::BrandFile => get(brand::file),
        Route::Favicon => get(files::favicon),
        Route::Robots => get(files::robots),
        Route::Healthz => get(health::healthz),
        Route::Readyz => get(health::readyz),
        Route::OpenApi
        | Route::UnknownApi
        | Route::Config
        | Route::Secrets
        | Route::Secret
        | Route::Claim
        | Route::Ack
        | Route::Receipt => return None,
    })
}

/// Answers with a page.
fn page(
    pages: &Pages,
    address: Address,
) -> impl FnOnce(Encoding, HeaderMap) -> std::future::Ready<Response> + Clone + Send + Sync + 'static + use<> {
    let pages = pages.clone();
    move |encoding, headers| std::future::ready(pages.answer(address, encoding, &headers))
}

/// What surrounds every request, from the outside in. One layer, not three: each costs some
/// allocations and a copy of all that is inside.
async fn around(
    State((metrics, transport, client)): State<(Arc<Metrics>, Transport, Option<HeaderValue>)>,
    request: Request,
    next: Next,
) -> Response {
    let route = Route::of(&request);
    let class = route.and_then(|route| route.class(request.method()));
    let inside = async |request| match host::refusal(&request) {
        Some(Refusal::Host) => ApiError::new(ErrorCode::Malformed, Refusal::Host.to_string()).into_response(),
        Some(refusal @ Refusal::TransferCoding) => refusal.status().into_response(),
        None => cross_site::refuse(request, class, client.as_ref(), |request| next.run(request)).await,
    };
    request_log::requests(&metrics, route, request, |request| headers::secure(transport, request, inside)).await
}

/// Who asks, and then whether too often.
async fn caller_first(
    State((callers, limits)): State<(Callers, Limits)>,
    mut request: Request,
    next: Next,
) -> Response {
    callers.identify(&mut request);
    let class = Route::of(&request).and_then(|route| route.class(request.method()));
    match class.and_then(|class| limit::refusal(&limits, &request, class)) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

/// The service that connections are served with.
pub fn service(
    state: AppState,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send {
    let base = Arc::clone(&state.base);
    // Outside the router, because a path must be settled before it is routed.
    MapRequestLayer::new(move |request| routes::lead_to_page(&base, prefix::strip(&base, request))).layer(router(state))
}
