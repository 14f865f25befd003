//! That the router, the OpenAPI document and what is written for proxies say what the table says.

use super::{OpenTo, Route};
use crate::testing::{memory, state};
use crate::{api, router};
use ashlink_store::counters::Class;
use axum::body::Body;
use axum::http::header::ALLOW;
use axum::http::{Method, Request, StatusCode};
use regex::Regex;
use std::collections::BTreeSet;
use tower::ServiceExt as _;

const OPERATIONS: &str = include_str!("../../../docs/OPERATIONS.md");
const NGINX: &str = include_str!("../../../docs/examples/nginx/ashlink-staff.conf");
const TRAEFIK: &str = include_str!("../../../docs/examples/traefik/ashlink.yml");

fn templates(open_to: OpenTo) -> BTreeSet<&'static str> {
    let wanted = Route::ALL.iter().filter(|route| route.open_to() == open_to);
    wanted.map(|route| route.template()).collect()
}

/// What this pattern's group matches in a text.
fn found<'t>(text: &'t str, pattern: &str) -> BTreeSet<&'t str> {
    Regex::new(pattern).unwrap().captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

#[tokio::test]
async fn every_route_answers_to_its_methods_alone() {
    let router = router::service(state(memory()));
    for route in Route::ALL {
        let path = route.template().replace("{*path}", "elsewhere").replace(['{', '}'], "");
        let request = Request::builder().method("BREW").uri(&path).header("host", "localhost").body(Body::empty());
        let mut request = request.unwrap();
        request.extensions_mut().insert(crate::web::caller::Peer(([127, 0, 0, 1], 4711).into()));
        let answer = router.clone().oneshot(request).await.unwrap();
        if route.methods().is_empty() {
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            continue;
        }
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allowed = answer.headers()[ALLOW].to_str().unwrap().split(',').map(str::trim);
        let allowed: BTreeSet<&str> = allowed.filter(|method| *method != "HEAD").collect();
        let methods: BTreeSet<&str> = route.methods().iter().copied().collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[test]
fn every_route_under_v1_is_in_the_document() {
    let document = serde_json::to_value(api::document(&state(memory()).config)).unwrap();
    let documented: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let all = Route::ALL.iter().map(|route| route.template());
    let wanted: BTreeSet<&str> = all.filter(|template| template.starts_with("/api/v1/")).collect();
    assert_eq!(documented, wanted);
}

#[test]
fn a_template_is_found_again() {
    for route in Route::ALL {
        assert_eq!(Route::with_template(route.template()), Some(*route));
    }
    assert_eq!(Route::with_template("/api/v1/other"), None);
}

#[test]
fn what_is_asked_has_its_kind() {
    assert_eq!(Route::Secrets.class(&Method::POST), Some(Class::Create));
    for route in [Route::Secret, Route::Receipt] {
        assert_eq!(route.class(&Method::GET), Some(Class::Lookup));
        assert_eq!(route.class(&Method::HEAD), Some(Class::Lookup));
        assert_eq!(route.class(&Method::DELETE), Some(Class::Open));
    }
    for route in [Route::Claim, Route::Ack] {
        assert_eq!(route.class(&Method::POST), Some(Class::Open));
    }
    assert_eq!(Route::OpenPage.class(&Method::GET), None);
    // A picture in a page elsewhere, by which its visitors would use up what they have.
    for route in [Route::Secrets, Route::Claim, Route::Ack] {
        assert_eq!(route.class(&Method::GET), None);
    }
    assert_eq!(Route::Config.class(&Method::GET), None);
}

#[test]
fn the_examples_ask_staff_alone_for_a_login() {
    assert_eq!(found(NGINX, r"(?m)^location = (\S+) \{$"), templates(OpenTo::Staff));
    let rule = TRAEFIK.split_once("#ashlink-staff:").unwrap().1.lines().find(|line| line.contains("rule:")).unwrap();
    assert_eq!(found(rule, r"Path\(`([^`]+)`\)"), templates(OpenTo::Staff));
}

#[test]
fn operators_are_told_what_to_leave_open() {
    let items = OPERATIONS.split("\n- ").filter(|item| item.contains("`/api/v1/secrets`"));
    let [item] = items.collect::<Vec<_>>().try_into().expect("one item of the list is about staff");
    let (login, open) = item.split_once("leave").expect("it says what stays open");
    assert_eq!(found(login, "`(/[^`]*)`"), templates(OpenTo::Staff));
    let open = found(open, "`(/[^`]*)`");
    let covers = |path: &str, template: &str| {
        template.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    for template in templates(OpenTo::Anyone) {
        assert!(open.iter().any(|path| covers(path, template)), "{template} stays open");
    }
    for path in open {
        assert!(templates(OpenTo::Anyone).iter().any(|template| covers(path, template)), "{path} is a route");
        assert!(!templates(OpenTo::Staff).iter().any(|template| covers(path, template)), "{path} is for staff");
    }
}
