//! What is said to a server about who asks.

/// A browser, as a server sees it.
pub(super) struct Browser {
    pub(super) name: &'static str,
    pub(super) headers: [(&'static str, &'static str); 4],
}

const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Several engines, languages and encodings: whoever serves one of them something else is found.
pub(super) const BROWSERS: [Browser; 4] = [
    Browser {
        name: "Chromium, English, br",
        headers: [
            ("accept", ACCEPT),
            ("accept-language", "en-US,en;q=0.9"),
            ("accept-encoding", "gzip, deflate, br, zstd"),
            (
                "user-agent",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/156.0.0.0 Safari/537.36",
            ),
        ],
    },
    Browser {
        name: "Firefox, German, gzip",
        headers: [
            ("accept", ACCEPT),
            ("accept-language", "de,en-US;q=0.7,en;q=0.3"),
            ("accept-encoding", "gzip"),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"),
        ],
    },
    Browser {
        name: "Safari, French, br",
        headers: [
            ("accept", ACCEPT),
            ("accept-language", "fr-FR,fr;q=0.9"),
            ("accept-encoding", "gzip, deflate, br"),
            (
                "user-agent",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/26.0 Mobile/15E148 Safari/604.1",
            ),
        ],
    },
    Browser {
        name: "a plain client, no compression",
        headers: [
            ("accept", "*/*"),
            ("accept-language", "ja"),
            ("accept-encoding", "identity"),
            ("user-agent", "curl/8.0"),
        ],
    },
];
