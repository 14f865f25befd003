//! What proxies say of whom they speak for. The input is a header's line as a client sends it;
//! a proxy writes the address that it saw behind it, or in a line of its own.

use crate::support::{text, within};
use ashlink_server::web::caller::forwarded::{forwarded, x_forwarded_for};
use ashlink_server::web::caller::{ClientHeader, Proxies};
use axum::http::{HeaderMap, HeaderValue};
use std::net::IpAddr;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let memory = 128 * text.len() + 1024;
    let listed = within(memory, || x_forwarded_for(&text).collect::<Vec<_>>());
    assert_eq!(listed.len(), text.split(',').count(), "every hop counts");
    for hop in listed.iter().flatten() {
        assert!(x_forwarded_for(&hop.to_string()).eq([Some(*hop)]), "an address is read as written");
    }
    let named = within(memory, || forwarded(&text).collect::<Vec<_>>());
    assert!((1..=listed.len()).contains(&named.len()), "between hops there are commas");

    for seen in ["192.0.2.1", "2001:db8::1"].map(|text| text.parse::<IpAddr>().expect("an address")) {
        let node = match seen {
            IpAddr::V4(seen) => format!("for={seen};proto=https"),
            IpAddr::V6(seen) => format!("for=\"[{seen}]:4711\""),
        };
        // However the client's line ends, it cannot put an address in the place of the proxy's.
        assert_eq!(x_forwarded_for(&format!("{text}, {seen}")).next_back(), Some(Some(seen)));
        let last = forwarded(&format!("{text}, {node}")).next_back();
        assert!(last == Some(Some(seen)) || last == Some(None), "{last:?} is what the client wrote");

        let (x_forwarded_for, forwarded) = ("x-forwarded-for", "forwarded");
        for (header, name, line) in [
            (ClientHeader::XForwardedFor, x_forwarded_for, seen.to_string()),
            (ClientHeader::Forwarded, forwarded, node),
        ] {
            let Ok(foreign) = HeaderValue::from_bytes(bytes) else { continue };
            let proxies = Proxies { trusted: "10.0.0.0/8".parse().expect("a network"), header, all_peers: false };
            let mut headers = HeaderMap::new();
            headers.append(name, foreign);
            headers.append(name, line.parse().expect("an address fits in a header"));
            let client = |peer: &str| proxies.client(peer.parse().expect("an address"), &headers);
            assert_eq!(client("10.1.2.3"), seen, "the proxy's own line is believed");
            assert_eq!(client("203.0.113.7").to_string(), "203.0.113.7", "nobody else is");
        }
    }
}
