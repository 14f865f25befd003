//! Finds what must stay with the sender in what was sent, in every form in which it could travel, and
//! in a server's log what has no place there.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use regex::Regex;
use sha2::Sha256;
use std::collections::BTreeSet;

/// Shorter ones are in any text by chance.
const SHORTEST: usize = 8;

/// Secrets, in each form by which they would be recognised.
#[derive(Default)]
pub(crate) struct Leaks(Vec<(String, String)>);

impl Leaks {
    /// A text that must not be sent.
    pub(crate) fn keep_text(&mut self, name: &str, text: &str) {
        self.keep(name, text.as_bytes());
        let json = serde_json::to_string(text).unwrap();
        let utf16: Vec<_> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let percent: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for (form, bytes) in [
            ("JSON", &json.as_bytes()[1..json.len() - 1]),
            ("UTF-16", &utf16),
            ("a form", percent.as_bytes()),
            ("a query", percent.replace('+', "%20").as_bytes()),
        ] {
            self.add(name, form, bytes);
        }
    }

    /// Bytes that must not be sent.
    pub(crate) fn keep(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() >= SHORTEST, "{name} would be found everywhere");
        self.add(name, "it is", bytes);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.add(name, "hex", hex.as_bytes());
        self.add(name, "hex, upper case", hex.to_uppercase().as_bytes());
        for before in 0..3 {
            // The characters that depend on nothing but these bytes when so many others stand before.
            let text = Base64UrlUnpadded::encode_string(&[vec![0; before].as_slice(), bytes].concat());
            let text = &text[(before * 8).div_ceil(6)..(before + bytes.len()) * 8 / 6];
            self.add(name, "base64url", text.as_bytes());
            self.add(name, "base64", text.replace('-', "+").replace('_', "/").as_bytes());
        }
    }

    /// A share link, with all that follows from it and stays with whoever has it (docs/FORMAT.md, 3;
    /// written again without the product's own code).
    pub(crate) fn keep_link(&mut self, link: &str) {
        let text = link.split_once('#').unwrap().1;
        self.keep_text("the share key", text);
        let bytes = bs58::decode(text).into_vec().unwrap();
        let (profile, key) = (bytes[1], &bytes[2..bytes.len() - 4]);
        assert_eq!(key.len(), 32);
        let mac = |key: &[u8], data: &[&[u8]]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
            data.iter().for_each(|part| mac.update(part));
            mac.finalize().into_bytes().to_vec()
        };
        let expand = |key: &[u8], label: &[u8]| mac(key, &[b"ashlink/v1 ", label, &[1]]);
        let prk = mac(b"ashlink/v1", &[key]);
        self.keep("the key", key);
        self.keep("the pseudorandom key", &prk);
        self.keep("the salt", &expand(&prk, b"salt")[..16]);
        if profile == 0 {
            let root = mac(b"ashlink/v1 root", &[&prk, &[profile]]);
            self.keep("the root key", &root);
            self.keep("the encryption key", &expand(&root, b"enc"));
        }
    }

    fn add(&mut self, name: &str, form: &str, bytes: &[u8]) {
        self.0.push((format!("{name} as {form}"), one_by_one(bytes)));
    }

    /// What of all that is in these bytes.
    pub(crate) fn find(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let text = one_by_one(bytes);
        self.0.iter().filter(|(_, form)| text.contains(form)).map(|(name, _)| name.as_str()).collect()
    }
}

/// A text with one character for each byte, which `contains` is fast on.
fn one_by_one(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Ids, keys, addresses and query strings have no place in a log of what was sent.
pub(crate) fn wrong_in_log(log: &str, sent: &str) -> Vec<&'static str> {
    let pattern = |text: &str| Regex::new(text).unwrap();
    let plain = pattern(r"\x1b\[[0-9;]*m").replace_all(log, "");
    // One line may name an address: where the server is.
    let log = pattern(r"(?m)^.* serving .*$").replace_all(&plain, "");
    let is_logged = |patterns: &[&str]| {
        patterns.iter().any(|text| pattern(text).captures_iter(sent).any(|found| log.contains(&found[1])))
    };
    let faults = [
        ("ids", is_logged(&[r"/(?:open|receipts)/([\w-]{22})", r#""id":"([\w-]{22})""#])),
        (
            "proofs",
            is_logged(&[
                r"(?mi)^(?:ashlink-\w+: |authorization: bearer )(\S+)",
                r#""(?:access|nonce|\w+_verifier)":"([\w-]+)""#,
            ]),
        ),
        ("an address", pattern(r"\b\d{1,3}(\.\d{1,3}){3}\b").is_match(&log)),
        ("a query string", log.contains('?')),
    ];
    faults.into_iter().filter(|(_, is_wrong)| *is_wrong).map(|(name, _)| name).collect()
}

#[test]
fn what_is_planted_is_found() {
    let mut leaks = Leaks::default();
    leaks.keep_text("it", "planted: a \"secret\"");
    for clean in ["planted: a", "", "GET /api/v1/config HTTP/1.1"] {
        assert!(leaks.find(clean.as_bytes()).is_empty(), "{clean}");
    }
    let base64 = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    for planted in [
        r#"x planted: a "secret" x"#.to_owned(),
        r#"{"note":"planted: a \"secret\""}"#.to_owned(),
        "?note=planted%3A+a+%22secret%22".to_owned(),
        "706C616E7465643A2061202273656372657422".to_owned(),
        base64(r#"planted: a "secret""#),
        base64(r#".planted: a "secret"..."#),
        base64(r#"..planted: a "secret".."#),
    ] {
        assert!(!leaks.find(planted.as_bytes()).is_empty(), "{planted}");
    }
}

#[test]
fn what_has_no_place_in_a_log_is_found() {
    let id = "AAAAAAAAAAAAAAAAAAAAAA";
    let sent = format!("GET /api/v1/open/{id} HTTP/1.1\r\nashlink-link: proofproof\r\n\r\n");
    let clean = "INFO serving at=127.0.0.1:80\nINFO request route=/api/v1/open/{id} status=200";
    assert!(wrong_in_log(clean, &sent).is_empty());
    for (line, wrong) in
        [(id, "ids"), ("proofproof", "proofs"), ("from 192.0.2.1", "an address"), ("GET /?x", "a query string")]
    {
        assert_eq!(wrong_in_log(&format!("{clean}\n{line}"), &sent), [wrong]);
    }
}
