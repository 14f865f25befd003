use super::*;

fn settings(arguments: &[&str]) -> Result<Settings, String> {
    let arguments = std::iter::once("ashlink-server").chain(arguments.iter().copied());
    Settings::try_parse_from(arguments).map_err(|error| error.to_string())
}

#[test]
fn the_defaults_are_the_designs() {
    let settings = settings(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.store, StoreUrl::Memory);
    assert_eq!(settings.store_budget.as_u64(), 256 * 1024 * 1024);
    let config = settings.api_config();
    assert_eq!(config.max_envelope, 1024 * 1024);
    assert_eq!(config.max_ttl.as_secs(), 30 * 86_400);
    assert_eq!(config.default_ttl.as_secs(), 7 * 86_400);
    assert_eq!(config.max_views.get(), 100);
    assert_eq!(config.public_url, None);
    assert!(!config.token_required);
    assert_eq!(settings.base(), "");
}

#[test]
fn a_token_file_is_told_to_clients() {
    assert!(settings(&["--tokens", "/etc/ashlink/tokens"]).unwrap().api_config().token_required);
}

#[test]
fn a_bad_value_is_named() {
    for (flag, value, words) in [
        ("--listen", "everywhere", "--listen"),
        ("--store", "mysql://host", "must be `memory:`"),
        ("--store", "redis://", "must be `memory:`"),
        ("--store", "memory", "must be `memory:`"),
        ("--store", "file:", "must name a file"),
        ("--store", "file:/var/lib/ashlink/", "must name a file"),
        ("--store", "file://host/path", "must name a file"),
        ("--store", "file:..", "must name a file"),
        ("--store", "redis://host/notanumber", "must be `memory:`"),
        ("--max-ttl", "0s", "from 1m to 30d"),
        ("--max-ttl", "31d", "from 1m to 30d"),
        ("--max-ttl", "90500ms", "from 1m to 30d"),
        ("--max-ttl", "-1h", "--max-ttl"),
        ("--max-views", "0", "from 1 to 100"),
        ("--max-views", "101", "from 1 to 100"),
        ("--max-size", "1023", "from 1KiB to 64MiB"),
        ("--max-size", "65MiB", "from 1KiB to 64MiB"),
        ("--store-budget", "0", "such as 512KiB"),
        ("--store-budget", "lots", "such as 512KiB"),
        ("--public-url", "secrets.example.com", "must be"),
        ("--public-url", "ftp://example.com", "https://"),
        ("--public-url", "https://user:pw@example.com", "password"),
        ("--public-url", "https://example.com/?x", "must not have"),
        ("--public-url", "https://example.com/#x", "must not have"),
        ("--public-url", "https://example.com/a'b", "path of letters"),
        ("--public-url", "https://example.com//a", "path of letters"),
        ("--public-url", "https://exam;ple.com", "host of letters"),
        ("--public-url", "https://exam\"ple.com", "host of letters"),
        ("--allow-snapshots", "perhaps", "--allow-snapshots"),
    ] {
        let error = settings(&[&format!("{flag}={value}")]).unwrap_err();
        assert!(error.contains(words) && error.contains(flag), "{flag} {value}: {error}");
    }
}

#[test]
fn a_public_url_gives_base_and_transport() {
    let under = settings(&["--public-url", "https://example.com/tools/ash/"]).unwrap();
    assert_eq!(under.base(), "/tools/ash");
    assert_eq!(under.api_config().public_url.as_deref(), Some("https://example.com/tools/ash"));
    assert_eq!(under.transport(), Transport::Https);
    let root = settings(&["--public-url", "http://example.com"]).unwrap();
    assert_eq!(root.base(), "");
    assert_eq!(root.api_config().public_url.as_deref(), Some("http://example.com"));
    assert_eq!(root.transport(), Transport::Unknown);
}

#[test]
fn a_store_can_be_a_file() {
    for (text, path) in [
        ("file:/var/lib/ashlink/store", "/var/lib/ashlink/store"),
        ("file:///var/lib/ashlink/store", "/var/lib/ashlink/store"),
        ("file:store", "store"),
        ("file:/with space/100%", "/with space/100%"),
    ] {
        let store = settings(&["--store", text]).unwrap().store;
        // Paths are equal when they lead to the same file, however many slashes they begin with.
        assert_eq!(store, StoreUrl::File(path.into()));
        assert_eq!(store.to_string(), text);
    }
}

#[test]
fn a_password_is_never_shown() {
    let settings = settings(&["--store", "redis://user:hunter2@example.com:6380/1"]).unwrap();
    assert_eq!(settings.store.to_string(), "redis://example.com:6380");
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn the_default_lifetime_obeys_the_longest() {
    let config = settings(&["--max-ttl", "12h"]).unwrap().api_config();
    assert_eq!(config.default_ttl.as_secs(), 12 * 3600);
}
