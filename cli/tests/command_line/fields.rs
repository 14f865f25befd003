//! Logins: fields that are sent, and come back one by one or in the form that a program reads.

use crate::program::Run;
use crate::site::{Sent, Site, file_with};
use crate::terminal::Terminal;
use regex::Regex;
use serde_json::json;
use std::fs;

const PASSWORD: &str = "it's $HOME and `more` ✓";
const KEY: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\n-----END OPENSSH PRIVATE KEY-----\n";
const TOTP: &str = "otpauth://totp/alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A login with one of each, and how often it can be opened.
fn login(site: &Site, views: &str) -> Sent {
    let files = [file_with(KEY), file_with("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ\n")];
    let [key, totp] = files.each_ref().map(|file| file.path().to_str().unwrap());
    let (key, totp) = (format!("ssh_key:Deploy=@{key}"), format!("totp=@{totp}"));
    let fields = ["--field", &key, "--field", &totp, "--field", "password=-"];
    let named = ["--user", "alice", "--url", "https://console.example/", "--views", views];
    site.send(&[&fields[..], &named].concat(), PASSWORD)
}

#[test]
fn a_login_is_printed_line_by_line_with_the_code_of_this_moment() {
    let site = Site::start();
    let sent = login(&site, "4");
    let text =
        format!("user: alice\npassword: {PASSWORD}\nurl: https://console.example/\ntotp: {TOTP}\nDeploy:\n{KEY}");
    // Only a person gets the code: standard error may be the log of a job.
    let opened = site.open(&sent.link).end().is(0, &text);
    assert!(!opened.errors.contains("code"), "{}", opened.errors);
    let (code, shown) = Terminal::start(&site, &format!("open '{}'", sent.link)).end();
    assert_eq!(code, 0, "{shown}");
    let code = Regex::new(r#"One-time code of "totp": \d{6}, valid for \d+ seconds?"#).unwrap();
    assert!(code.is_match(&shown), "{shown}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("login");
    site.open(&sent.link).args(["--output".as_ref(), file.as_os_str()]).end().is(0, "");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let field = |name: &str, label: &str, value: &str| json!({ "type": name, "label": label, "value": value });
    let fields = [
        field("user", "", "alice"),
        field("password", "", PASSWORD),
        field("url", "", "https://console.example/"),
        field("totp", "", TOTP),
        field("ssh_key", "Deploy", KEY),
    ];
    let all = json!({ "items": [{ "kind": "fields", "fields": fields }], "views_left": 0 });
    assert_eq!(site.open(&sent.link).args(["--json"]).end().json(), all);
}

#[test]
fn one_field_is_printed_as_it_was_sent() {
    let site = Site::start();
    let sent = login(&site, "9");
    let open = |name: &str| site.open(&sent.link).args(["--field", name]).end();
    open("password").is(0, PASSWORD);
    open("deploy").is(0, KEY);
    open("ssh_key").is(0, KEY);
    let code = open("code");
    assert!(Regex::new(r"^\d{6}$").unwrap().is_match(&code.text) && code.errors.is_empty(), "{code:?}");
    let (_, shown) = Terminal::start(&site, &format!("open '{}' --field CODE", sent.link)).end();
    assert!(
        Regex::new(r"\d{6}\s+It is valid for \d+ seconds?\.|It is valid for \d+ seconds?\.\s+\d{6}")
            .unwrap()
            .is_match(&shown),
        "{shown}"
    );
    // The view is spent, so nothing of it may be lost.
    let folder = tempfile::tempdir().unwrap();
    let missing = site.open(&sent.link).args(["--field", "pin"]).within(folder.path()).end().is(12, "");
    missing.says(&[r#"no field "pin""#, r#""user""#, r#""Deploy""#, "saved as ./secret.txt"]);
    assert!(fs::read_to_string(folder.path().join("secret.txt")).unwrap().contains(PASSWORD));
    // It is saved where it should have gone, and nowhere else.
    let (chosen, here) = (folder.path().join("chosen"), tempfile::tempdir().unwrap());
    let into = |output: &std::path::Path| {
        let run = site.open(&sent.link).args(["--field", "pin"]).args(["--output".as_ref(), output.as_os_str()]);
        run.within(here.path()).end().is(12, "")
    };
    into(&chosen).says(&[r#"no field "pin""#, &format!("saved as {}.", chosen.display())]);
    assert!(fs::read_to_string(&chosen).unwrap().contains(PASSWORD));
    let place = tempfile::tempdir().unwrap();
    into(place.path()).says(&[&format!("saved as {}/secret.txt.", place.path().display())]);
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 0);
    let to_program = ["--field", "password", "--exec", "PGPASSWORD", "--", "sh", "-c", r#"printf %s "$PGPASSWORD""#];
    site.open(&sent.link).args(to_program).end().is(0, PASSWORD);
}

#[test]
fn shells_programs_and_bitwarden_read_a_login() {
    let site = Site::start();
    let sent = login(&site, "4");
    let script = r#"eval "$(ashlink open "$LINK" --format env)" && printf %s "$SECRET_PASSWORD$SECRET_DEPLOY""#;
    let shell = Run::new("/bin/sh").args(["-c", script]).env("LINK", &sent.link).end();
    shell.is(0, &format!("{PASSWORD}{KEY}"));
    let show = ["--exec", "DB", "--", "sh", "-c", r#"printf %s "$DB_USER|$DB_PASSWORD|$DB_URL""#];
    site.open(&sent.link).args(show).end().is(0, &format!("alice|{PASSWORD}|https://console.example/"));
    let object = site.open(&sent.link).args(["--format", "json"]).end().json();
    assert_eq!(object["password"], PASSWORD);
    let file = site.open(&sent.link).args(["--format", "bitwarden"]).end().json();
    assert_eq!(file["items"][0]["login"]["password"], PASSWORD);
    assert_eq!(site.state(&sent.link), "opened");
}

#[test]
fn files_go_with_a_login_and_are_saved_beside_what_is_printed() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    fs::write(&file, "certificate").unwrap();
    let sent = site.send(&["--field", "password=-", file.to_str().unwrap()], PASSWORD);
    let here = tempfile::tempdir().unwrap();
    let opened = site.open(&sent.link).args(["--format", "json"]).within(here.path()).end();
    assert_eq!(opened.json(), json!({ "password": PASSWORD }));
    assert_eq!(fs::read_to_string(here.path().join("ca.pem")).unwrap(), "certificate");
    // A text has no fields: it is kept, and the exit code says that it is not what was asked for.
    let text = site.send(&[], PASSWORD);
    let opened = site.open(&text.link).args(["--format", "env"]).within(here.path()).end().is(12, "");
    opened.says(&["it has no fields"]);
    assert_eq!(fs::read_to_string(here.path().join("secret.txt")).unwrap(), PASSWORD);
}

#[test]
fn a_program_gets_a_login_and_finds_the_files_beside_it() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    fs::write(&file, "certificate").unwrap();
    let path = file.to_str().unwrap();
    let sent = site.send(&["--user", "alice", "--field", "password=-", path, "--views", "2"], PASSWORD);
    let run = |link: &str, args: &[&str], script: &str| {
        let here = tempfile::tempdir().unwrap();
        site.open(link).args(args).args(["--", "sh", "-c", script]).within(here.path()).end()
    };
    let script = r#"printf "%s|%s|" "$DB_USER" "$DB_PASSWORD"; cat ca.pem"#;
    let ended = run(&sent.link, &["--exec", "DB"], script).is(0, &format!("alice|{PASSWORD}|certificate"));
    ended.says(&["Saved as ./ca.pem"]);
    let script = r#"printf "%s|" "$P"; cat ca.pem"#;
    let one = run(&sent.link, &["--field", "password", "--exec", "P"], script);
    one.is(0, &format!("{PASSWORD}|certificate"));
    let text = site.send(&["-", path], PASSWORD);
    run(&text.link, &["--exec", "P"], script).is(0, &format!("{PASSWORD}|certificate"));
    // Nobody says which of two files the variable gets.
    let files = site.send(&[path, path], "");
    let ended = run(&files.link, &["--exec", "P"], "echo ran").is(12, "");
    ended.says(&["several parts", "saved as ./ca.pem, ./ca (2).pem"]);
}

#[test]
fn with_a_user_name_or_an_address_alone_the_secret_is_the_password() {
    let site = Site::start();
    let sent = site.send(&["--user", "alice"], format!("{PASSWORD}\n"));
    site.open(&sent.link).end().is(0, &format!("user: alice\npassword: {PASSWORD}\n"));
    let sent = site.send(&["--url", "https://console.example/"], PASSWORD);
    site.open(&sent.link).end().is(0, &format!("password: {PASSWORD}\nurl: https://console.example/\n"));
    let mut sender = Terminal::start(&site, "send --user alice");
    sender.answer("Password (not shown): ", "hunter2!");
    let (code, shown) = sender.end();
    assert!(code == 0 && !shown.contains("hunter2"), "{shown}");
    let link = Regex::new(r"http\S+/s#\w+").unwrap().find(&shown).unwrap().as_str();
    site.open(&site.keep_link(link)).end().is(0, "user: alice\npassword: hunter2!\n");

    let send = |input: &[u8]| site.ashlink(["send", "--user", "alice"]).input(input).end().is(12, "");
    send(b"").says(&["empty, and nothing was sent"]);
    send(KEY.as_bytes()).says(&["password: it has several lines", "ssh_key=-"]);
    send(&[0xff, 0xfe]).says(&["password: it is no text"]);
}

#[test]
fn nothing_that_is_given_beside_a_login_is_dropped_without_a_word() {
    let site = Site::start();
    let file = file_with("GEZD GNBV GY3T QOJQ");
    let path = file.path().to_str().unwrap();
    let totp = format!("totp=@{path}");
    let warning = "standard input was not read";
    for args in [["--user", "alice", path], ["--user", "alice", "--field"]] {
        let send = |input: &str| {
            let rest = (args[2] == "--field").then_some(&*totp);
            site.ashlink(["send"]).args(args).args(rest).input(input).end()
        };
        let sent = send(PASSWORD);
        assert_eq!(sent.code, Some(0), "{}", sent.errors);
        sent.says(&["warning:", warning, "--field password=-"]);
        let sent = send("");
        assert!(sent.code == Some(0) && !sent.errors.contains("warning"), "{}", sent.errors);
    }
    for login in [["--user", "alice"], ["--field", "password=-"]] {
        let named = site.ashlink(["send"]).args(login).args(["--name", "x"]).input(PASSWORD).end();
        named.is(12, "").says(&["--name is for a file"]);
    }
}

#[test]
fn a_login_is_typed_at_prompts_and_its_secrets_are_not_shown() {
    let site = Site::start();
    let mut sender = Terminal::start(&site, "send --login --url https://console.example/");
    sender.answer_shown("User name: ", "alice");
    sender.answer("Password (not shown): ", "hunter2!");
    let code = "Key or otpauth address of the one-time code (not shown): ";
    // What cannot be used is asked for again, and what was typed before is kept.
    for wrong in ["no key", "nor this", "12345678"] {
        sender.answer(code, wrong);
    }
    sender.answer(code, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq");
    let (code, shown) = sender.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("alice") && !shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("Cannot use the field totp: ") && shown.contains("Type it again"), "{shown}");
    let link = Regex::new(r"http\S+/s#\w+").unwrap().find(&shown).unwrap().as_str();
    let text = format!("user: alice\npassword: hunter2!\nurl: https://console.example/\ntotp: {TOTP}\n");
    site.open(&site.keep_link(link)).end().is(0, &text);
}

#[test]
fn without_a_terminal_nothing_is_asked_and_nothing_empty_is_sent() {
    let site = Site::start();
    site.ashlink(["send", "--login"]).end().is(12, "").says(&["there is no terminal"]);
    site.ashlink(["send", "--field", "password=-"]).end().is(12, "").says(&["password", "empty"]);
    let not_text = site.ashlink(["send", "--field", "password=-"]).input([0xff, 0xfe]).end();
    not_text.is(12, "").says(&["password", "no text"]);
    site.ashlink(["send", "--field", "totp=-"]).input("no key").end().is(12, "").says(&["totp", "Base32"]);
    assert!(!site.tap.requests().iter().any(|request| request.starts_with("POST")));
}

#[test]
fn a_mailing_has_a_column_for_each_field() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let (recipients, results) = (folder.path().join("r.csv"), folder.path().join("l.csv"));
    let rows = "recipient,team,user,password:Laptop\na@x,blue,alice,first password\nb@x,red,,second password\n";
    fs::write(&recipients, rows).unwrap();
    let args = ["send", "--each", recipients.to_str().unwrap(), "--results", results.to_str().unwrap()];
    site.ashlink(args).end().is(0, "2 sent, 0 sent earlier\n");
    let results = fs::read_to_string(&results).unwrap();
    let links: Vec<_> = Regex::new(r"http[^,]+/s#\w+").unwrap().find_iter(&results).collect();
    let opened: Vec<_> = links.iter().map(|link| site.open(&site.keep_link(link.as_str())).end().text).collect();
    assert_eq!(opened, ["user: alice\nLaptop: first password\n", "Laptop: second password\n"]);
}
