//! What `ashlink verify` finds, and what it lets pass.

use crate::program::Ended;
use crate::site::{Site, file_with};
use crate::tap::Asks;
use minisign::KeyPair;
use std::path::Path;

fn verify(site: &Site, args: &[&str]) -> Ended {
    site.ashlink(["verify"]).args(args).end()
}

/// The body of an answer of this server.
fn body(site: &Site, path: &str) -> String {
    site.api().get(format!("{}/{path}", site.url())).call().unwrap().body_mut().read_to_string().unwrap()
}

/// A whole answer with this body and the server's headers, as changed by the test.
fn answer(site: &Site, path: &str, body: &str, change: impl Fn(&str, &str) -> Option<String>) -> &'static str {
    let genuine = site.api().get(format!("{}/{path}", site.url())).call().unwrap();
    let mut text = "HTTP/1.1 200 OK\r\n".to_owned();
    for (name, value) in genuine.headers() {
        let value = value.to_str().unwrap();
        if !["content-length", "content-encoding", "transfer-encoding"].contains(&name.as_str())
            && let Some(value) = change(name.as_str(), value)
        {
            text += &format!("{name}: {value}\r\n");
        }
    }
    format!("{text}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).leak()
}

fn unchanged(_: &str, value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// Files with the manifest and, beside it, what `key` signs.
fn signed(folder: &Path, text: &str, key: &KeyPair) -> String {
    let file = folder.join("manifest.json");
    let signature = minisign::sign(None, &key.sk, text.as_bytes(), None, None).unwrap();
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.join("manifest.json.minisig"), signature.into_string()).unwrap();
    file.to_str().unwrap().to_owned()
}

const ABOUT: Asks = Asks("GET", "/about");

#[test]
fn a_servers_own_page_is_whole() {
    let site = Site::start_with(&[("ASHLINK_PRODUCT_NAME", "Safe <& sound>"), ("ASHLINK_NOTICE", "For staff")]);
    let found = verify(&site, &[]);
    assert_eq!(found.code, Some(0), "{}{}", found.text, found.errors);
    assert!(found.text.contains("product: \"Safe <& sound>\"") && found.text.contains("notice: \"For staff\""));
    assert!(found.text.contains("serves the page of Ashlink 0.1.0, by the manifest of the server itself: "));
    let manifest = file_with(&body(&site, ".well-known/ashlink/manifest.json"));
    let found = verify(&site, &["--json", "--manifest", manifest.path().to_str().unwrap()]);
    let json = found.json();
    assert_eq!((&json["same"], &json["manifest"]), (&true.into(), &"file".into()));
    assert_eq!(json["different"], serde_json::json!([]));
    assert_eq!(json["filled_in"]["product"], "Safe <& sound>");
    assert!(json["compared"].as_u64().unwrap() >= 24);
}

#[test]
fn what_was_changed_is_named() {
    let site = Site::start();
    let genuine = body(&site, "about");
    let with = |from: &str, to: &str| {
        let changed = genuine.replacen(from, to, 1);
        assert_ne!(changed, genuine);
        changed
    };
    for (changed, words) in [
        (with("</body>", "<script src=\"/pkg/x.js\"></script></body>"), "script src="),
        (with("href=\"/\"", "href=\"//evil.example/\""), "evil.example"),
        (with("– Ashlink</title>", "– Ash\" onload=\"x</title>"), "onload="),
        (with("<title>", "<Title>"), "instead of \"title>"),
        (String::new(), "instead of"),
    ] {
        site.tap.instead(ABOUT, answer(&site, "about", &changed, unchanged));
        let found = verify(&site, &[]);
        assert_eq!(found.code, Some(13), "{words}: {}", found.text);
        assert!(found.text.contains("DIFFERENT  /about (as Chromium") && found.text.contains(words), "{}", found.text);
        site.tap.heal();
    }
    for (name, value) in [
        ("content-security-policy", Some("default-src *")),
        ("content-security-policy", None),
        ("x-content-type-options", None),
        ("referrer-policy", Some("unsafe-url")),
        ("permissions-policy", Some("camera=*")),
        ("content-type", Some("text/html; charset=utf-7")),
    ] {
        let change = |header: &str, genuine: &str| match value {
            _ if header != name => Some(genuine.to_owned()),
            value => value.map(str::to_owned),
        };
        site.tap.instead(ABOUT, answer(&site, "about", &genuine, change));
        let found = verify(&site, &["--json"]);
        assert_eq!(found.code, Some(13), "{name}");
        let what = found.json()["different"][0]["what"].as_str().unwrap().to_owned();
        assert!(what.starts_with(&format!("the header {name} is ")), "{what}");
        site.tap.heal();
    }
    let more = answer(&site, "about", &genuine, unchanged).replacen("\r\n", "\r\nlink: </x.js>; rel=preload\r\n", 1);
    site.tap.instead(ABOUT, more.leak());
    let found = verify(&site, &[]);
    assert_eq!(found.code, Some(13));
    assert!(found.text.contains("there is a header link"), "{}", found.text);
}

