//! Refuses what another site's page sends. There are no cookies to steal with it; but no
//! other site has any business here, and a browser says where a request comes from.

use crate::api::error::ApiError;
use ashlink_core::api::ErrorCode;
use ashlink_store::counters::Class;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};

/// Lets a request through that comes from our own pages, from the address bar, or from something
/// that is no browser. From other sites people come to our pages, and that is all: a lookup there
/// would be one of the visitor's own, of whom it would use up the limit. The class is what the request
/// is counted as.
pub async fn refuse<F: Future<Output = Response>>(
    request: Request,
    class: Option<Class>,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let site = request.headers().get("sec-fetch-site");
    let ours = site.is_none_or(|site| site == "same-origin" || site == "none");
    if ours || request.method().is_safe() && class != Some(Class::Lookup) {
        return next(request).await;
    }
    ApiError::new(ErrorCode::CrossSite, "pages of another origin cannot do this").into_response()
}
