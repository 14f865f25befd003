//! The whole route table, and the layers around it.

use crate::http::headers::Transport;
use crate::http::{cross_site, discard, headers, host, log, prefix};
use crate::metrics::Metrics;
use crate::state::AppState;
use crate::{api, brand, client, health, limit, page, site};
use any_spawner::Executor;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::convert::Infallible;
use std::sync::Arc;
use tower::util::MapRequestLayer;
use tower::{Layer as _, Service};

/// Routes and layers without the path prefix.
pub fn router(state: AppState) -> Router {
    // Leptos renders on the runtime that serves; only the first call can and must say so.
    let _ = Executor::init_tokio();
    let transport = state.transport;
    // Somewhat too large a body is taken in for its answer; one without end is not.
    let most_discarded = 2 * api::largest_body(&state.config);
    let metrics = Arc::clone(&state.metrics);
    let (api, document) = api::routes(&state.config);
    let reference = page::Reference::new(document, state.clone());
    Router::new()
        .route("/", get(page::create))
        .route("/s", get(page::open))
        .route("/m", get(page::manage))
        .route("/about", get(page::about))
        .route("/docs/api", get(move |encoding| async move { reference.answer(encoding) }))
        .route("/pkg/{file}", get(site::hashed))
        .route("/brand/{file}", get(brand::file))
        .route("/favicon.svg", get(site::favicon))
        .route("/robots.txt", get(site::robots))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .merge(
            // Who asks, and how often, matters to the API alone.
            api.layer(from_fn_with_state(state.clone(), client_first)),
        )
        .fallback(page::not_found)
        .with_state(state)
        // From the inside out: the last one added sees a request first.
        .layer(from_fn_with_state((metrics, transport), around))
        // Outside everything that refuses.
        .layer(MapRequestLayer::new(move |request| discard::rest(request, most_discarded)))
}

/// What surrounds every request, from the outside in. One layer, not three: each costs some
/// allocations and a copy of all that is inside.
async fn around(
    State((metrics, transport)): State<(Arc<Metrics>, Transport)>,
    request: Request,
    next: Next,
) -> Response {
    let inside = async |request| match host::refusal(&request) {
        Some(refusal) => refusal,
        None => cross_site::refuse(request, |request| next.run(request)).await,
    };
    log::requests(&metrics, request, |request| headers::secure(transport, request, inside)).await
}

/// Who asks, and then whether too often.
async fn client_first(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    client::identify(&state, &mut request);
    match limit::refusal(&state, &request) {
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
    MapRequestLayer::new(move |request| prefix::strip(&base, request)).layer(router(state))
}
