//! The pages as they are served, and what is told to whoever compares them.

use super::harness::{Api, request};
use crate::site::pages::Pages;
use crate::site::webcat;
use ashlink_core::bytes::to_base64url;
use ashlink_core::manifest::Manifest;
use axum::extract::FromRef as _;
use axum::http::StatusCode;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

#[tokio::test]
async fn a_page_is_the_same_each_time_and_starts_only_what_its_policy_names() {
    let api = Api::new();
    for path in ["/", "/s", "/m", "/about", "/docs/api", "/nowhere"] {
        let answer = api.send(request("GET", path)).await;
        assert_eq!(api.send(request("GET", path)).await, answer, "{path}");
        let policy = answer.header("content-security-policy");
        assert_eq!(policy, api.send(request("GET", "/healthz")).await.header("content-security-policy"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("nonce"), "{policy}");
        // Where Rocket Loader looks for it: before `src`.
        let boot = answer.text.matches("<script data-cfasync=\"false\" id=\"boot\"").count();
        assert_eq!(boot, usize::from(["/", "/s", "/m"].contains(&path)), "{path}");
        assert_eq!(answer.text.matches("<script").count(), boot, "{path} has no script within it");
        let hashes: Vec<_> =
            answer.text.split(" integrity=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(hashes.len(), 2 * boot, "{path}");
        assert!(hashes.iter().all(|hash| hash.starts_with("sha256-")), "{path}: {hashes:?}");
    }
}

#[tokio::test]
async fn a_link_that_was_rewritten_leads_to_the_page_that_reads_its_key() {
    for (api, base) in [(Api::new(), ""), (Api::under("/tools/ash"), "/tools/ash")] {
        for page in ["/s", "/m"] {
            let expected = api.send(request("GET", &format!("{base}{page}"))).await;
            assert_eq!(expected.status, StatusCode::OK);
            for address in ["/", "//", "%23KEY", "%2523KEY", "/%23KEY", "*KEY__;Iw!!", "?x=1", "/?x=%23KEY", "/a/b"] {
                for start in ["", "/"] {
                    let path = format!("{start}{base}{page}{address}");
                    assert_eq!(api.send(request("GET", &path)).await, expected, "{path}");
                }
                let path = format!("{base}/{page}{address}");
                assert_eq!(api.send(request("GET", &path)).await, expected, "{path}");
            }
            for other in ["x", ".php", "-1", "_"] {
                let path = format!("{base}{page}{other}");
                assert_eq!(api.send(request("GET", &path)).await.status, StatusCode::NOT_FOUND, "{path}");
            }
            let answer = api.send(request("POST", &format!("{base}{page}%23KEY"))).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        }
        // A proxy that asks for a login knows these by their exact paths.
        for path in ["/", "/api/v1/config", "/about"] {
            let answer = api.send(request("GET", &format!("/{base}{path}"))).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

#[tokio::test]
async fn the_manifest_has_every_page_as_it_is_served() {
    let api = Api::under("/tools/ash");
    let answer = api.send(request("GET", "/.well-known/ashlink/manifest.json")).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let (manifest, templates) = Manifest::parse(&answer.text).unwrap();
    assert_eq!(manifest.headers["content-security-policy"], answer.header("content-security-policy"));
    assert_eq!(templates.len(), 6);
    for (path, template) in templates {
        let page = api.send(request("GET", &format!("/{path}"))).await;
        let values = template.read(&page.text).unwrap();
        assert_eq!((&*values.texts["base"], &*values.texts["product"]), ("/tools/ash", "Ashlink"), "{path}");
    }
    // The same for every server of the release.
    let other = Api::new().send(request("GET", "/.well-known/ashlink/manifest.json")).await;
    assert_eq!(other.text, answer.text);
}

#[tokio::test]
async fn webcat_is_told_of_everything_that_a_page_loads() {
    let api = Api::new();
    let told: Value = serde_json::from_str(&webcat::manifest(&Pages::from_ref(api.state())).unwrap()).unwrap();
    let files = told["files"].as_object().unwrap();
    assert_eq!(files["/"], files["/index.html"]);
    assert!(files.contains_key(told["default_fallback"].as_str().unwrap()));
    for (path, hash) in files.iter().filter(|(path, _)| *path != "/index.html") {
        let answer = api.send(request("GET", path)).await;
        assert_eq!(hash, &to_base64url(&Sha256::digest(&answer.text)), "{path}");
        assert_eq!(told["default_csp"], answer.header("content-security-policy"), "{path}");
    }
    let words = webcat::manifest(&Pages::from_ref(Api::under("/tools").state())).unwrap_err().to_string();
    assert!(words.contains("ASHLINK_PUBLIC_URL"), "{words}");
}

#[tokio::test]
async fn who_has_a_page_is_not_sent_it_again() {
    let api = Api::new();
    let mut tags = BTreeSet::new();
    for encoding in ["br", "gzip", "identity"] {
        for path in ["/", "/s", "/m", "/about", "/docs/api"] {
            let asked = || request("GET", path).header("accept-encoding", encoding);
            let answer = api.send(asked().body(String::new())).await;
            let tag = answer.header("etag").to_owned();
            assert!(tag.starts_with('"') && tags.insert(tag.clone()), "{path} as {encoding}: {tag}");
            assert_eq!(answer.header("vary"), "accept-encoding");
            let again = api.send(asked().header("if-none-match", &tag).body(String::new())).await;
            assert_eq!((again.status, &*again.text), (StatusCode::NOT_MODIFIED, ""), "{path} as {encoding}");
            for name in ["etag", "vary", "cache-control", "content-security-policy"] {
                assert_eq!(again.header(name), answer.header(name), "{name} of {path}");
            }
        }
    }
    let nowhere = api.send(request("GET", "/nowhere").header("if-none-match", "*").body(String::new())).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}
