//! What `ashlink` says, word for word: each file of `transcripts` is played against a server of its
//! own, by a shell, since later commands use what earlier ones printed. `SNAPSHOTS=overwrite` writes
//! down what it says now.

use crate::program::{Ended, Run};
use crate::site::Site;
use regex::Regex;
use snapbox::{Assert, Data, Redactions};
use std::fs;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/command_line/transcripts");

/// What differs from run to run, by its kind.
const VARIES: [(&str, &str); 8] = [
    ("[SHARE]", r"/s#(?<redacted>[1-9A-Za-z]{52})"),
    ("[RECEIPT]", r"/m#(?<redacted>[1-9A-Za-z]{74})"),
    ("[ID]", r#""id":"(?<redacted>[\w-]{22})""#),
    ("[TIME]", r"(?<redacted>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"),
    ("[SPAN]", r"\(in (?<redacted>[^()\[\]]+)\)"),
    ("[AGO]", r"\((?<redacted>[^()\[\]]+ ago)\)"),
    ("[WAIT]", r"Try again in (?<redacted>[^.\[\]]+)\."),
    ("[PASSPHRASE]", r"\b(?<redacted>(?:[a-z]+-){5,}[a-z]+)\b"),
];

/// The last match of a pattern among what was printed.
fn printed(ended: &Ended, pattern: &str) -> Option<String> {
    let text = format!("{}{}", ended.text, ended.errors);
    Regex::new(pattern).unwrap().find(&text).map(|found| found.as_str().to_owned())
}

/// Plays the commands of a transcript, and writes it anew.
fn play(site: &Site, transcript: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let (mut link, mut receipt) = (None, None);
    let mut lines: Vec<String> = Vec::new();
    for line in transcript.lines() {
        if line.starts_with("# ") {
            lines.push(line.to_owned());
        }
        let Some(command) = line.strip_prefix("$ ") else { continue };
        if lines.last().is_some_and(|last| !last.starts_with("# ")) {
            lines.push(String::new());
        }
        lines.push(line.to_owned());
        let mut run = Run::new("/bin/sh").args(["-c", command]).env("ASHLINK_SERVER", site.url());
        for (name, value) in [("LINK", &link), ("RECEIPT", &receipt)] {
            if let Some(value) = value {
                run = run.env(name, value);
            }
        }
        let ended = run.env("HOME", home.path()).within(home.path()).end();
        lines.extend(ended.text.lines().map(str::to_owned));
        lines.extend(ended.errors.trim_end().lines().map(|line| format!("! {line}")));
        lines.extend(ended.code.filter(|code| *code != 0).map(|code| format!("? {code}")));
        let new = printed(&ended, r#"https?:[^"\s]+/s#\w+"#);
        link = new.map(|link| site.keep_link(&link)).or(link);
        receipt = printed(&ended, r#"https?:[^"\s]+/m#\w+"#).or(receipt);
    }
    let text: String = lines.iter().map(|line| format!("{}\n", line.trim_end())).collect();
    text.replace(&site.url(), "https://a.example")
}

/// Plays one, and holds that it says what is written down.
fn says_what_is_written_in(name: &str) {
    let path = Path::new(FOLDER).join(name);
    let played = play(&Site::start(), &fs::read_to_string(&path).unwrap());
    let mut redactions = Redactions::new();
    for (kind, pattern) in VARIES {
        redactions.insert(kind, Regex::new(pattern).unwrap()).unwrap();
    }
    let assert = Assert::new().action_env("SNAPSHOTS").normalize_paths(false).redact_with(redactions);
    assert.eq(played, Data::read_from(&path, None));
}

/// One test for each transcript.
macro_rules! transcripts {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                says_what_is_written_in(concat!(stringify!($name), ".txt"));
            }
        )*

        #[test]
        fn every_transcript_is_played() {
            let played = [$(concat!(stringify!($name), ".txt"),)* "README.md"];
            let names = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut left: Vec<_> = names.filter(|name| !played.contains(&name.as_str())).collect();
            left.sort();
            assert_eq!(left, [""; 0]);
        }
    };
}

transcripts! { help mistakes send_and_open shell }
