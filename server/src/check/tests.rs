//! What a check finds, with real files, servers and stores.

use super::*;
use crate::api::tokens::Token;
use crate::check::running::tests::start;
use crate::testing::{Failing, memory, state, state_of};
use ashlink_store::embedded::EmbeddedStore;
use ashlink_store::{SecretStore as _, conformance};
use clap::Parser as _;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

/// A check with these settings, at an address where nobody is.
async fn check(flags: &[&str]) -> Report {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check_at(free, flags).await
}

/// On a file that is not there, unless they say otherwise: about the store in memory there is always
/// something to say.
async fn check_at(listen: SocketAddr, flags: &[&str]) -> Report {
    let listen = format!("--listen={listen}");
    let folder = tempfile::tempdir().unwrap();
    let file = format!("--store=file:{}", folder.path().join("store").display());
    let store = (!flags.iter().any(|flag| flag.starts_with("--store="))).then_some(file.as_str());
    let arguments = ["ashlink-server", &listen].into_iter().chain(store).chain(flags.iter().copied());
    everything(&Settings::parse_from(arguments), Ok(())).await
}

/// All that was not good, and the worst of it.
fn trouble(report: &Report) -> (Level, String) {
    let lines = report.findings().iter().filter(|finding| finding.level > Level::Good);
    (report.worst(), lines.map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn file_in(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

#[tokio::test]
async fn the_default_store_is_said_to_forget() {
    let (level, words) = trouble(&check(&["--store=memory:"]).await);
    assert_eq!(level, Level::Warning);
    assert!(words.contains("a restart loses all of them") && words.contains("ASHLINK_STORE"), "{words}");
}

#[tokio::test]
async fn the_defaults_have_nothing_else_to_say_but_good() {
    let report = check(&[]).await;
    assert_eq!(trouble(&report), (Level::Good, String::new()));
    let abouts: Vec<_> = report.findings().iter().map(|finding| finding.about).collect();
    assert_eq!(abouts, ["settings", "address", "store"]);
    assert!(report.to_string().starts_with("ok       settings: all of them can be used\n"), "{report}");
}

#[tokio::test]
async fn every_setting_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let logo = format!("--logo={}", file_in(folder.path(), "logo.png", "no picture"));
    let tokens = format!("--tokens={}", folder.path().join("none").display());
    let flags = ["--min-ttl=2h", "--max-ttl=1h", "--log=a=b=c", &logo, &tokens];
    let (level, words) = trouble(&check(&flags).await);
    assert_eq!(level, Level::Problem);
    for part in ["ASHLINK_MIN_TTL=2h is longer", "ASHLINK_LOG=a=b=c", "ASHLINK_LOGO=", "ASHLINK_TOKENS="] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(words.lines().count(), 4, "{words}");
    let without_page = everything(&Settings::parse_from(["ashlink-server"]), Err(NoPage)).await;
    assert!(trouble(&without_page).1.contains("cargo xtask build"));
}

#[tokio::test]
async fn what_is_meant_otherwise_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = format!("--tokens={}", file_in(folder.path(), "tokens", "# nobody yet\n"));
    let (level, words) = trouble(&check(&[&nobody]).await);
    assert_eq!(level, Level::Warning);
    assert!(words.contains("nobody can create links"), "{words}");
    let entry = format!("alice {}\n", Token::fresh().hash());
    let alice = format!("--tokens={}", file_in(folder.path(), "alice", &entry));
    assert_eq!(check(&[&alice]).await.worst(), Level::Good);

    let https = "--public-url=https://secrets.example.com";
    let (level, words) = trouble(&check(&[https]).await);
    assert_eq!(level, Level::Warning);
    assert!(words.contains("ASHLINK_TRUSTED_PROXIES"), "{words}");
    // Failed attempts are counted by client also where requests are not.
    assert_eq!(check(&[https, "--rate-limit=off"]).await.worst(), Level::Warning);
    assert_eq!(check(&[https, "--trusted-proxies=10.0.0.1"]).await.worst(), Level::Good);
    // At a socket file everyone who connects is a proxy.
    let listen = format!("--listen=unix:{}/server.sock", folder.path().display());
    let file = format!("--store=file:{}", folder.path().join("store").display());
    let report = everything(&Settings::parse_from(["ashlink-server", https, &listen, &file]), Ok(())).await;
    assert_eq!(trouble(&report), (Level::Good, String::new()));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "a check makes nothing");
}

#[tokio::test]
async fn the_server_that_runs_is_asked() {
    let address = start(state(memory())).await;
    let report = check_at(address, &[]).await;
    assert_eq!(trouble(&report), (Level::Good, String::new()));
    assert!(report.to_string().contains(&format!("the server at {address} is ready")), "{report}");
    // Under a path as well.
    let flags = ["--public-url=http://example.com/ash"];
    let under = start(state_of(&flags, memory()).unwrap()).await;
    assert_eq!(check_at(under, &flags).await.worst(), Level::Good);

    let failing = start(state(Arc::new(Failing(ashlink_store::StoreError::Unavailable)))).await;
    let (level, words) = trouble(&check_at(failing, &[]).await);
    assert_eq!(level, Level::Problem);
    assert!(words.contains("not ready") && words.contains("store_unavailable"), "{words}");
}

