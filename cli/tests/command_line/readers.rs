//! Readers of standard output that go away, earlier or later.

use crate::TEXT;
use crate::program::{ASHLINK, Ended, PATIENCE, Run};
use crate::site::Site;
use crate::tap::{Asks, CLAIM, CREATE, LOOKUP};
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::mpsc::channel;

/// Opens a link whose reader goes when such a request is on its way: then, not a moment sooner or
/// later.
fn open_until(site: &Site, link: &str, request: Asks, folder: &Path) -> Ended {
    let (sender, hang_up) = channel::<Box<dyn FnOnce() + Send>>();
    site.tap.before(request, move || hang_up.recv().unwrap()());
    let running = site.open(link).within(folder).start();
    sender.send(Box::new(running.hang_up())).unwrap();
    running.end()
}

#[test]
fn without_a_reader_nothing_is_claimed() {
    let site = Site::start();
    let sent = site.send(&[], TEXT);
    let folder = tempfile::tempdir().unwrap();
    // A pipe that has no reader from the beginning: the shell had the only other end.
    let script = r#"mkfifo "$0" && exec 3<>"$0" 4>"$0" 3<&- && exec "$@" >&4"#;
    let pipes = tempfile::tempdir().unwrap();
    let pipe = pipes.path().join("pipe");
    let never = Run::new("/bin/sh").args(["-c", script, pipe.to_str().unwrap(), ASHLINK, "open", &sent.link]);
    let never = never.within(folder.path()).end();
    // And one whose reader goes when all but the claim has been asked.
    let gone = open_until(&site, &sent.link, LOOKUP, folder.path());
    for ended in [never, gone] {
        ended.is(12, "").says(&["nobody reads what this would print", "unspent"]);
    }
    assert_eq!(site.tap.count(CLAIM), 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(site.state(&sent.link), "waiting");
}

#[test]
fn what_a_reader_that_went_during_the_claim_did_not_get_is_saved() {
    let site = Site::start();
    let sent = site.send(&[], TEXT);
    let folder = tempfile::tempdir().unwrap();
    let ended = open_until(&site, &sent.link, CLAIM, folder.path());
    ended.is(12, "").says(&["could not be handed over", "saved as ./secret.txt."]);
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["secret.txt"]);
    assert_eq!(fs::read_to_string(folder.path().join("secret.txt")).unwrap(), TEXT);
    assert_eq!(site.state(&sent.link), "opened");
}

#[test]
fn a_reader_that_took_some_and_has_enough_is_no_error() {
    // More than a pipe or socket holds, so that the rest cannot be written.
    let site = Site::start();
    let sent = site.send(&[], vec![b'x'; 600_000]);
    let folder = tempfile::tempdir().unwrap();
    let mut opening = site.open(&sent.link).within(folder.path()).start();
    opening.output.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(opening.output.read(&mut [0; 1000]).unwrap() > 0);
    opening.hang_up()();
    let ended = opening.end();
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_was_closed_at_the_start_reads_nothing() {
    let site = Site::start();
    let sent = site.send(&[], TEXT);
    let closed = |script: &str| Run::new("/bin/sh").args(["-c", script, &sent.link]).env("ASHLINK_SERVER", site.url());
    closed("ashlink open $0 >&-").end().is(12, "").says(&["nobody reads what this would print", "unspent"]);
    closed("echo x | ashlink send >&-").end().is(12, "").says(&["nobody reads", "Nothing was sent"]);
    assert_eq!(site.tap.count(CLAIM), 0);
    // Who writes it down there wants it so.
    closed("ashlink open $0 >/dev/null").end().is(0, "");
    assert_eq!(site.state(&sent.link), "opened");
}

#[test]
fn a_link_that_nobody_reads_is_no_success_and_nothing_stays_behind_it() {
    let site = Site::start();
    let (sender, hang_up) = channel::<Box<dyn FnOnce() + Send>>();
    site.tap.before(CREATE, move || hang_up.recv().unwrap()());
    let running = site.ashlink(["send"]).input(TEXT).start();
    sender.send(Box::new(running.hang_up())).unwrap();
    running.end().is(12, "").says(&["the link could not be printed", "The secret was destroyed."]);
    assert_eq!(site.tap.count(Asks("DELETE", "/receipts/")), 1);
}
