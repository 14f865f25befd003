//! What an operator decides for everyone, as it is told, enforced and shown.

use super::harness::{Answer, Api, Sent, request};
use crate::testing;
use ashlink_core::api::ErrorCode;
use ashlink_core::bytes::to_base64url;
use ashlink_core::passphrase::{Passphrase, Profile};
use ashlink_core::seal::Protection;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::path::PathBuf;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 1\"><script>alert(1)</script></svg>";

/// A logo that goes away with its folder.
fn logo() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("logo.svg");
    std::fs::write(&path, SVG).unwrap();
    let flag = format!("--logo={}", path.display());
    (folder, flag)
}

async fn page(api: &Api, path: &str) -> Answer {
    api.send(request("GET", path)).await
}

#[tokio::test]
async fn lifetimes_outside_the_operators_are_refused_with_their_bounds() {
    let api = Api::started(&["--min-ttl=1h", "--default-ttl=2h", "--max-ttl=1d"]);
    let config = page(&api, "/api/v1/config").await.json;
    assert_eq!([&config["min_ttl"], &config["default_ttl"], &config["max_ttl"]], [3600, 7200, 86_400]);
    for (secs, allowed) in [(60, false), (3599, false), (3600, true), (3601, true), (86_400, true), (86_401, false)] {
        let mut body = Sent::new(1).body();
        body["expires_in"] = json!(secs);
        let answer = api.post("/api/v1/secrets", &body).await;
        if allowed {
            assert_eq!(answer.status, StatusCode::CREATED, "{secs}");
            continue;
        }
        answer.assert_error(ErrorCode::InvalidField);
        assert_eq!(answer.json["error"]["field"], "expires_in");
        assert_eq!(answer.json["error"]["message"], "must be from 3600 to 86400");
    }
}

#[tokio::test]
async fn a_secret_without_a_passphrase_is_refused_where_one_is_wanted() {
    let passphrase = Passphrase::parse("correct horse").unwrap().unwrap();
    let with = |profile| Protection::Passphrase(&passphrase, profile);
    for (flags, refused) in [(&[][..], false), (&["--require-passphrase"][..], true)] {
        let api = Api::started(flags);
        assert_eq!(page(&api, "/api/v1/config").await.json["passphrase_required"], refused);
        let bare = Sent::new(1);
        let answer = api.create(&bare).await;
        if refused {
            answer.assert_error(ErrorCode::PassphraseRequired);
            assert!(answer.json["error"]["message"].as_str().unwrap().contains("wants a passphrase"));
            api.lookup(&bare).await.assert_error(ErrorCode::Unknown);
        } else {
            assert_eq!(answer.status, StatusCode::CREATED);
        }
        for profile in [Profile::Argon2Large, Profile::Argon2Small] {
            let sent = Sent::protected(1, with(profile));
            assert_eq!(api.create(&sent).await.status, StatusCode::CREATED, "{profile:?}");
        }
    }
}