#[test]
fn a_signed_manifest_is_believed_and_another_is_not() {
    let site = Site::start();
    let text = body(&site, ".well-known/ashlink/manifest.json");
    let (key, other) =
        (KeyPair::generate_unencrypted_keypair().unwrap(), KeyPair::generate_unencrypted_keypair().unwrap());
    let public = |key: &KeyPair| key.pk.to_base64();
    let folder = tempfile::tempdir().unwrap();
    let file = signed(folder.path(), &text, &key);
    let found = verify(&site, &["--manifest", &file, "--key", &public(&key), "--rounds", "1"]);
    assert_eq!(found.code, Some(0), "{}{}", found.text, found.errors);
    assert!(found.text.contains("by its signed manifest"), "{}", found.text);
    let in_file = file_with(&key.pk.to_box().unwrap().into_string());
    let found = verify(&site, &["--manifest", &file, "--key", in_file.path().to_str().unwrap(), "--json"]);
    assert_eq!((found.code, &found.json()["manifest"]), (Some(0), &"signed file".into()));
    let refused = |words: &str, key: &str| {
        let found = verify(&site, &["--manifest", &file, "--key", key]);
        assert_eq!(found.code, Some(12), "{words}");
        assert!(found.errors.contains(words), "{words}: {}", found.errors);
    };
    refused("not what was signed with this key", &public(&other));
    refused("the key cannot be used", "RWnonsense");
    std::fs::write(&file, text.replace("0.1.0", "0.0.9")).unwrap();
    refused("not what was signed with this key", &public(&key));
    std::fs::write(folder.path().join("manifest.json.minisig"), "untrusted comment: none\nnothing").unwrap();
    refused("is no signature", &public(&key));
    std::fs::remove_file(folder.path().join("manifest.json.minisig")).unwrap();
    refused("cannot read", &public(&key));
    assert_eq!(verify(&site, &["--key", &public(&key)]).code, Some(2));
}

#[test]
fn the_manifest_of_another_release_is_named() {
    let site = Site::start();
    let text = body(&site, ".well-known/ashlink/manifest.json");
    let old = file_with(&text.replacen("\"0.1.0\"", "\"0.0.9\"", 1));
    let found = verify(&site, &["--manifest", old.path().to_str().unwrap()]);
    assert_eq!(found.code, Some(13));
    assert!(found.text.contains("the server is Ashlink 0.1.0, and the manifest is of 0.0.9"), "{}", found.text);
    // Who builds from source need not say from which commit.
    let with_commit = text.replacen("\"0.1.0\"", "\"0.1.0\",\"commit\":\"0a1b\"", 1);
    let found = verify(&site, &["--manifest", file_with(&with_commit).path().to_str().unwrap()]);
    assert_eq!(found.code, Some(0), "{}", found.text);
    assert!(found.text.contains("Ashlink 0.1.0 (0a1b)"), "{}", found.text);
}

#[test]
fn what_only_some_are_served_is_found() {
    let site = Site::start();
    let changed = answer(&site, "about", &(body(&site, "about") + "<p>"), unchanged);
    let mut count = 0;
    site.tap.instead_if(ABOUT, move |_| {
        count += 1;
        (count % 2 == 0).then_some(changed)
    });
    let found = verify(&site, &[]);
    assert_eq!(found.code, Some(13), "{}", found.text);
    for (header, browser) in
        [("accept-language: de", "Firefox, German"), ("accept-encoding: identity", "a plain client")]
    {
        site.tap.instead_if(ABOUT, move |head| head.to_lowercase().contains(header).then_some(changed));
        let found = verify(&site, &[]);
        assert_eq!(found.code, Some(13), "{header}: {}", found.text);
        let others = found.text.lines().filter(|line| line.starts_with("DIFFERENT") && !line.contains(browser));
        assert_eq!(others.count(), 0, "{header}: {}", found.text);
        assert!(found.text.contains(browser), "{header}: {}", found.text);
    }
}

#[test]
fn answers_that_are_none_have_words() {
    let site = Site::start();
    let manifest = body(&site, ".well-known/ashlink/manifest.json");
    for (text, words) in [(&manifest[..manifest.len() / 2], "EOF"), ("{}", "version"), ("\u{0}\u{1}", "expected value")]
    {
        let file = file_with(text);
        let found = verify(&site, &["--manifest", file.path().to_str().unwrap()]);
        assert_eq!(found.code, Some(12));
        assert!(found.errors.contains("this is no manifest") && found.errors.contains(words), "{}", found.errors);
    }
    assert_eq!(verify(&site, &["--manifest", "/nowhere/at/all"]).code, Some(12));
    let elsewhere =
        "HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    site.tap.instead(ABOUT, elsewhere);
    let found = verify(&site, &[]);
    assert_eq!(found.code, Some(13));
    assert!(found.text.contains("the status is 302, not 200"), "{}", found.text);
    // More than it says that it will send, and then nothing.
    site.tap.instead(ABOUT, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\nhalf");
    let found = verify(&site, &[]);
    assert_eq!(found.code, Some(13));
    assert!(found.text.contains("it does not come whole"), "{}", found.text);
    site.tap.instead(Asks("GET", "/.well-known"), elsewhere);
    let found = verify(&site, &[]);
    assert_eq!(found.code, Some(6));
    assert!(found.errors.contains("has no manifest"), "{}", found.errors);
    assert_eq!(verify(&site, &["http://127.0.0.1:1"]).code, Some(6));
}
