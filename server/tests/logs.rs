//! The log of a process of its own: this test program started again.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

use ashlink_server::observe::logging;
use ashlink_server::router;
use ashlink_server::settings::Settings;
use ashlink_server::site::Site;
use ashlink_server::state::AppState;
use ashlink_server::web::caller::Peer;
use ashlink_store::embedded::EmbeddedStore;
use axum::body::Body;
use axum::http::Request;
use clap::Parser as _;
use serde_json::Value;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;

/// Set for the process that is to write the log.
const WRITE: &str = "ASHLINK_TEST_WRITE_A_LOG";

/// Not a test: what the other process runs.
#[tokio::test]
async fn writing_process() {
    if std::env::var_os(WRITE).is_none() {
        return;
    }
    let settings = Settings::parse_from(["ashlink-server"]);
    let _started = logging::start(settings.log_filter().unwrap(), settings.log_format).unwrap();
    let state = AppState::new(&settings, Arc::new(EmbeddedStore::in_memory(1 << 20)), Site::none()).unwrap();
    for path in ["/api/v1/open/AAAAAAAAAAAAAAAAAAAAAA?query", "/s%23AAAAAAAAAAAAAAAAAAAAAA", "/healthz"] {
        let mut request = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(([198, 51, 100, 7], 4711).into()));
        let _ = router::service(state.clone()).oneshot(request).await;
    }
}

/// Not a test: what another process runs.
#[tokio::test]
async fn starting_process() {
    if std::env::var_os(WRITE).is_none() {
        return;
    }
    let settings = Settings::parse_from(["ashlink-server", "--listen=127.0.0.1:0"]);
    let _started = logging::start(settings.log_filter().unwrap(), settings.log_format).unwrap();
    let run = ashlink_server::start::run(settings, Site::none());
    // All that is looked for is said before it listens.
    tokio::time::timeout(Duration::from_millis(500), run).await.unwrap_err();
}

#[test]
fn a_store_that_a_restart_empties_says_so_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("file:{}", folder.path().join("store").display());
    for (store, said) in [("memory:", true), (&file, false)] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "starting_process", "--nocapture"])
            .env(WRITE, "1")
            .env("ASHLINK_STORE", store)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        let warned = text.lines().any(|line| line.contains("WARN") && line.contains("a restart loses all of them"));
        assert_eq!(warned, said, "{text}");
    }
}

/// The lines of such a process about requests, in this format.
fn lines(format: &str) -> Vec<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writing_process", "--nocapture"])
        .env(WRITE, "1")
        .env("ASHLINK_LOG_FORMAT", format)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    for hidden in ["AAAAAAAA", "query", "198.51.100.7"] {
        assert!(!text.contains(hidden), "{text}");
    }
    assert!(text.contains("\"/s\""), "a link with its key in the path is logged by its route: {text}");
    text.lines()
        .filter(|line| line.contains("/api/v1/open/{id}") || line.contains("healthz"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn json_is_one_object_in_each_line() {
    let lines = lines("json");
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&"INFO".into(), &"request".into()));
    assert_eq!((&line["method"], &line["route"]), (&"GET".into(), &"/api/v1/open/{id}".into()));
    assert_eq!(line["status"], 404);
    assert!(line["elapsed_ms"].as_f64().unwrap() > 0.0 && line["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(line["target"], "ashlink_server::observe::request_log");
    assert_eq!(line.as_object().unwrap().len(), 8, "{line}");
}

#[test]
fn text_is_for_people() {
    let lines = lines("text");
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(line.contains("INFO") && line.contains("request") && line.contains("status=404"), "{line}");
}
