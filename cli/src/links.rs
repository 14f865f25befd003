//! Links as they are given and as they will be given: which server they lead to.

use crate::exit::{Exit, Failure};
use crate::terminal::misleads;
use ashlink_core::link::replace_percent_codes;
use url::Url;
use zeroize::Zeroizing;

/// Where a link's server is, without a slash at the end; `None` for a key alone.
///
/// A link is `BASE/s#KEY` or `BASE/m#KEY`; what a chat put around it does no harm, nor does a mail filter that
/// put the link into one of its own.
pub(crate) fn server_of(link: &str) -> Option<String> {
    let link = unwrapped(link);
    link.match_indices(['#', '*']).find_map(|(key, _)| {
        // The last address before the key: a text around it may name others.
        let before = link.get(..key)?;
        let folded = before.to_ascii_lowercase();
        let start = folded.rfind("https://").max(folded.rfind("http://"))?;
        let address = before.get(start..)?.split('?').next()?.trim_end_matches('/');
        let base = address.strip_suffix("/s").or_else(|| address.strip_suffix("/m"))?.trim_end_matches('/');
        let url = Url::parse(base).ok()?;
        url.host_str().filter(|host| !host.is_empty())?;
        Some(with_plain_scheme(base))
    })
}

/// A link with the characters that matter for its address as they were before mail filters encoded them.
fn unwrapped(link: &str) -> Zeroizing<String> {
    let plain = replace_percent_codes(link, |digits| match digits {
        "3A" | "3a" => Some(':'),
        "2F" | "2f" => Some('/'),
        "23" => Some('#'),
        _ => None,
    });
    // Proofpoint's version 2 has signs of its own.
    if !plain.contains("-3A__") {
        return plain;
    }
    let plain = plain.replace('_', "/").replace("-3A", ":").replace("-23", "#");
    Zeroizing::new(plain.replace("-5F", "_").replace("-2D", "-"))
}

/// With its scheme in small letters, as everything else here looks for it.
fn with_plain_scheme(base: &str) -> String {
    base.split_once("://")
        .map_or_else(|| base.to_owned(), |(scheme, rest)| [&*scheme.to_ascii_lowercase(), "://", rest].concat())
}

/// A server's address as it is given, without a slash at the end.
pub(crate) fn server(text: &str) -> Result<String, Failure> {
    let text = text.trim().trim_end_matches('/');
    let wrong = || {
        Failure::new(
            Exit::Local,
            format!("{text:?} is not a server's address"),
            "Write it as https://secrets.example.com, as the page's address begins.",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let is_plain = !text.contains(|c: char| misleads(c) || c.is_whitespace())
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) || !is_plain {
        return Err(wrong());
    }
    Ok(with_plain_scheme(text))
}

/// What to beware of where a server that was asked at `base` says that its links begin with `begin`: it cannot read
/// what it stores, but it could send recipients to somebody who then can.
pub(crate) fn doubt(begin: &str, base: &str) -> Option<String> {
    let host = |text: &str| Some(Url::parse(text).ok()?.host_str()?.to_owned());
    if host(begin) != host(base) {
        return Some(format!("the server's links lead to {begin}, not to {base}: make sure that both are yours"));
    }
    let is_worse = is_exposed(begin) && !is_exposed(base);
    is_worse
        .then(|| format!("the server's links lead to {begin}: over plain http, anybody on the way can change the page"))
}

/// Whether what is sent to this server can be read on the way.
pub(crate) fn is_exposed(base: &str) -> bool {
    let Ok(url) = Url::parse(base) else { return true };
    let is_local = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() != "https" && !is_local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_links_server_is_found() {
        for (link, server) in [
            ("https://a.example/s#K", Some("https://a.example")),
            ("https://a.example/m#K", Some("https://a.example")),
            ("https://a.example:8443/s/#K", Some("https://a.example:8443")),
            ("https://a.example/ash/link/s?utm=1#K", Some("https://a.example/ash/link")),
            ("see <https://a.example/s#K> please", Some("https://a.example")),
            ("http://[::1]:3000/s#K", Some("http://[::1]:3000")),
            ("http://help.example/docs, then https://a.example/s#K", Some("https://a.example")),
            ("http://a.example/s#K sent with https://b.example/s", Some("http://a.example")),
            ("Https://a.example/s#K", Some("https://a.example")),
            ("https://a.example/s%23K", Some("https://a.example")),
            ("https://a.example/s%2523K", Some("https://a.example")),
            ("https://a.example//s#K", Some("https://a.example")),
            ("https://a.example/a%20b/s#K", Some("https://a.example/a%20b")),
            ("Ticket #12: https://a.example/s#K", Some("https://a.example")),
            (
                "https://safelinks.example/?url=https%3A%2F%2Fa.example%2Fash%2Fs%23K&data=05%7C02&reserved=0",
                Some("https://a.example/ash"),
            ),
            (
                "https://safelinks.example/?url=https%3A%2F%2Fa.example%3A8443%2Fm%2523K&data=05%7C02&reserved=0",
                Some("https://a.example:8443"),
            ),
            ("https://urldefense.example/v3/__https://a.example/s*K__;Iw!!Abc", Some("https://a.example")),
            (
                "https://urldefense.example/v2/url?u=https-3A__my-2Dhost.example-3A8443_a-5Fb_s-23K&d=DwMF",
                Some("https://my-host.example:8443/a_b"),
            ),
            ("https://safelinks.example/?url=https%3A%2F%2Fa.example%2Fx%23K", None),
            ("https:///s#K", None),
            ("https://a.example/x#K", None),
            ("K", None),
            ("", None),
        ] {
            assert_eq!(server_of(link).as_deref(), server, "{link}");
        }
    }

    #[test]
    fn an_address_is_one_of_http() {
        assert_eq!(server("https://a.example/").unwrap(), "https://a.example");
        assert_eq!(server("HTTPS://a.example/Ash").unwrap(), "https://a.example/Ash");
        for text in [
            "",
            "a.example",
            "ftp://a.example",
            "https://u:p@a.example",
            "https://a.example/?q",
            "https://",
            "https://a.example/\n\u{1b}",
            "https://a.example/\u{202e}x",
        ] {
            assert!(server(text).is_err(), "{text}");
        }
    }

    #[test]
    fn links_to_elsewhere_are_doubted() {
        for (begin, base, words) in [
            ("https://a.example", "https://a.example/ash", None),
            ("https://A.example:8443", "https://a.example", None),
            ("http://a.example", "http://a.example", None),
            ("https://a.example", "http://a.example", None),
            ("http://localhost:3000", "http://localhost", None),
            ("https://b.example", "https://a.example", Some("not to https://a.example")),
            ("https://a.example.b.example", "https://a.example", Some("make sure")),
            ("http://a.example", "https://a.example", Some("plain http")),
        ] {
            let doubt = doubt(begin, base);
            assert_eq!(doubt.is_some(), words.is_some(), "{begin} {base}: {doubt:?}");
            assert!(words.is_none_or(|words| doubt.unwrap().contains(words)), "{begin} {base}");
        }
    }

    #[test]
    fn plain_http_is_fine_on_this_machine_alone() {
        for (base, is_it) in [
            ("http://127.0.0.1:3000", false),
            ("http://[::1]", false),
            ("http://localhost", false),
            ("https://a.example", false),
            ("http://a.example", true),
            ("http://10.0.0.1", true),
            ("http://localhost.example", true),
        ] {
            assert_eq!(is_exposed(base), is_it, "{base}");
        }
    }
}