#[tokio::test]
async fn envelopes_whose_profile_cannot_be_read_are_refused_as_ever() {
    let api = Api::started(&["--require-passphrase"]);
    let bare = Sent::new(1);
    for (envelope, code, field, words) in [
        // Too short for any envelope, one of no version that is known here, and nothing at all.
        (vec![1, 1], ErrorCode::InvalidField, json!("envelope"), "287"),
        (
            [&[9, 1, 1], &bare.envelope()[3..]].concat(),
            ErrorCode::PassphraseRequired,
            Value::Null,
            "wants a passphrase",
        ),
        (Vec::new(), ErrorCode::InvalidField, json!("envelope"), "287"),
    ] {
        let mut body = bare.body();
        body["envelope"] = json!(to_base64url(&envelope));
        let answer = api.post("/api/v1/secrets", &body).await;
        answer.assert_error(code);
        assert_eq!(answer.json["error"]["field"], field);
        assert!(answer.json["error"]["message"].as_str().unwrap().contains(words), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_site_has_its_own_name_words_and_links() {
    let api = Api::started(&[
        "--product-name=Tom & <Jerry>",
        "--notice=Not for <b>card numbers</b>.\nAsk \"IT\".",
        "--imprint-url=https://example.com/imprint?a=1&b=\"2",
        "--privacy-url=https://example.com/privacy",
    ]);
    for (path, place) in [
        ("/", "Create a secret"),
        ("/s", "Open a secret"),
        ("/m", "Receipt"),
        ("/about", "How it works"),
        ("/nowhere", "There is nothing here"),
    ] {
        let html = page(&api, path).await.text;
        let title = html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert_eq!(title, format!("{place} – Tom &amp; &lt;Jerry&gt;"), "{path}");
        assert!(html.contains("property=\"og:title\" content=\"Tom &amp; &lt;Jerry&gt;\""), "{path}: {html}");
        assert!(!html.contains("<Jerry>") && !html.contains("<b>"), "{path}");
        assert!(html.contains("href=\"https://example.com/imprint?a=1&amp;b=%222\""), "{path}");
        assert!(html.contains("href=\"https://example.com/privacy\""), "{path}");
        let links = html.split("<a ").filter(|link| link.contains("href=\"https://example.com"));
        for link in links {
            assert!(link.split('>').next().unwrap().contains("rel=\"noopener noreferrer\""), "{path}: {link}");
        }
        // The one place where the software is named is the page that says what runs here.
        assert_eq!(html.contains("Ashlink"), path == "/about", "{path}");
        assert_eq!(html.contains("Not for &lt;b&gt;card numbers&lt;/b&gt;.\nAsk"), path == "/", "{path}");
    }
}

#[tokio::test]
async fn without_settings_nothing_is_added() {
    let api = Api::new();
    for path in ["/", "/about"] {
        let html = page(&api, path).await.text;
        assert!(html.contains(" – Ashlink</title>"));
        for added in ["brand/", "<img", "id=\"operator\"", "legal", "noreferrer", "aria-required"] {
            assert!(!html.contains(added), "{path}: {added}");
        }
    }
    assert_eq!(page(&api, "/brand/logo.svg").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_logo_and_a_colour_are_served_for_good_and_do_no_harm() {
    let (_folder, flag) = logo();
    let api = Api::started(&[&flag, "--accent=#0b6bcb", "--public-url=https://example.com/tools/ash"]);
    let config = page(&api, "/api/v1/config").await.json;
    assert_eq!(config["accent"], "#0b6bcb");
    let path = config["logo"].as_str().unwrap();
    assert!(path.starts_with("/tools/ash/brand/logo.") && path.ends_with(".svg"), "{path}");
    let html = page(&api, "/s").await.text;
    assert!(html.contains(&format!("<img src=\"{path}\" alt=\"Ashlink\" height=\"36\" class=\"logo\">")), "{html}");

    let picture = page(&api, path).await;
    assert_eq!((picture.status, &*picture.text), (StatusCode::OK, SVG));
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert_eq!(
        picture.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    );
    let style = html.split("href=\"").find(|rest| rest.contains("/brand/accent.")).unwrap().split('"').next().unwrap();
    assert!(style.starts_with("/tools/ash/brand/accent."), "{style}");
    let sheet = page(&api, style).await;
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert!(sheet.header("content-security-policy").contains("; script-src 'self' 'wasm-"));
    assert!(sheet.text.contains("--fill:#0b6bcb"), "{}", sheet.text);
    for answer in [&picture, &sheet] {
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable, no-transform");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
    // Another colour has another name, or browsers would keep the old one.
    let other = Api::started(&["--accent=#0b6bcc", "--public-url=https://example.com/tools/ash"]);
    assert!(!page(&other, "/s").await.text.contains(style));
    assert_eq!(page(&other, style).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_logo_that_is_none_ends_the_start_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logo.png");
    std::fs::write(&path, SVG).unwrap();
    for (path, words) in [(&path, "it is no PNG"), (&folder.path().join("none.png"), "it cannot be read: No such file")]
    {
        let error = testing::state_of(&[&format!("--logo={}", path.display())], testing::memory()).err().unwrap();
        let words = format!("cannot use ASHLINK_LOGO={}: {words}", path.display());
        assert!(format!("{error:#}").starts_with(&words), "{error:#}");
    }
}

#[tokio::test]
async fn the_form_offers_what_the_server_takes() {
    let offered = async |flags: &[&str]| {
        let html = page(&Api::started(flags), "/").await.text;
        let inputs = html.split("<input").filter(|input| input.contains("name=\"lifetime\""));
        let inputs: Vec<String> = inputs
            .map(|input| {
                let tag = input.split('>').next().unwrap();
                let value = tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
                if tag.contains(" checked") { format!("[{value}]") } else { value.to_owned() }
            })
            .collect();
        let number = html.split("id=\"custom-number\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
        let unit = html.split("<option").skip(1).find(|option| option.contains("selected")).unwrap();
        let unit = unit.split("value=\"").nth(1).unwrap();
        let first = |text: &str| text.split('"').next().unwrap().to_owned();
        (inputs.join(" "), format!("{} {}", first(number), first(unit)))
    };
    for (flags, choices, custom) in [
        (&[][..], "3600 86400 [604800] 2592000 custom", "12 hours"),
        (&["--max-ttl=1d"], "3600 [86400] custom", "12 hours"),
        (&["--min-ttl=2h", "--max-ttl=8d"], "86400 [604800] custom", "12 hours"),
        (&["--default-ttl=36h"], "3600 86400 [129600] 604800 2592000 custom", "12 hours"),
        (&["--max-ttl=30m"], "[1800] custom", "30 minutes"),
        (&["--min-ttl=1d", "--default-ttl=2d"], "86400 [172800] 604800 2592000 custom", "2 days"),
        (&["--min-ttl=1h", "--max-ttl=1h"], "[3600]", "1 hours"),
    ] {
        assert_eq!(offered(flags).await, (choices.to_owned(), custom.to_owned()), "{flags:?}");
    }
}

#[tokio::test]
async fn the_form_asks_for_a_passphrase_where_one_is_wanted() {
    let html = page(&Api::started(&["--require-passphrase"]), "/").await.text;
    assert!(html.contains("aria-required=\"true\"") && !html.contains("<details id=\"protect\""), "{html}");
    assert!(html.contains("data-limits=\"60 2592000 604800 100 1048576 1\""), "{html}");
}
