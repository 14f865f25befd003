//! The security headers of every answer.

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use url::Url;

/// Whether browsers are told to come back by https only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// The public URL is https.
    Https,
    /// It is http, or nobody has said.
    Unknown,
}

impl Transport {
    /// Of what is at this address.
    #[must_use]
    pub fn of(url: &Url) -> Self {
        if url.scheme() == "https" { Self::Https } else { Self::Unknown }
    }
}

/// What an answer is, as far as its headers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The create page: the one that search engines may list.
    FrontPage,
    /// Every other answer: sent with `X-Robots-Tag: noindex`.
    Other,
}

/// Sets the security headers on every answer, errors included. A handler may say how an answer is
/// cached; what says nothing is not, nor may a proxy rewrite it. It may also have a policy of its
/// own, for what is no page.
pub async fn secure<F: Future<Output = Response>>(
    transport: Transport,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let kind = if request.uri().path() == "/" { Kind::FrontPage } else { Kind::Other };
    let mut response = next(request).await;
    apply(response.headers_mut(), transport, kind);
    response
}

/// The same as rows of a head, with their ends, for answers that the HTTP library makes by itself.
#[must_use]
pub fn rows(transport: Transport) -> String {
    let mut headers = HeaderMap::new();
    apply(&mut headers, transport, Kind::Other);
    let row = |(name, value): (&HeaderName, &HeaderValue)| {
        format!("{name}: {}\r\n", value.to_str().expect("all of them are written in ASCII above"))
    };
    headers.iter().map(row).collect()
}

/// What every page has, on every server of this release.
pub fn of_pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    FIXED.into_iter().chain([(CONTENT_SECURITY_POLICY, POLICY)])
}

/// What every page has besides its policy, where it is reached in this way.
pub fn besides_policy(transport: Transport) -> impl Iterator<Item = (&'static str, &'static str)> {
    FIXED.into_iter().chain((transport == Transport::Https).then_some(STRICT_TRANSPORT_SECURITY))
}

fn apply(headers: &mut HeaderMap, transport: Transport, kind: Kind) {
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store, no-transform"));
    if transport == Transport::Https {
        let (name, value) = STRICT_TRANSPORT_SECURITY;
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if kind == Kind::Other {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
}

const CONTENT_SECURITY_POLICY: &str = "content-security-policy";

/// For this host alone: what its subdomains serve is not ours to decide.
const STRICT_TRANSPORT_SECURITY: (&str, &str) = ("strict-transport-security", "max-age=63072000");

/// Headers that never vary.
const FIXED: [(&str, &str); 6] = [
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", PERMISSIONS),
];

/// Everything that this page has no use for is off; copying is its own. So is sharing
/// (`web-share`), which is its own without being named: naming it makes the browsers that
/// lack it write a warning to the console.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
    clipboard-read=(), clipboard-write=(self), display-capture=(), encrypted-media=(), fullscreen=(), \
    geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), local-fonts=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(), \
    publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
    window-management=(), xr-spatial-tracking=()";

/// The content security policy. Also governs the worker, whose script is an answer too.
///
/// Whatever is not opened is closed. Scripts are the server's own files, and none within a page: not by
/// hashes with 'strict-dynamic', because Chromium then refuses what a page's script imports later; the page's
/// tags have their hashes in `integrity`. WebAssembly may be compiled, and no text may be run as script: no
/// string reaches a place that would run it but the worker's address, and the page's `default` policy lets
/// nothing else through. Images are the mark and the empty icon of error pages, connections the API and the
/// WASM files.
pub const POLICY: &str = "default-src 'none'; base-uri 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(transport: Transport, kind: Kind) -> HeaderMap {
        let mut headers = HeaderMap::new();
        apply(&mut headers, transport, kind);
        headers
    }

    #[test]
    fn every_header_is_set() {
        let headers = applied(Transport::Unknown, Kind::Other);
        let text = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(text("referrer-policy"), "no-referrer");
        assert_eq!(text("x-content-type-options"), "nosniff");
        assert_eq!(text("cross-origin-opener-policy"), "same-origin");
        assert_eq!(text("cross-origin-embedder-policy"), "require-corp");
        assert_eq!(text("cross-origin-resource-policy"), "same-origin");
        assert_eq!(text("cache-control"), "no-store, no-transform");
        assert_eq!(text("x-robots-tag"), "noindex");
        let permissions = text("permissions-policy");
        assert!(permissions.contains("clipboard-write=(self)") && !permissions.contains("web-share"));
        assert!(permissions.split(", ").filter(|feature| !feature.ends_with("=()")).count() == 1);
        assert!(!headers.contains_key("strict-transport-security"));
        assert_eq!(headers.len(), 9);
    }

    #[test]
    fn https_and_the_front_page_differ() {
        let headers = applied(Transport::Https, Kind::FrontPage);
        assert_eq!(headers["strict-transport-security"], "max-age=63072000");
        assert!(!headers.contains_key("x-robots-tag"));
    }

    #[test]
    fn what_a_handler_says_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        apply(&mut headers, Transport::Unknown, Kind::Other);
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    }
}
