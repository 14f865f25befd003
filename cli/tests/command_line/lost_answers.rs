//! Connections that break, and servers that are not there or send elsewhere.

use crate::TEXT;
use crate::site::Site;
use crate::tap::{CLAIM, CREATE, Through};
use regex::Regex;
use std::collections::BTreeSet;
use std::time::Duration;

/// What stands at the first capture of a pattern in what was sent.
fn sent(site: &Site, pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let texts = site.tap.sent().into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    texts.flat_map(|text| pattern.captures_iter(&text).map(|found| found[1].to_owned()).collect::<Vec<_>>()).collect()
}

/// A claim whose answer is lost so often is repeated with its nonce.
fn repeats(through: Through, times: usize) {
    // One that is cut off at its head may not have sent its nonce yet.
    let has_nonce = !matches!(through, Through::Unsent);
    let site = Site::start();
    let secret = site.send(&["--views", "3"], TEXT);
    site.tap.cut(CLAIM, through, times);
    site.open(&secret.link).end().is(0, TEXT);
    assert_eq!(site.tap.cuts(), times);
    let nonces = sent(&site, r#""nonce":"([\w-]+)""#);
    assert!(site.tap.count(CLAIM) > times && nonces.len() > if has_nonce { times } else { 0 }, "{nonces:?}");
    assert_eq!(BTreeSet::from_iter(nonces).len(), 1);
    assert_eq!(site.status(&secret.receipt)["views_left"], 2, "the repetitions spent nothing");
}

#[test]
fn a_claim_that_never_arrived_is_repeated_with_its_nonce() {
    repeats(Through::Unsent, 2);
}

#[test]
fn a_claim_without_an_answer_is_repeated_with_its_nonce() {
    repeats(Through::Nothing, 2);
}

#[test]
fn a_claim_with_the_head_of_an_answer_is_repeated_with_its_nonce() {
    repeats(Through::Head, 1);
}

#[test]
fn a_claim_with_half_an_answer_is_repeated_with_its_nonce() {
    repeats(Through::Half, 1);
}

#[test]
fn without_a_lease_a_lost_answer_is_told_and_not_repeated() {
    let site = Site::start_with(&[("ASHLINK_LEASE", "0")]);
    let secret = site.send(&[], TEXT);
    site.tap.cut(CLAIM, Through::Nothing, 1);
    site.open(&secret.link).end().is(7, "");
    assert_eq!(site.tap.count(CLAIM), 1);
    let looked_up = site.ashlink(["lookup", &secret.link]).end();
    assert_eq!((looked_up.code, looked_up.first_line()), (Some(3), "opened"));
}

#[test]
fn a_claim_is_not_repeated_once_its_lease_is_over() {
    let site = Site::start_with(&[("ASHLINK_LEASE", "2s")]);
    let secret = site.send(&["--views", "3"], TEXT);
    site.tap.cut(CLAIM, Through::NothingAfter(Duration::from_secs(3)), 1);
    site.open(&secret.link).end().is(7, "");
    assert_eq!(site.tap.count(CLAIM), 1);
    assert_eq!(site.status(&secret.receipt)["views_left"], 2, "a repetition would have spent another");
}

#[test]
fn a_secret_whose_storing_gets_no_answer_is_stored_once() {
    let site = Site::start();
    site.tap.cut(CREATE, Through::Nothing, 2);
    let secret = site.send(&[], TEXT);
    let bodies = sent(&site, r"(?s)POST .*?\r\n\r\n(.*)");
    assert_eq!(bodies.len(), 3);
    assert!(!bodies[0].is_empty());
    assert_eq!(BTreeSet::from_iter(bodies).len(), 1);
    site.open(&secret.link).end().is(0, TEXT);
}

#[test]
fn a_server_that_is_not_there_is_told_apart_and_nothing_is_lost() {
    let site = Site::start();
    let secret = site.send(&[], TEXT);
    let file = tempfile::tempdir().unwrap().path().with_extension("out");
    // Nobody listens at the first of all ports.
    let elsewhere = secret.link.replace(&site.url(), "http://127.0.0.1:1");
    let away = site.open(&elsewhere).args(["--output".as_ref(), file.as_os_str()]).end();
    away.is(6, "");
    assert!(!file.exists());
    site.open(&secret.link).end().is(0, TEXT);
}

#[test]
fn a_server_that_sends_elsewhere_is_not_followed() {
    // It may have been spent, for all one knows, and so is asked again for as long as the lease.
    let site = Site::start_with(&[("ASHLINK_LEASE", "2s")]);
    let secret = site.send(&[], TEXT);
    site.tap.instead(
        CLAIM,
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    site.open(&secret.link).end().is(7, "");
    site.tap.heal();
    site.open(&secret.link).end().is(0, TEXT);
}

#[test]
fn an_address_that_is_no_ashlinks_is_told_apart_from_a_secret_that_is_none() {
    let (site, other) = (Site::start(), Site::start());
    let sent = site.send(&[], TEXT);
    for path in ["/api/v1", "/x"] {
        let wrong = |link: &str| link.replace(&site.url(), &(site.url() + path));
        let (link, receipt) = (wrong(&sent.link), wrong(&sent.receipt));
        for args in
            [["open", &link], ["lookup", &link], ["status", &receipt], ["destroy", &receipt], ["destroy", &link]]
        {
            site.ashlink(args).end().is(6, "").says(&["this is not an Ashlink server"]);
        }
        let send = site.ashlink(["send", "--server", &(site.url() + path)]).input(TEXT);
        send.end().is(6, "").says(&["this is not an Ashlink server"]);
    }
    // And a server that is one, but not this secret's.
    let elsewhere = sent.link.replace(&site.url(), &other.url());
    site.ashlink(["lookup", &elsewhere]).end().is(3, "").says(&["no such secret on this server"]);
    site.open(&sent.link).end().is(0, TEXT);
}
