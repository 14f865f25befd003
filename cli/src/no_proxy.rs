//! `NO_PROXY`: which servers are asked without a proxy. Others define this variable, and write it in
//! many ways; read here as curl reads it, and `127.*` besides.

use ipnet::IpNet;
use std::net::IpAddr;
use url::{Host, Url};

/// Whether the environment says that the server at this address is asked without a proxy.
pub(crate) fn names(base: &str) -> bool {
    let list =
        ["no_proxy", "NO_PROXY"].iter().find_map(|name| std::env::var(name).ok().filter(|list| !list.is_empty()));
    list.is_some_and(|list| is_named(&list, base))
}

fn is_named(list: &str, base: &str) -> bool {
    let Ok(url) = Url::parse(base) else { return false };
    let Some(port) = url.port_or_known_default() else { return false };
    let host = match url.host() {
        Some(Host::Domain(name)) => Server::Name(name.trim_end_matches('.').to_ascii_lowercase()),
        Some(Host::Ipv4(address)) => Server::Address(address.into()),
        Some(Host::Ipv6(address)) => Server::Address(IpAddr::V6(address).to_canonical()),
        None => return false,
    };
    let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
    entries.into_iter().any(|entry| host.matches(&entry.to_ascii_lowercase(), port))
}

enum Server {
    Name(String),
    Address(IpAddr),
}

impl Server {
    fn matches(&self, entry: &str, port: u16) -> bool {
        let (entry, wanted) = without_port(entry);
        if wanted.is_some_and(|wanted| wanted != port) {
            return false;
        }
        match self {
            _ if entry == "*" => true,
            Self::Name(name) => {
                // A name stands for what is below it too.
                let entry = entry.trim_start_matches('*').trim_matches('.');
                !entry.is_empty() && name.strip_suffix(entry).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::Address(address) => {
                let network = entry.parse::<IpNet>().ok();
                let one = entry.trim_matches(['[', ']']).parse::<IpAddr>().ok();
                let start = entry.strip_suffix('*').filter(|start| start.ends_with(['.', ':']));
                network.is_some_and(|network| network.contains(address))
                    || one.is_some_and(|one| one.to_canonical() == *address)
                    || start.is_some_and(|start| address.to_string().starts_with(start))
            }
        }
    }
}

/// `host:port` and `[address]:port` in their two parts; an IPv6 address without brackets has none.
fn without_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_in_all_the_ways_it_is_written() {
        for (list, base, is_it) in [
            ("localhost, 127.0.0.1", "http://127.0.0.1:4100", true),
            ("localhost\t127.0.0.1", "http://127.0.0.1", true),
            (" LOCALHOST ", "http://localhost", true),
            ("127.0.0.0/8", "http://127.0.0.1:4100", true),
            ("10.0.0.0/8", "http://127.0.0.1", false),
            ("fd00::/8", "http://[fd00::7]", true),
            ("127.0.0.1:4100", "http://127.0.0.1:4100", true),
            ("127.0.0.1:4101", "http://127.0.0.1:4100", false),
            ("a.example:443", "https://a.example", true),
            ("[::1]:80", "http://[::1]", true),
            ("::1", "http://[::1]:3000", true),
            ("::ffff:127.0.0.1", "http://127.0.0.1", true),
            ("127.*", "http://127.0.0.1", true),
            ("12*", "http://127.0.0.1", false),
            ("*", "https://a.example", true),
            ("example", "https://a.example", true),
            (".a.example", "https://a.example", true),
            ("*.example", "https://b.a.example", true),
            ("a.example.", "https://a.example", true),
            ("a.example", "https://ba.example", false),
            ("a.example", "https://a.example.org", false),
            ("", "https://a.example", false),
            (",., ", "https://a.example", false),
        ] {
            assert_eq!(is_named(list, base), is_it, "{list:?} {base}");
        }
    }
}
