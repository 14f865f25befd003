//! Reading what proxies say of whom they speak for: `X-Forwarded-For`, and `Forwarded`
//! (RFC 7239). Whatever is in these headers may come from an attacker.

use std::net::{IpAddr, SocketAddr};

/// The hops of one line of `X-Forwarded-For`, as they stand; `None` for what is no address.
pub fn x_forwarded_for(line: &str) -> impl DoubleEndedIterator<Item = Option<IpAddr>> {
    line.split(',').map(|hop| address(hop.trim()))
}

/// The hops of one line of `Forwarded`, as they stand; `None` for what is no address, as
/// `unknown` and the obfuscated names of RFC 7239, section 6.3.
///
/// A quoted string that does not end swallows what a proxy writes behind it, so that nothing in
/// its element is believed.
pub fn forwarded(line: &str) -> impl DoubleEndedIterator<Item = Option<IpAddr>> {
    outside_quotes(line, ',').into_iter().map(|(element, is_whole)| {
        if !is_whole {
            return None;
        }
        let mut pairs = outside_quotes(element, ';').into_iter().filter_map(|(pair, _)| pair.split_once('='));
        let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
        let node = node.trim();
        address(node.strip_prefix('"').and_then(|node| node.strip_suffix('"')).unwrap_or(node))
    })
}

/// Parts of a text between separators that stand in no quoted string, and whether the quoted
/// strings in them end.
fn outside_quotes(text: &str, separator: char) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if quoted && c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            parts.push((&text[start..at], true));
            start = at + c.len_utf8();
        }
    }
    parts.push((&text[start..], !quoted));
    parts
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(hops: impl Iterator<Item = Option<IpAddr>>) -> Vec<String> {
        hops.map(|hop| hop.map_or_else(|| "-".to_owned(), |hop| hop.to_string())).collect()
    }

    #[test]
    fn x_forwarded_for_is_read_as_proxies_write_it() {
        let line = "192.0.2.1, 198.51.100.2:4711,[2001:db8::1]:80, 2001:db8::2,unknown,, 1.2.3";
        let read = ["192.0.2.1", "198.51.100.2", "2001:db8::1", "2001:db8::2", "-", "-", "-"];
        assert_eq!(texts(x_forwarded_for(line)), read);
    }

    #[test]
    fn forwarded_is_read_as_the_rfc_has_it() {
        // The examples of RFC 7239, section 4, and what a hostile client might send.
        let line = r#"for="_gazonk", For="[2001:db8:cafe::17]:4711", for=192.0.2.60;proto=http;by=203.0.113.43"#;
        assert_eq!(texts(forwarded(line)), ["-", "2001:db8:cafe::17", "192.0.2.60"]);
        assert_eq!(texts(forwarded("for=192.0.2.43, for=198.51.100.17")), ["192.0.2.43", "198.51.100.17"]);
        assert_eq!(texts(forwarded(r#"by="a,for=192.0.2.9";for=unknown"#)), ["-"]);
        assert_eq!(texts(forwarded(r#"by="a\",for=192.0.2.9""#)), ["-"]);
        assert_eq!(texts(forwarded("proto=https")), ["-"]);
        // A client's open quotation mark, and what the proxy wrote behind it.
        assert_eq!(texts(forwarded(r#"for=192.0.2.9;x=", for=198.51.100.17"#)), ["-"]);
        assert_eq!(texts(forwarded(r#"for=192.0.2.9;x=", for="[2001:db8::1]""#)), ["-"]);
        assert_eq!(texts(forwarded(r#"for=1.1.1.1, for=192.0.2.9;x="\, for=198.51.100.17"#)), ["1.1.1.1", "-"]);
        assert_eq!(texts(forwarded("")), ["-"]);
    }
}
