//! Where an opened secret goes: files, programs, and what happens where it cannot go there.

use crate::TEXT;
use crate::program::{PATIENCE, path, until};
use crate::site::{Sent, Site, file_with};
use crate::tap::{ACKNOWLEDGE, CLAIM};
use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

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
    let show = r#"printf "%s|" "$DB_PASSWORD" "${ASHLINK_PASSPHRASE-gone}" "${ASHLINK_TOKEN-gone}" "${ASHLINK_LINK-gone}" "${ASHLINK_PROXY-gone}" "${ASHLINK_SERVER:+kept}" "${HTTPS_PROXY-gone}" "$@"; exit 42"#;
    fs::write(&script, format!("#!/bin/sh\n{show}\n")).unwrap();
    let script_path = script.to_str().unwrap();
    let open = |program: &[&str]| {
        let run = site.open(&sent.link).args(["--exec", "DB_PASSWORD", "--"]).args(program);
        // An empty proxy is none, and a variable that a program could see.
        let run =
            run.envs([("ASHLINK_PROXY", ""), ("HTTPS_PROXY", "http://u:p@127.0.0.1:1"), ("NO_PROXY", "127.0.0.1")]);
        run.envs([("ASHLINK_PASSPHRASE", "horse"), ("ASHLINK_TOKEN", "t"), ("ASHLINK_LINK", sent.link.as_str())])
    };
    open(&["no-such-program"]).end().is(127, "");
    open(&[script_path]).end().is(126, "").says(&["show cannot be run"]);
    // By its name alone it is found as well, and cannot be run either.
    open(&["show"]).env("PATH", folder.path()).end().is(126, "").says(&["show cannot be run"]);
    assert_eq!(site.state(&sent.link), "waiting");
    fs::set_permissions(&script, Permissions::from_mode(0o700)).unwrap();
    open(&[script_path, "a b", "-c"])
        .end()
        .is(42, &format!("{TEXT}|gone|gone|gone|gone|kept|http://u:p@127.0.0.1:1|a b|-c|"));
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

/// Sends files of these names, each in a folder of its own, with their number in them.
fn send_files(site: &Site, names: &[&str]) -> Sent {
    let home = tempfile::tempdir().unwrap();
    let paths: Vec<_> =
        (0..names.len()).map(|number| home.path().join(number.to_string()).join(names[number])).collect();
    for (number, path) in paths.iter().enumerate() {
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(path, number.to_string()).unwrap();
    }
    let paths: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    site.send(&[&["--views", "9"][..], &*paths].concat(), "")
}

/// The names in a folder with what is in these files.
fn files(folder: &Path) -> Vec<(String, String)> {
    let read =
        |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap());
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap())).collect();
    files.sort();
    files
}

fn of(names: &[&str]) -> Vec<(String, String)> {
    let mut files: Vec<_> = names.iter().enumerate().map(|(n, name)| ((*name).to_owned(), n.to_string())).collect();
    files.sort();
    files
}

#[test]
fn files_find_a_place_where_neither_folder_nor_home_can_be_written_to() {
    let site = Site::start();
    let sent = send_files(&site, &["a", "b"]);
    let temporary = tempfile::tempdir().unwrap();
    let run = site.open(&sent.link).within(Path::new("/proc")).env("HOME", "/nonexistent");
    let saved = format!("Saved as {}/a", temporary.path().display());
    run.env("TMPDIR", temporary.path()).end().is(0, "").says(&[&saved]);
    assert_eq!(files(temporary.path()), of(&["a", "b"]));
}

#[test]
fn what_lost_its_folder_during_the_claim_is_saved_in_the_next_that_is_left() {
    let site = Site::start();
    let sent = send_files(&site, &["a", "b"]);
    let [folder, current, temporary] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let gone = [folder.path().to_owned(), current.path().to_owned()];
    site.tap.before(CLAIM, move || gone.iter().for_each(|path| fs::remove_dir(path).unwrap()));
    let run = site.open(&sent.link).args(["--output".as_ref(), folder.path().as_os_str()]).within(current.path());
    let run = run.env("HOME", "/nonexistent").env("TMPDIR", temporary.path());
    let place = temporary.path().display();
    run.end().is(12, "").says(&["could not be handed over", &format!("saved as {place}/a, {place}/b.")]);
    assert_eq!(files(temporary.path()), of(&["a", "b"]));
}

#[test]
fn names_keep_their_ending_and_what_is_changed_is_said() {
    let site = Site::start();
    let long = "日".repeat(83) + ".txt";
    let sent = send_files(&site, &[&long, &long, ".env", "-rf"]);
    let folder = tempfile::tempdir().unwrap();
    let opened = site.open(&sent.link).within(folder.path()).end();
    let called = [r#"Saved as ./env (it was called ".env")"#, r#"Saved as ./_-rf (it was called "-rf")"#];
    opened.is(0, "").says(&called);
    let stem = "日".repeat(78);
    let (first, second) = (format!("{stem}.txt"), format!("{stem} (2).txt"));
    assert_eq!(files(folder.path()), of(&[&first, &second, "env", "_-rf"]));
    // In a folder that was named for it, a leading dot does no harm.
    let folder = tempfile::tempdir().unwrap();
    let opened = site.open(&sent.link).args(["--output".as_ref(), folder.path().as_os_str()]).end();
    opened.is(0, "").says(&["/.env\n"]);
    assert_eq!(files(folder.path()), of(&[&first, &second, ".env", "_-rf"]));
}
