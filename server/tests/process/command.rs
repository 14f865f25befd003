//! The program itself, for commands that need no page.

use ashlink_server::command::CommandLine;
use clap::{Arg, CommandFactory as _};
use std::fs::File;
use std::process::{Command, Output, Stdio};

fn server(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ashlink-server"));
    command.env_clear().env("ASHLINK_LISTEN", "127.0.0.1:1").args(words);
    command
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// Status and words of one that cannot print.
fn without_output(words: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = server(words).stdout(full()).output().unwrap();
    let errors = String::from_utf8(stderr).unwrap();
    assert!(!errors.contains("panicked"), "{errors}");
    // Nor where nothing can be said at all.
    let silent = server(words).stdout(full()).stderr(full()).status().unwrap();
    assert_eq!(silent.code(), status.code());
    (status.code(), errors)
}

#[test]
fn a_command_that_cannot_print_fails_with_words() {
    let (code, errors) = without_output(&["check"]);
    assert!(code == Some(1) && errors.contains("the findings cannot be printed"), "{errors}");
    let (code, errors) = without_output(&["token", "alice"]);
    assert!(code == Some(1) && errors.contains("could not be printed"), "{errors}");
    let (code, errors) = without_output(&["check", "--ready"]);
    assert!(code == Some(1) && errors.contains("not ready"), "{errors}");
    without_output(&["--help"]);
}

#[test]
fn a_variable_that_is_set_and_empty_is_not_set() {
    let check = |value: Option<&str>| {
        let mut command = server(&["check"]);
        let line = CommandLine::command();
        let names: Vec<_> = line.get_arguments().filter_map(Arg::get_env).collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names.into_iter().filter(|name| *name != "ASHLINK_LISTEN") {
            value.map(|value| command.env(name, value));
        }
        let Output { stdout, stderr, .. } = command.output().unwrap();
        (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    };
    let (plain, _) = check(None);
    assert!(plain.contains("store: secrets are kept in this process's memory"), "{plain}");
    assert_eq!(check(Some("")).0, plain);
    assert!(check(Some("?")).1.contains("invalid value"), "and otherwise it is");
}

#[test]
fn variables_that_are_no_settings_are_named_by_a_check() {
    let output = server(&["check"]).env("ASHLINK_REQUIRE_PASSWORD", "hunter2").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let wanted = "warning  settings: ASHLINK_REQUIRE_PASSWORD is set, and there is no such setting: did you mean \
                  ASHLINK_REQUIRE_PASSPHRASE?";
    assert!(text.contains(wanted) && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_store_is_named_in_one_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    std::fs::write(&path, "redis://:hunter2@localhost\n").unwrap();
    let errors = |store: &str| {
        let output = server(&["check"]).env("ASHLINK_STORE_FILE", &path).env("ASHLINK_STORE", store).output().unwrap();
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap())
    };
    let [_, both] = errors("memory:");
    assert!(both.contains("--store <URL>") && both.contains("cannot be used with"), "{both}");
    std::fs::write(&path, "file:/nowhere/store\n").unwrap();
    let [found, _] = errors("");
    assert!(found.contains("cannot use ASHLINK_STORE=file:/nowhere/store"), "{found}");
}
