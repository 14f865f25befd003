//! Refuses what another site's page sends, and lets the one page in that the operator has on another host.
//! There are no cookies to steal; but no other site has any business here, and a browser says where a request
//! comes from.

use crate::api::error::ApiError;
use ashlink_core::api::{ACCESS_HEADER, ErrorCode, LINK_HEADER, OWNER_HEADER, TOKEN_HEADER};
use ashlink_store::counters::Class;
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, ORIGIN};
use axum::response::{IntoResponse as _, Response};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// For how long a browser need not ask again what the other page may send.
const KNOWN: Duration = Duration::from_secs(600);

/// Lets a request through that comes from our own pages, from the address bar, or from something
/// that is no browser. From other sites people come to our pages, and that is all: a lookup there
/// would be one of the visitor's own, of whom it would use up the limit. The class is what the request
/// is counted as; `client` is the origin of our page on another host.
pub async fn refuse<F: Future<Output = Response>>(
    request: Request,
    class: Option<Class>,
    client: Option<&HeaderValue>,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let site = request.headers().get("sec-fetch-site");
    let ours = site.is_none_or(|site| site == "same-origin" || site == "none")
        || client.is_some_and(|client| request.headers().get_all(ORIGIN).iter().eq([client]));
    if ours || request.method().is_safe() && class != Some(Class::Lookup) {
        return next(request).await;
    }
    ApiError::new(ErrorCode::CrossSite, "pages of another origin cannot do this").into_response()
}

/// Has browsers let the page of this origin call the API, and read its answers (Fetch, section 3.2).
pub fn allow(client: HeaderValue) -> CorsLayer {
    let proofs = [LINK_HEADER, OWNER_HEADER, ACCESS_HEADER, TOKEN_HEADER].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list([client]))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(proofs.into_iter().chain([CONTENT_TYPE]).collect::<Vec<_>>())
        .max_age(KNOWN)
}
