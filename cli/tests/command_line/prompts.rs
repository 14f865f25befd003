//! Prompts at a terminal, and that nothing typed or shown stays behind.

use crate::site::Site;
use crate::tap::Asks;
use crate::terminal::Terminal;
use regex::Regex;
use std::fs;

#[test]
fn what_is_typed_at_a_prompt_is_not_shown_and_a_wrong_passphrase_is_asked_for_again() {
    let site = Site::start();
    let mut sender = Terminal::start(&site, "send --passphrase");
    sender.answer("Secret (not shown): ", "hunter2");
    sender.answer("Passphrase (not shown): ", "correct horse");
    sender.answer("Once more: ", "correct horse");
    let (code, shown) = sender.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("horse"), "{shown}");
    let link = Regex::new(r"http\S+/s#\w+").unwrap().find(&shown).unwrap().as_str();
    // What took its time left nothing on the screen.
    assert!(shown.contains("Encrypting and sending…\r\u{1b}[K"), "{shown:?}");

    let mut reader = Terminal::start(&site, &format!("open '{}'", site.keep_link(link)));
    reader.answer("Passphrase (not shown): ", "wrong battery");
    reader.answer("Passphrase (not shown): ", "correct horse");
    let (code, shown) = reader.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("horse") && !shown.contains("battery"), "{shown}");
    let wrong = r"That passphrase is wrong\. 4 attempts left, then you have to wait\. The secret is unspent\.\s+Passphrase \(not shown\): ";
    assert!(Regex::new(wrong).unwrap().is_match(&shown), "{shown}");
    assert!(Regex::new(r"hunter2\r?\n").unwrap().is_match(&shown), "{shown:?}");
    assert!(shown.contains("last view"), "{shown}");
}

#[test]
fn two_passphrases_that_differ_send_nothing() {
    let site = Site::start();
    let mut sender = Terminal::start(&site, "send --passphrase");
    sender.answer("Secret (not shown): ", "hunter2");
    sender.answer("Passphrase (not shown): ", "one");
    sender.answer("Once more: ", "two");
    let (code, shown) = sender.end();
    assert_eq!(code, 4, "{shown}");
    assert!(shown.contains("differ"), "{shown}");
    assert_eq!(site.tap.count(Asks("POST", "")), 0);
}

#[test]
fn errors_have_colours_at_a_terminal_and_nowhere_else() {
    let site = Site::start();
    let (code, shown) = Terminal::start(&site, "open x").end();
    assert_eq!(code, 5, "{shown}");
    assert!(shown.contains("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m"), "{shown:?}");
    let piped = site.open("x").end();
    assert!(piped.errors.starts_with("error: "), "{piped:?}");
}

#[test]
fn a_strangers_text_cannot_write_to_the_terminal_as_it_likes() {
    let site = Site::start();
    for hostile in ["harmless\u{1b}]52;c;ZXZpbA==\u{7} text", "harmless\u{202e}txet", "harmless\u{e0041}"] {
        let sent = site.send(&[], hostile);
        let mut reader = Terminal::start(&site, &format!("open '{}'", sent.link));
        let (code, shown) = reader.end();
        assert_eq!(code, 0, "{shown}");
        assert!(shown.contains("Saved as ./secret.txt"), "{shown}");
        assert!(!shown.contains("harmless"), "{shown}");
        assert_eq!(fs::read_to_string(reader.home().join("secret.txt")).unwrap(), hostile);
    }
}
