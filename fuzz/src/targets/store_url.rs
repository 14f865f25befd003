//! The setting that says where secrets are kept.

use crate::support::text;
use ashlink_server::settings::StoreUrl;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let Ok(store) = text.parse::<StoreUrl>() else { return };
    let shown = store.to_string();
    assert_eq!(format!("{store:?}"), shown);
    match &store {
        StoreUrl::Memory => assert_eq!(shown, "memory:"),
        StoreUrl::File(path) => {
            assert_eq!(shown, text);
            assert!(path.file_name().is_some(), "a file has a name: {text:?}");
        }
        StoreUrl::Redis(_) => {
            let again: StoreUrl = shown.parse().expect("what is shown is a URL as well");
            assert_eq!(again.to_string(), shown);
            // Whoever logs in, the same is shown: so neither name nor password.
            let (scheme, rest) = text.split_once("://").expect("a URL has a scheme");
            let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
            let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
            let other: StoreUrl =
                format!("{scheme}://us3r:hunt3r2@{hosts}{tail}").parse().expect("a login does no harm");
            assert_eq!(other.to_string(), shown);
        }
    }
}
