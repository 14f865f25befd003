//! What the HTTP library lets pass, and no server may answer as if it were right.

use axum::extract::Request;
use axum::http::header::{HOST, TRANSFER_ENCODING};
use axum::http::{StatusCode, Version};
use std::net::Ipv6Addr;

/// Why a request is refused, whatever it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not say to which host it goes, or to more than one.
    #[error("a request has one Host header, with a host in it")]
    Host,
    /// Its body is coded in a way that is not understood here.
    #[error("the transfer coding must be chunked")]
    TransferCoding,
}

impl Refusal {
    /// What it is answered with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Host => StatusCode::BAD_REQUEST,
            Self::TransferCoding => StatusCode::NOT_IMPLEMENTED,
        }
    }
}

/// The refusal of a request without a `Host`, with two of them or with an invalid one (RFC 9112,
/// section 3.2), or with a transfer coding besides `chunked` (section 6.1). HTTP/1.0 has no `Host`.
#[must_use]
pub fn refusal(request: &Request) -> Option<Refusal> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let is_right = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(|host| name(host).is_some()),
        (None, _) => request.version() <= Version::HTTP_10,
        (Some(_), Some(_)) => false,
    };
    if !is_right {
        return Some(Refusal::Host);
    }
    let mut codings = request.headers().get_all(TRANSFER_ENCODING).iter();
    let is_chunked = match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    };
    (!is_chunked).then_some(Refusal::TransferCoding)
}

/// The host in a `Host` header, without its port; an IPv6 address in its brackets. `None` for what
/// RFC 3986 (section 3.2) does not allow.
#[must_use]
pub fn name(host: &str) -> Option<&str> {
    let end = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, port) = host.split_at(end);
    let port_is_right = port.is_empty() || port.strip_prefix(':')?.bytes().all(|byte| byte.is_ascii_digit());
    let name_is_right = match name.strip_prefix('[') {
        Some(address) => address.strip_suffix(']')?.parse::<Ipv6Addr>().is_ok(),
        None => name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte)),
    };
    (port_is_right && name_is_right).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn hosts_are_read_as_the_rfc_has_them() {
        for (host, expected) in [
            ("secrets.example.com", Some("secrets.example.com")),
            ("localhost:3000", Some("localhost")),
            ("192.0.2.1:", Some("192.0.2.1")),
            ("[2001:db8::1]:80", Some("[2001:db8::1]")),
            ("xn--bcher-kva.example", Some("xn--bcher-kva.example")),
            ("", Some("")),
            ("a b", None),
            ("user@example.com", None),
            ("example.com/path", None),
            ("example.com:http", None),
            ("[::1", None),
            ("[example]", None),
            ("2001:db8::1", None),
            ("a.example, b.example", None),
        ] {
            let read = name(host);
            // A comma is allowed in a name by the RFC; the space behind it is not.
            assert_eq!(read, expected, "{host:?}");
        }
    }

    #[test]
    fn one_host_and_chunked_alone() {
        let status = |version: Version, headers: &[(&str, &str)]| {
            let builder = Request::builder().version(version);
            let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
            refusal(&builder.body(Body::empty()).unwrap()).map(|refusal| refusal.status().as_u16())
        };
        let (new, old) = (Version::HTTP_11, Version::HTTP_10);
        assert_eq!(status(new, &[("host", "a.example")]), None);
        assert_eq!(status(new, &[]), Some(400));
        assert_eq!(status(old, &[]), None);
        for version in [new, old] {
            assert_eq!(status(version, &[("host", "a.example"), ("host", "a.example")]), Some(400));
            assert_eq!(status(version, &[("host", "a.example/b")]), Some(400));
        }
        for (coding, expected) in [("Chunked", None), ("gzip, chunked", Some(501)), ("chunked, chunked", Some(501))] {
            assert_eq!(status(new, &[("host", "x"), ("transfer-encoding", coding)]), expected, "{coding}");
        }
        let twice = [("host", "x"), ("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")];
        assert_eq!(status(new, &twice), Some(501));
    }
}
