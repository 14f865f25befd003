//! Content negotiation for pages and files (RFC 9110, section 12.5.3). Answers of the API
//! are never compressed.

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, VARY};
use axum::http::request::Parts;
use std::convert::Infallible;

/// The forms that pages and files are sent in, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `br` in the headers (RFC 7932).
    Brotli,
    /// `gzip` in the headers (RFC 1952).
    Gzip,
    /// Not compressed, and sent without `Content-Encoding`.
    Identity,
}

impl Encoding {
    /// The form that a client likes best, and of those that it likes as much the smallest. By hand: the
    /// negotiation of tower-http belongs to its own files and its own compression, and these are in
    /// memory in all their forms.
    pub(crate) fn best<'h>(accepted: impl Iterator<Item = &'h str>) -> Self {
        // What is not listed is not taken, but for the plain form, which is the last choice then.
        let [mut brotli, mut gzip, mut identity] = [0; 3];
        for item in accepted.flat_map(|line| line.split(',')) {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or("");
            let form = match name.to_ascii_lowercase().as_str() {
                "br" => &mut brotli,
                "gzip" => &mut gzip,
                "identity" => &mut identity,
                _ => continue,
            };
            *form = (*form).max(parts.find_map(weight).unwrap_or(MOST));
        }
        if brotli > 0 && brotli >= gzip.max(identity) {
            Self::Brotli
        } else if gzip > 0 && gzip >= identity {
            Self::Gzip
        } else {
            Self::Identity
        }
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

/// The weight of what a client likes most, in thousandths.
const MOST: u16 = 1000;

/// How much a client likes a form, in thousandths, if this parameter says so (RFC 9110, section 12.4.2).
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let weight: f32 = value.trim().parse().ok()?;
    // What is no number is cast to zero.
    name.trim().eq_ignore_ascii_case("q").then_some((weight.clamp(0.0, 1.0) * f32::from(MOST)).round() as u16)
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
        assert_eq!(best("br;q=0.1, gzip"), Encoding::Gzip);
        assert_eq!(best("gzip;q=0.5"), Encoding::Gzip);
        assert_eq!(best("gzip;q=0.5, br;Q=0.5"), Encoding::Brotli);
        assert_eq!(best("identity, br;q=0.999, gzip;q=0.5"), Encoding::Identity);
        assert_eq!(best("identity;q=0, br;q=0.001"), Encoding::Brotli);
        assert_eq!(best("br;q=high"), Encoding::Brotli);
        assert_eq!(best("br;q=-1, gzip;q=NaN"), Encoding::Identity);
    }
}
