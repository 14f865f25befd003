//! A link for each row of a file: whatever interrupts it, nobody is sent two, and nobody none.

use crate::program::{Ended, Run, until};
use crate::site::Site;
use crate::tap::{ANYTHING, CREATE, Through};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// A file of recipients, and how it is sent.
struct Mailing<'a> {
    site: &'a Site,
    folder: TempDir,
}

/// What stands of a recipient in the results.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    state: String,
    link: String,
    receipt: String,
}

impl<'a> Mailing<'a> {
    fn new(site: &'a Site, rows: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("recipients.csv"), format!("recipient,secret,passphrase\n{}", rows.join("\n")))
            .unwrap();
        Self { site, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Run {
        let files = [self.file("recipients.csv"), self.file("results.csv")];
        let [recipients, results] = files.each_ref().map(|path| path.to_str().unwrap());
        self.site.ashlink(["send", "--each", recipients, "--results", results]).args(args)
    }

    fn results(&self) -> BTreeMap<String, Row> {
        let text = fs::read_to_string(self.file("results.csv")).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("recipient,id,state,link,receipt_link,expires_at"));
        let rows = lines.map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        rows.map(|row| {
            let [recipient, _, state, link, receipt, _] = row.try_into().unwrap();
            (recipient, Row { state, link, receipt })
        })
        .collect()
    }
}

fn rows(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The ids that storing was asked for: the server answered, or nobody heard it.
fn asked(site: &Site) -> BTreeSet<String> {
    let pattern = Regex::new(r#""id":"[\w-]{22}""#).unwrap();
    let texts = site.tap.sent().into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    texts.flat_map(|text| pattern.find_iter(&text).map(|id| id.as_str().to_owned()).collect::<Vec<_>>()).collect()
}

#[test]
fn everybody_gets_a_link_and_a_secret_of_their_own() {
    let site = Site::start();
    let texts = ["a@example.org,the first,", "b@example.org,\"with \"\"quotes\"\", and\na line\",horse", "c,dritt ü,"];
    let mailing = Mailing::new(&site, &rows(&texts));
    let sent = mailing.run(&["--ttl", "1h", "--json"]).end();
    assert_eq!(sent.code, Some(0), "{}", sent.errors);
    assert_eq!(sent.json(), serde_json::json!({ "columns": ["secret"], "sent": 3, "sent_earlier": 0 }));
    let mode = fs::metadata(mailing.file("results.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let results = mailing.results();
    assert_eq!(results.keys().collect::<Vec<_>>(), ["a@example.org", "b@example.org", "c"]);
    assert!(results.values().all(|row| row.state == "sent"), "{results:?}");
    let open = |name: &str| site.open(&site.keep_link(&results[name].link));
    open("a@example.org").end().is(0, "the first");
    open("b@example.org").env("ASHLINK_PASSPHRASE", "horse").end().is(0, "with \"quotes\", and\na line");
    assert_eq!(site.status(&results["c"].receipt)["state"], "waiting");

    // Not once more by mistake, and not once more on purpose.
    mailing.run(&[]).end().is(12, "");
    mailing.run(&["--resume"]).end().is(0, "0 sent, 3 sent earlier\n");
    assert_eq!(mailing.results(), results);
}

#[test]
fn what_will_be_sent_to_how_many_is_said_before_the_first_request() {
    let site = Site::start();
    let mailing = Mailing::new(&site, &[]);
    let text = "recipient,team,user,password,note\na@example.org,blue,alice,p,not for her\nb@example.org,red,bob,q,\n";
    fs::write(mailing.file("recipients.csv"), text).unwrap();
    let said = "2 recipients get these columns: user, password, note. Not sent: team.";
    // No server has been asked when that is said.
    mailing.run(&[]).env("ASHLINK_SERVER", "http://127.0.0.1:1").end().is(6, "").says(&[said, "no answer"]);
    mailing.run(&["--resume"]).end().is(0, "2 sent, 0 sent earlier\n").says(&[said]);
}

#[test]
fn a_mistake_in_the_last_row_is_found_before_the_first_is_sent() {
    let site = Site::start();
    let large = format!("b,{},", "x".repeat(2_000_000));
    for last in ["a,t,", ",t,", "b,,", &large] {
        let refused = Mailing::new(&site, &rows(&["a,s,", last])).run(&[]).end();
        assert!(matches!(refused.code, Some(10 | 12)), "{refused:?}");
        refused.says(&["Nothing was sent"]);
    }
    assert!(asked(&site).is_empty());
}

#[test]
fn whenever_it_is_killed_it_goes_on_and_nobody_gets_two() {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    let disturbed = if large { 60 } else { 6 };
    let site = Site::start();
    let texts: Vec<_> = (0..12).map(|number| format!("user{number},secret {number},")).collect();
    let mailing = Mailing::new(&site, &texts);
    let mut kills = 0;
    for run in 0.. {
        assert!(run < 10 * disturbed, "it comes to an end");
        // The answer to one of the next requests is not heard, and then the program is gone.
        if run < disturbed {
            let through = if run % 2 == 1 { Through::Nothing } else { Through::Unsent };
            site.tap.cut(CREATE, through, 1);
        } else {
            site.tap.heal();
        }
        let mut running = mailing.run(&["--resume"]).start();
        if run < disturbed {
            if run % 3 == 2 {
                thread::sleep(Duration::from_millis(20 + 15 * (run % 5)));
            } else {
                until("a request, or the end", || site.tap.cuts() > 0 || !running.is_running());
            }
            if running.is_running() {
                running.child.kill().unwrap();
                kills += 1;
            }
        }
        let Ended { code, errors, .. } = running.end();
        assert!(run < disturbed || code == Some(0), "{errors}");
        if code == Some(0) {
            break;
        }
    }
    assert!(kills >= 3, "{kills} kills");
    let results = mailing.results();
    assert_eq!(results.len(), 12);
    for (recipient, row) in &results {
        assert_eq!(row.state, "sent");
        let number = recipient.strip_prefix("user").unwrap();
        site.open(&row.link).end().is(0, &format!("secret {number}"));
    }
    // Whatever else was stored on the way, no link to it was ever kept.
    println!("{kills} kills, {} secrets asked for, 12 delivered", asked(&site).len());
}

#[test]
fn a_server_that_wants_it_slower_is_waited_for() {
    let site = Site::start_with(&[("ASHLINK_RATE_LIMIT", "on")]);
    let mailing = Mailing::new(&site, &rows(&["a,s,", "b,t,"]));
    // Counts are by the minute, and what uses them up belongs into one.
    let second = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % 60;
    until("there is time left in this minute", || second() < 30);
    let api = site.api();
    for number in 0..60 {
        let text = |length: usize| format!("{number:0>length$}");
        let request = serde_json::json!({
            "id": text(20) + "AA", "access_verifier": text(42) + "A", "owner_verifier": text(42) + "A",
            "envelope": "A".repeat(400), "expires_in": 3600, "max_views": 1,
        });
        let stored = api
            .post(format!("{}/api/v1/secrets", site.url()))
            .header("content-type", "application/json")
            .send(request.to_string());
        assert_eq!(stored.unwrap().status(), 201);
    }
    mailing.run(&[]).end().is(0, "2 sent, 0 sent earlier\n");
    let refused = site.tap.received().iter().any(|text| text.contains("HTTP/1.1 429 "));
    assert!(refused, "the server did ask to wait");
}

#[test]
fn two_runs_do_not_send_the_same_file() {
    let site = Site::start();
    let mailing = Mailing::new(&site, &rows(&["a,s,"]));
    site.tap.instead(ANYTHING, "");
    let mut first = mailing.run(&[]).start();
    until("the first run asks", || !site.tap.requests().is_empty());
    mailing.run(&["--resume"]).end().is(12, "").says(&["another run"]);
    assert!(first.is_running());
    drop(first);
    site.tap.heal();
    mailing.run(&["--resume"]).end().is(0, "1 sent, 0 sent earlier\n");
}
