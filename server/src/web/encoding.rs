//! Content negotiation for pages and files (RFC 9110, section 12.5.3). Answers of the API
//! are never compressed.

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, VARY};
use axum::http::request::Parts;
use std::convert::Infallible;

/// The forms that pages and files are sent in, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// RFC 7932.
    Brotli,
    /// RFC 1952.
    Gzip,
    /// As it is.
    Identity,
}

impl Encoding {
    /// The best form that a client takes.
    pub(crate) fn best<'h>(accepted: impl Iterator<Item = &'h str>) -> Self {
        let mut best = Self::Identity;
        for item in accepted.flat_map(|line| line.split(',')) {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or("");
            let refused = parts.any(|parameter| {
                parameter.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            });
            if refused {
                continue;
            }
            if name.eq_ignore_ascii_case("br") {
                return Self::Brotli;
            }
            if name.eq_ignore_ascii_case("gzip") {
                best = Self::Gzip;
            }
        }
        best
    }

    /// Says in an answer's headers what its body is, and that others may get another.
    pub fn tell(self, headers: &mut HeaderMap) {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(name) = self.name() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }

    /// Its name in `Content-Encoding`.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Encoding {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accepted = parts.headers.get_all(ACCEPT_ENCODING);
        Ok(Self::best(accepted.iter().filter_map(|value| value.to_str().ok())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_form_is_taken() {
        let best = |line: &'static str| Encoding::best([line].into_iter());
        assert_eq!(best("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(best("gzip;q=1.0, br;q=0"), Encoding::Gzip);
        assert_eq!(best("GZIP"), Encoding::Gzip);
        assert_eq!(best("identity"), Encoding::Identity);
        assert_eq!(best(""), Encoding::Identity);
        assert_eq!(best("br;q=0.000, gzip;q=0"), Encoding::Identity);
    }
}
