//! Settings that are texts of a form of their own.

use crate::support::text;
use ashlink_core::api::{MaxViews, Ttl};
use ashlink_core::envelope::MAX_ENVELOPE;
use ashlink_server::fuzzing::{lease, link, origin, public_url, size, ttl, views, words};
use ashlink_server::site::brand::{Accent, Kind, Logo};
use ashlink_server::web::caller::TrustedProxies;
use ashlink_server::web::listener::Listen;
use std::time::Duration;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(time) = ttl(&text) {
        assert!((Ttl::MIN..=Ttl::MAX).contains(&time) && time.as_secs().is_multiple_of(60));
        assert_eq!(ttl(&format!("{}s", time.as_secs())), Ok(time));
    }
    if let Ok(time) = lease(&text) {
        assert!(time <= Duration::from_secs(600) && time.subsec_nanos() == 0);
        assert_eq!(lease(&format!("{}s", time.as_secs())), Ok(time));
    }
    if let Ok(listen) = text.parse::<Listen>() {
        assert_eq!(listen.to_string().parse(), Ok(listen));
    }
    if let Ok(proxies) = text.parse::<TrustedProxies>() {
        assert_eq!(format!(" ,{text} ,").parse(), Ok(proxies));
    }
    if let Ok(number) = views(&text) {
        assert!((MaxViews::ONE..=MaxViews::MAX).contains(&number));
        assert_eq!(views(&number.get().to_string()), Ok(number));
    }
    let (any, envelope) = size(&text);
    if let Ok(bytes) = any {
        assert!(bytes > 0);
        assert_eq!(size(&bytes.to_string()).0, Ok(bytes));
    }
    if let Ok(bytes) = envelope {
        assert!((1024..=MAX_ENVELOPE as u64).contains(&bytes));
        assert_eq!(any, Ok(bytes));
    }
    if let Ok(url) = public_url(&text) {
        assert!(matches!(url.scheme(), "http" | "https"));
        assert_eq!(public_url(url.as_str()), Ok(url.clone()), "a URL is read as written");
        // It stands in pages and headers, between quotation marks and semicolons.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~:[]".contains(&byte);
        assert!(url.as_str().bytes().all(plain), "{url}");
        assert!(!url.path().contains("//"));
    }
    if let Ok(url) = origin(&text) {
        assert!(url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._:[]".contains(&byte)), "{url}");
        assert_eq!(origin(&url), Ok(url));
    }
    if let Ok(url) = link(&text) {
        assert!(matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none());
        assert_eq!(link(url.as_str()), Ok(url));
    }
    let (name, notice) = words(&text);
    if let Ok(name) = name {
        assert!((1..=40).contains(&name.chars().count()) && !name.chars().any(char::is_control));
        assert_eq!(words(&name), (Ok(name.clone()), Ok(name)));
    }
    if let Ok(notice) = notice {
        assert!((1..=500).contains(&notice.chars().count()));
        assert_eq!(words(&notice).1, Ok(notice));
    }
    if let Ok(accent) = text.parse::<Accent>() {
        let written = accent.to_string();
        assert!(written.eq_ignore_ascii_case(&text) && written.len() == 7);
        assert_eq!(written.parse(), Ok(accent));
    }
    for kind in [Kind::Svg, Kind::Png] {
        if let Ok(logo) = Logo::check(kind, bytes.to_vec()) {
            assert_eq!(logo.into_bytes(), bytes);
        }
    }
}
