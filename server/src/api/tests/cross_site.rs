//! What pages of other sites may do, and the one page that is elsewhere on purpose.

use super::harness::{Api, Sent, request};
use ashlink_core::api::ErrorCode;
use axum::http::StatusCode;

#[tokio::test]
async fn other_sites_cannot_change_anything() {
    let api = Api::new();
    for (site, allowed) in [("cross-site", false), ("same-site", false), ("same-origin", true), ("none", true)] {
        let sent = Sent::new(1);
        let request = request("POST", "/api/v1/secrets").header("sec-fetch-site", site).json(&sent.body());
        let answer = api.send(request).await;
        if allowed {
            assert_eq!(answer.status, StatusCode::CREATED);
        } else {
            answer.assert_error(ErrorCode::CrossSite);
            api.lookup(&sent).await.assert_error(ErrorCode::Unknown);
        }
    }
}

#[tokio::test]
async fn the_page_on_another_host_may_what_our_own_may() {
    const CLIENT: &str = "https://share.example.com";
    let api = Api::started(&["--client-origin", CLIENT]);
    let sent = Sent::new(1);
    let path = format!("/api/v1/open/{}", sent.id());
    for (origin, is_ours) in [
        ("https://share.example.com.evil.example", false),
        ("http://share.example.com", false),
        ("https://share.example.com:8443", false),
        ("null", false),
        (CLIENT, true),
    ] {
        let from = |method, path| request(method, path).header("sec-fetch-site", "cross-site").header("origin", origin);
        let asked = from("OPTIONS", &path).header("access-control-request-method", "DELETE");
        let asked = api.send(asked.header("access-control-request-headers", "ashlink-link,ashlink-access")).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert_eq!(asked.header("access-control-allow-origin"), if is_ours { CLIENT } else { "" }, "{origin}");
        assert!(asked.header("vary").contains("origin") && !asked.header("content-security-policy").is_empty());
        assert_eq!(asked.header("access-control-allow-methods"), "GET,POST,DELETE");
        let headers = "ashlink-link,ashlink-owner,ashlink-access,authorization,content-type";
        assert_eq!(asked.header("access-control-allow-headers"), headers);
        assert_eq!(asked.header("access-control-allow-credentials"), "");
        let made = api.send(from("POST", "/api/v1/secrets").json(&sent.body())).await;
        let looked = api.send(from("GET", &path).header("ashlink-link", sent.link())).await;
        if is_ours {
            assert_eq!((made.status, looked.status), (StatusCode::CREATED, StatusCode::OK));
        } else {
            made.assert_error(ErrorCode::CrossSite);
            looked.assert_error(ErrorCode::CrossSite);
        }
        assert_eq!(looked.header("access-control-allow-origin"), if is_ours { CLIENT } else { "" }, "{origin}");
    }
    // A page that names two origins is none that a browser has.
    let both = request("POST", "/api/v1/secrets").header("sec-fetch-site", "cross-site").header("origin", CLIENT);
    api.send(both.header("origin", "null").json(&sent.body())).await.assert_error(ErrorCode::CrossSite);
    assert_eq!(api.state().told().links_begin(), Some(CLIENT));
    // Without the setting, there is no such page.
    let alone = Api::new();
    let asked = request("OPTIONS", &path).header("origin", CLIENT).header("access-control-request-method", "GET");
    let asked = alone.send(asked).await;
    asked.assert_error(ErrorCode::MethodNotAllowed);
    assert_eq!(asked.header("access-control-allow-origin"), "");
}
