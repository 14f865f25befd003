//! Addresses of requests under a prefix. The first line is the prefix, the second the address.

use crate::support::text;
use ashlink_server::fuzzing::{public_url, stripped};
use axum::http::Uri;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let (base, address) = text.split_once('\n').unwrap_or(("/ash", &text));
    // As the setting has it, and as the server takes it from there.
    let Ok(url) = public_url(&format!("https://host.example{base}")) else { return };
    let base = url.path().trim_end_matches('/');
    let Ok(uri) = address.parse::<Uri>() else { return };
    let whole = uri.path_and_query().map_or("", |path| path.as_str());

    let rest = whole.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let expected = match rest {
        Some(rest) if !base.is_empty() && rest.starts_with('/') => Some(rest.to_owned()),
        Some(rest) if !base.is_empty() => Some(format!("/{rest}")),
        _ => None,
    };
    let got = stripped(base, &uri);
    let path = got.as_ref().and_then(Uri::path_and_query).map(|path| path.as_str().to_owned());
    assert_eq!(path, expected, "{base:?} {whole:?}");
    if let Some(got) = got {
        assert!(got.path().starts_with('/'));
        assert_eq!(got.query(), uri.query());
        assert_eq!(got.authority(), uri.authority());
    }
}
