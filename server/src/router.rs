//! The whole route table, and the layers around it.

use crate::http::{cross_site, discard, headers, log, prefix};
use crate::state::AppState;
use crate::{api, brand, client, health, limit, page, site};
use any_spawner::Executor;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
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
            api.layer(from_fn_with_state(state.clone(), limit::refuse))
                .layer(from_fn_with_state(state.clone(), client::identify)),
        )
        .fallback(page::not_found)
        .with_state(state)
        // From the inside out: the last one added sees a request first.
        .layer(from_fn(cross_site::refuse))
        .layer(from_fn_with_state(transport, headers::secure))
        .layer(from_fn_with_state(metrics, log::requests))
        // Outside everything that refuses.
        .layer(MapRequestLayer::new(move |request| discard::rest(request, most_discarded)))
}

/// The service that connections are served with.
pub fn service(
    state: AppState,
) -> impl Service<Request, Response = axum::response::Response, Error = Infallible, Future: Send> + Clone + Send {
    let base = Arc::clone(&state.base);
    // Outside the router, because a path must be settled before it is routed.
    MapRequestLayer::new(move |request| prefix::strip(&base, request)).layer(router(state))
}
