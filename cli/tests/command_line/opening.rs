//! Where an opened secret goes: files, programs, and what happens where it cannot go there.

use crate::TEXT;
use crate::program::{PATIENCE, path, until};
use crate::site::{Site, file_with};
use crate::tap::ACKNOWLEDGE;
use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

#[test]
fn what_cannot_be_written_is_known_before_it_is_opened() {
    let site = Site::start();
    let sent = site.send(&[], TEXT);
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there");
    fs::write(&there, "precious").unwrap();
    for path in [&there, &folder.path().join("no/such/folder")] {
        site.open(&sent.link).args(["--output".as_ref(), path.as_os_str()]).end().is(12, "").says(&["unspent"]);
    }
    assert_eq!(fs::read_to_string(&there).unwrap(), "precious");
    assert_eq!(site.state(&sent.link), "waiting");
    // Nothing is left of a file for which nothing came.
    let new = folder.path().join("new");
    let damaged = format!("{}/s#{}", site.url(), "S".repeat(52));
    assert_eq!(site.open(&damaged).args(["--output".as_ref(), new.as_os_str()]).end().code, Some(5));
    assert!(!new.exists());
    let opened = site.open(&sent.link).args(["--output".as_ref(), new.as_os_str()]).end();
    assert_eq!(opened.code, Some(0), "{}", opened.errors);
    assert_eq!(fs::read_to_string(&new).unwrap(), TEXT);
}

#[test]
fn a_link_is_opened_where_it_leads_and_no_other_server_hears_of_it() {
    let (own, other) = (Site::start(), Site::start());
    let sent = other.send(&[], TEXT);
    own.open(&sent.link).end().is(0, TEXT);
    assert_eq!(own.tap.requests(), [""; 0]);
    let again = own.open(&sent.link).env("ASHLINK_SERVER", "http://127.0.0.1:1").end();
    assert_eq!(again.code, Some(3), "{}", again.errors);
}

#[test]
fn a_program_gets_the_secret_in_one_variable_and_nowhere_else() {
    let site = Site::start();
    let passphrase = file_with("horse");
    let sent = site.send(&["--passphrase-file", passphrase.path().to_str().unwrap()], TEXT);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("show");
    let show = r#"printf "%s|" "$DB_PASSWORD" "${ASHLINK_PASSPHRASE-gone}" "${ASHLINK_TOKEN-gone}" "$@"; exit 42"#;
    fs::write(&script, format!("#!/bin/sh\n{show}\n")).unwrap();
    let script_path = script.to_str().unwrap();
    let open = |program: &[&str]| {
        let run = site.open(&sent.link).args(["--exec", "DB_PASSWORD", "--"]).args(program);
        run.envs([("ASHLINK_PASSPHRASE", "horse"), ("ASHLINK_TOKEN", "t")])
    };
    open(&["no-such-program"]).end().is(127, "");
    open(&[script_path]).end().is(126, "").says(&["show cannot be run"]);
    // By its name alone it is found as well, and cannot be run either.
    open(&["show"]).env("PATH", folder.path()).end().is(126, "").says(&["show cannot be run"]);
    assert_eq!(site.state(&sent.link), "waiting");
    fs::set_permissions(&script, Permissions::from_mode(0o700)).unwrap();
    open(&[script_path, "a b", "-c"]).end().is(42, &format!("{TEXT}|gone|gone|a b|-c|"));
    // It has arrived, and the server was told so.
    until("it is acknowledged", || site.tap.count(ACKNOWLEDGE) > 0);
}

#[test]
fn what_was_opened_is_handed_over_before_the_server_hears_of_it() {
    let site = Site::start();
    let sent = site.send(&[], TEXT);
    site.tap.instead(ACKNOWLEDGE, "");
    let mut opening = site.open(&sent.link).start();
    opening.output.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut shown = vec![0; TEXT.len()];
    opening.output.read_exact(&mut shown).unwrap();
    assert_eq!(shown, TEXT.as_bytes());
    // It still waits to be heard, since nobody answers it.
    until("it tells the server", || site.tap.count(ACKNOWLEDGE) > 0);
    assert!(opening.is_running());
}

#[test]
fn what_no_variable_can_hold_is_saved_since_it_is_spent() {
    let site = Site::start();
    let sent = site.send(&[], [1_u8, 0, 255]);
    let folder = tempfile::tempdir().unwrap();
    let run = site.open(&sent.link).args(["--exec", "X", "--", "true"]).within(folder.path()).end();
    run.is(12, "").says(&["saved as ./secret.bin"]);
    assert_eq!(fs::read(folder.path().join("secret.bin")).unwrap(), [1, 0, 255]);
}

#[test]
fn the_same_program_under_a_link_is_the_same_program() {
    // A shell's `PATH` often holds links to programs.
    let site = Site::start();
    let sent = site.send(&[], TEXT);
    let folder = tempfile::tempdir().unwrap();
    symlink("/bin/sh", folder.path().join("shell")).unwrap();
    let run = site.open(&sent.link).args(["--exec", "S", "--", "shell", "-c", r#"printf %s "$S""#]);
    run.env("PATH", format!("{}:{}", folder.path().display(), path())).end().is(0, TEXT);
}
