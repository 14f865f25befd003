//! Content negotiation for precompressed files (RFC 9110, section 12.5.3).

/// The forms that a file is kept in, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The best form that a client takes.
    pub(super) fn best<'h>(accepted: impl Iterator<Item = &'h str>) -> Self {
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

    /// Its name in `Content-Encoding`.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
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
