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
    let config = settings.api_config().unwrap();
    assert_eq!(config.max_envelope, 1024 * 1024);
    assert_eq!(config.max_ttl.as_secs(), 30 * 86_400);
    assert_eq!(config.default_ttl.as_secs(), 7 * 86_400);
    assert_eq!(config.max_views.get(), 100);
    assert_eq!(config.public_url, None);
    assert_eq!(config.min_ttl.as_secs(), 60);
    assert!(!config.passphrase_required);
    assert_eq!(config.product_name, "Ashlink");
    assert_eq!(
        [config.notice, config.imprint_url, config.privacy_url, config.accent, config.logo],
        [const { None }; 5]
    );
    assert!(!config.token_required);
    assert_eq!(settings.base(), "");
}

#[test]
fn a_token_file_is_told_to_clients() {
    assert!(settings(&["--tokens", "/etc/ashlink/tokens"]).unwrap().api_config().unwrap().token_required);
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
        ("--max-ttl", "90s", "whole minutes"),
        ("--min-ttl", "59s", "from 1m to 30d"),
        ("--min-ttl", "never", "from 1m to 30d"),
        ("--default-ttl", "0", "from 1m to 30d"),
        ("--default-ttl", "", "from 1m to 30d"),
        ("--require-passphrase", "sometimes", "--require-passphrase"),
        ("--product-name", " ", "1 to 40 characters"),
        ("--product-name", "two\nlines", "all in one line"),
        ("--product-name", "a\u{1f}b", "all in one line"),
        ("--product-name", "12345678901234567890123456789012345678901", "1 to 40 characters"),
        ("--notice", "", "1 to 500 characters"),
        ("--notice", "bell\u{7}", "plain text"),
        ("--imprint-url", "example.com/imprint", "must be a URL"),
        ("--imprint-url", "mailto:someone@example.com", "must begin with https:// or http://"),
        ("--imprint-url", "javascript:alert(1)", "must begin with https:// or http://"),
        ("--privacy-url", "/privacy", "must be a URL"),
        ("--privacy-url", "https://user:pw@example.com", "password"),
        ("--accent", "blue", "such as #0b6bcb"),
        ("--accent", "#abc", "such as #0b6bcb"),
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
        ("--client-origin", "https://example.com/ash", "without a path"),
        ("--client-origin", "share.example.com", "must be a URL"),
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
    assert_eq!(under.api_config().unwrap().public_url.as_deref(), Some("https://example.com/tools/ash"));
    assert_eq!(under.transport(), Transport::Https);
    let root = settings(&["--public-url", "http://example.com"]).unwrap();
    assert_eq!(root.base(), "");
    assert_eq!(root.api_config().unwrap().public_url.as_deref(), Some("http://example.com"));
    assert_eq!(root.transport(), Transport::Unknown);
}

#[test]
fn an_origin_is_written_as_browsers_write_it() {
    for (text, origin) in [
        ("https://Share.Example.com/", "https://share.example.com"),
        ("https://share.example.com:443", "https://share.example.com"),
        ("http://localhost:8080", "http://localhost:8080"),
    ] {
        let config =
            settings(&["--client-origin", text, "--public-url=https://a.example"]).unwrap().api_config().unwrap();
        assert_eq!((config.client_origin.as_deref(), config.links_begin()), (Some(origin), Some(origin)));
    }
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
fn the_lifetimes_fit_together() {
    let lifetimes = |arguments: &[&str]| {
        let config = settings(arguments).unwrap().api_config();
        config
            .map(|config| [config.min_ttl, config.default_ttl, config.max_ttl].map(Ttl::as_secs))
            .map_err(|error| error.to_string())
    };
    const HOUR: u64 = 3600;
    const DAY: u64 = 24 * HOUR;
    for (arguments, expected) in [
        (&["--max-ttl=12h"][..], [60, 12 * HOUR, 12 * HOUR]),
        (&["--min-ttl=10d"], [10 * DAY, 10 * DAY, 30 * DAY]),
        (&["--default-ttl=90m"], [60, 90 * 60, 30 * DAY]),
        (&["--min-ttl=1h", "--default-ttl=1h", "--max-ttl=1h"], [HOUR, HOUR, HOUR]),
        (&["--min-ttl=1h", "--default-ttl=36h", "--max-ttl=3d"], [HOUR, 36 * HOUR, 3 * DAY]),
    ] {
        assert_eq!(lifetimes(arguments), Ok(expected), "{arguments:?}");
    }
    for (arguments, sentence) in [
        (&["--min-ttl=2h", "--max-ttl=1h"][..], "ASHLINK_MIN_TTL=2h is longer than ASHLINK_MAX_TTL=1h"),
        (&["--min-ttl=2h", "--default-ttl=1h"], "ASHLINK_MIN_TTL=2h is longer than ASHLINK_DEFAULT_TTL=1h"),
        (&["--max-ttl=1d", "--default-ttl=36h"], "ASHLINK_DEFAULT_TTL=1day12h is longer than ASHLINK_MAX_TTL=1day"),
    ] {
        assert_eq!(lifetimes(arguments), Err(sentence.to_owned()), "{arguments:?}");
    }
}

#[test]
fn clients_are_told_what_the_site_is_like() {
    let notice = "x".repeat(500);
    let name = "Ü".repeat(40);
    let arguments = [
        "--require-passphrase",
        &format!("--product-name= {name} "),
        &format!("--notice={notice}\n"),
        "--imprint-url=https://example.com/imprint?lang=de#us",
        "--privacy-url=http://intranet/privacy",
        "--accent=#0B6BCB",
    ];
    let config = settings(&arguments).unwrap().api_config().unwrap();
    assert!(config.passphrase_required);
    assert_eq!(config.product_name, name);
    assert_eq!(config.notice, Some(notice));
    assert_eq!(config.imprint_url.as_deref(), Some("https://example.com/imprint?lang=de#us"));
    assert_eq!(config.privacy_url.as_deref(), Some("http://intranet/privacy"));
    assert_eq!(config.accent.as_deref(), Some("#0b6bcb"));
    let lines = settings(&["--notice=one\n<b>two</b>"]).unwrap().notice;
    assert_eq!(lines.as_deref(), Some("one\n<b>two</b>"));
    for off in [&["--require-passphrase=false"][..], &[]] {
        assert!(!settings(off).unwrap().require_passphrase);
    }
}