#[tokio::test]
async fn an_address_that_is_not_to_be_had_is_said() {
    let listen = |text: &str| text.parse::<SocketAddr>().unwrap();
    let (level, words) = trouble(&check_at(listen("192.0.2.1:3000"), &[]).await);
    assert_eq!(level, Level::Problem);
    assert!(words.contains("an address that this machine has"), "{words}");
    let folder = tempfile::tempdir().unwrap();
    let letter = file_in(folder.path(), "letter", "Dear all");
    for (path, part) in [(&*letter, "no socket"), ("/nowhere/server.sock", "no socket can be made in /nowhere")] {
        let listen = format!("--listen=unix:{path}");
        let report = everything(&Settings::parse_from(["ashlink-server", &listen]), Ok(())).await;
        let (level, words) = trouble(&report);
        assert_eq!(level, Level::Problem);
        assert!(words.contains(part), "{words}");
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let metrics = format!("--metrics-listen={}", taken.local_addr().unwrap());
    let (level, words) = trouble(&check(&[&metrics]).await);
    assert_eq!(level, Level::Problem);
    assert!(words.contains("ASHLINK_METRICS_LISTEN") && words.contains("another port"), "{words}");
    // Somebody who takes connections and says nothing of ours.
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap();
    tokio::spawn(async move { while other.accept().await.is_ok() {} });
    let (level, words) = trouble(&check_at(address, &[]).await);
    assert_eq!(level, Level::Problem);
    assert!(words.contains("another program"), "{words}");
}

#[tokio::test]
async fn a_file_is_looked_at_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let flag = format!("--store=file:{}", path.display());
    let report = check(&[&flag]).await;
    assert_eq!(report.worst(), Level::Good);
    assert!(report.to_string().contains("the server makes it"), "{report}");
    assert!(!path.exists());

    let store = EmbeddedStore::in_file(&path, 1024 * 1024).unwrap();
    store.create(conformance::secret(1)).await.unwrap();
    // Somebody has it: a problem, unless it is the server.
    let (level, words) = trouble(&check(&[&flag]).await);
    assert_eq!(level, Level::Problem);
    assert!(words.contains("another process has it open"), "{words}");
    let address = start(state(Arc::new(store))).await;
    let report = check_at(address, &[&flag]).await;
    assert_eq!(report.worst(), Level::Good);
    assert!(report.to_string().contains("in use, by the server that runs"), "{report}");
}

#[tokio::test]
async fn damage_is_found_and_nothing_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let flag = format!("--store=file:{}", path.display());
    let store = EmbeddedStore::in_file(&path, 1024 * 1024).unwrap();
    for _ in 0..20 {
        store.create(conformance::secret(1)).await.unwrap();
    }
    // As after a power cut: no clean end, so that redb repairs it when it is opened.
    let copy = folder.path().join("cut");
    std::fs::copy(&path, &copy).unwrap();
    let cut = format!("--store=file:{}", copy.display());
    drop(store);
    let (mut sound, mut damaged) = (0, 0);
    for (flag, path) in [(&flag, &path), (&cut, &copy)] {
        let whole = std::fs::read(path).unwrap();
        let used: Vec<_> = (0..whole.len()).filter(|place| whole[*place] != 0).collect();
        for place in used.iter().copied().step_by(used.len() / 40).map(Some).chain([None]) {
            let mut bytes = whole.clone();
            if let Some(place) = place {
                bytes[place] ^= 0xFF;
            }
            std::fs::write(path, &bytes).unwrap();
            let report = check(&[flag]).await;
            match trouble(&report) {
                (Level::Problem, words) => {
                    assert!(place.is_some() && words.contains("cannot use ASHLINK_STORE=file:"), "{words}");
                    damaged += 1;
                }
                // Also where a bit is wrong that nothing hangs on.
                _ => {
                    assert!(report.to_string().contains("is whole and holds"), "{report}");
                    sound += 1;
                }
            }
            assert!(std::fs::read(path).unwrap() == bytes, "it is as it was");
        }
    }
    assert!(sound >= 2 && damaged > 5, "{sound} sound, {damaged} damaged");
    // The two of them, and the room that the store has kept beside its own.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[tokio::test]
async fn a_place_that_cannot_hold_a_store_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for (store, part) in [
        (folder.path().join("none/store"), "does not exist"),
        (folder.path().to_owned(), "not a regular file"),
        (file_in(folder.path(), "empty", "").into(), "it is empty"),
        (file_in(folder.path(), "letter", "Dear all").into(), "not a store of Ashlink's"),
    ] {
        let (level, words) = trouble(&check(&[&format!("--store=file:{}", store.display())]).await);
        assert_eq!(level, Level::Problem);
        assert!(words.contains(part), "{part}: {words}");
    }
}
