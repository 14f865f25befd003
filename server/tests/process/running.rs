//! A server that runs.

use crate::server::{Log, Server};
use std::fs;
use std::path::Path;

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>";

fn nothing(_: &Path) {}

#[test]
fn a_hangup_reads_files_again_and_ends_nothing() {
    let settings = [("ASHLINK_TOKENS", "{}/tokens"), ("ASHLINK_LOGO", "{}/logo.svg")];
    let mut server = Server::start(&settings, |folder| {
        fs::write(folder.join("tokens"), "# nobody\n").unwrap();
        fs::write(folder.join("logo.svg"), LOGO).unwrap();
    });
    let before = server.get("/api/v1/config", "").unwrap();
    fs::write(server.file("logo.svg"), format!("{LOGO}\n")).unwrap();
    fs::write(server.file("tokens"), "broken").unwrap();
    for name in ["USR1", "USR2", "HUP"] {
        server.signal(name);
    }
    server.logs("ASHLINK_TOKENS");
    server.logs("ASHLINK_LOGO");
    let after = server.get("/api/v1/config", "").unwrap();
    assert!(after.contains("brand/logo.") && after != before, "{after}");
    let log = server.log();
    assert!(log.contains("line 1: ") && log.contains("stays"), "{log}");
    assert_eq!(server.stop().code(), Some(0), "a stop is graceful");
}

#[test]
fn a_hangup_without_files_is_said_and_ends_nothing() {
    let mut server = Server::start(&[], nothing);
    server.signal("HUP");
    server.logs("no file");
    assert!(server.is_healthy());
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn a_server_whose_terminal_is_closed_ends_gracefully() {
    let server = Server::in_terminal();
    server.signal("KILL");
    // It removes its socket when it ends, and not when it is ended.
    server.becomes("gone", || !server.file("server.sock").exists());
}

#[test]
fn a_server_whose_output_nobody_reads_serves() {
    let mut server = Server::start(&[], nothing);
    server.logs("standard output cannot be written to");
    assert!(server.is_healthy());
    assert_eq!(server.stop().code(), Some(0));
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn a_server_whose_log_is_full_serves() {
    let mut server = Server::with_log(&Log::Full, &[], nothing);
    assert!(server.is_healthy());
    server.signal("HUP");
    assert!(server.get("/api/v1/config", "").unwrap().contains(" 200 "));
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn variables_that_are_no_settings_are_named_at_the_start() {
    let server = Server::start(&[("ASHLINK_MAXTTL", "1h"), ("ASHLINK_PORT", "tcp://10.0.0.1:3000")], nothing);
    let log = server.log();
    assert!(log.contains("ASHLINK_MAXTTL is set") && log.contains("did you mean ASHLINK_MAX_TTL?"), "{log}");
    assert!(!log.contains("ASHLINK_PORT"), "{log}");
}

#[test]
fn a_socket_file_is_served_at_and_its_proxy_is_believed() {
    let settings = [("ASHLINK_LISTEN", "unix:{}/server.sock"), ("ASHLINK_STORE_FILE", "{}/url")];
    let mut server = Server::start(&settings, |folder| fs::write(folder.join("url"), "memory:\n").unwrap());
    // More than one visitor may ask for in a minute, and less than all of them may.
    let look = |visitor: &str| {
        let path = "/api/v1/open/AAAAAAAAAAAAAAAAAAAAAA";
        server.get(path, &format!("x-forwarded-for: {visitor}\r\n")).unwrap()
    };
    let refused = (0..2_000).any(|_| look("192.0.2.1").contains(" 429 "));
    assert!(refused, "one visitor is limited");
    assert!(!look("192.0.2.2").contains(" 429 "), "another one is not");
    assert!(server.file("server.sock").exists());
    assert_eq!(server.stop().code(), Some(0));
    assert!(!server.file("server.sock").exists(), "it is removed at the end");
}
