//! Serving under a path, as in `https://example.com/ashlink`.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// Takes the prefix off a request's path. Requests without it pass as they are, so that it
/// does not matter whether a proxy strips it.
#[must_use]
pub fn strip(prefix: &str, mut request: Request) -> Request {
    if let Some(uri) = stripped(prefix, request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

/// The address without the prefix; `None` where it stays as it is.
pub(crate) fn stripped(prefix: &str, uri: &Uri) -> Option<Uri> {
    if prefix.is_empty() {
        return None;
    }
    let rest = uri.path_and_query()?.as_str().strip_prefix(prefix)?;
    let path = match rest.as_bytes().first() {
        Some(b'/') => rest.to_owned(),
        None | Some(b'?') => format!("/{rest}"),
        // `/ashlinked` is not under `/ashlink`.
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(prefix: &str, uri: &str) -> String {
        let uri: Uri = uri.parse().unwrap();
        stripped(prefix, &uri).unwrap_or(uri).to_string()
    }

    #[test]
    fn only_whole_segments_are_stripped() {
        assert_eq!(path("/ash", "/ash"), "/");
        assert_eq!(path("/ash", "/ash/"), "/");
        assert_eq!(path("/ash", "/ash?x=/ash"), "/?x=/ash");
        assert_eq!(path("/ash", "/ash/api/v1/config"), "/api/v1/config");
        assert_eq!(path("/ash", "/ashes/api"), "/ashes/api");
        assert_eq!(path("/ash", "/s"), "/s");
        assert_eq!(path("", "/ash"), "/ash");
        assert_eq!(path("/ash", "http://host/ash/s"), "http://host/s");
    }
}
