//! The examples of the documents, as they stand there.

use crate::TEXT;
use crate::program::Run;
use crate::site::{Site, file_with};
use crate::terminal::Terminal;
use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// The indented lines of `docs/COMMAND_LINE.md`, without what they say of themselves.
fn commands() -> Vec<String> {
    let manual = fs::read_to_string(Path::new(DOCS).join("COMMAND_LINE.md")).unwrap();
    let lines = manual.lines().filter_map(|line| line.strip_prefix("    "));
    lines.map(|line| line.split(" # ").next().unwrap().trim_end().to_owned()).collect()
}

#[test]
fn every_command_of_the_manual_works() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let recipients = "recipient,secret,passphrase\na@example.org,the first,\nb@example.org,the second,horse\n";
    let psql = "#!/bin/sh\nprintf %s \"$PGPASSWORD\"\n";
    let migrate = "#!/bin/sh\nprintf '%s %s' \"$DB_USER\" \"$DB_PASSWORD\"\n";
    let (key, totp) = (("id_ed25519", "k"), ("totp.txt", "GEZDGNBVGY3TQOJQ"));
    let programs = [("psql", psql), ("migrate", migrate)];
    for (name, text) in [key, totp, ("notes.txt", "n"), ("recipients.csv", recipients)].into_iter().chain(programs) {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::create_dir(folder.path().join("keys")).unwrap();
    for (name, _) in programs {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
    }
    let totp = format!("totp=@{}", folder.path().join("totp.txt").display());
    let path = format!("{}:{}", folder.path().display(), crate::program::path());

    let mut ran = BTreeSet::new();
    for command in commands() {
        // Installs what is tested here.
        if ["cargo install ", "apt install "].iter().any(|words| command.starts_with(words)) {
            continue;
        }
        if let "ashlink send" | "ashlink send --login" = &*command {
            let mut terminal = Terminal::start(&site, &command["ashlink ".len()..]);
            if command.ends_with("--login") {
                terminal.answer_shown("User name: ", "alice");
                terminal.answer("Password (not shown): ", TEXT);
                terminal.answer_shown("Address: ", "");
                terminal.answer("Key or otpauth address of the one-time code (not shown): ", "");
            } else {
                terminal.answer("Secret (not shown): ", TEXT);
            }
            let (code, shown) = terminal.end();
            assert!(code == 0 && shown.contains("/s#"), "{shown}");
        } else {
            let run = Run::new("/bin/sh").args(["-c", &command]).within(folder.path());
            let sent = site.send(&[], TEXT);
            let login = site.send(&["--user", "alice", "--field", "password=-", "--field", &totp], TEXT);
            let ended = run.envs([
                ("PATH", path.as_str()),
                ("ASHLINK_SERVER", site.url().as_str()),
                ("SECRET", TEXT),
                ("LINK", sent.link.as_str()),
                ("LOGIN", login.link.as_str()),
            ]);
            let ended = ended.end();
            assert_eq!(ended.code, Some(0), "{command}: {}", ended.errors);
            match command.split(' ').nth(1) {
                _ if command.contains("--output") => {
                    assert_eq!(fs::read_to_string(folder.path().join("key.pem")).unwrap(), TEXT);
                }
                _ if command.ends_with("./migrate") => assert_eq!(ended.text, format!("alice {TEXT}"), "{command}"),
                _ if command.ends_with("--field code") => assert_eq!(ended.text.len(), 6, "{command}"),
                _ if command.contains("$LOGIN") && !command.contains("--field") => {
                    assert!(ended.text.contains("alice"), "{command}: {}", ended.text);
                }
                Some("open") => assert_eq!(ended.text, TEXT, "{command}"),
                _ => assert!(!ended.text.is_empty(), "{command}"),
            }
        }
        ran.insert(command);
    }
    assert!(ran.len() >= 8, "{ran:?}");
    assert!(fs::read_to_string(folder.path().join("links.csv")).unwrap().contains("b@example.org"));
}

#[test]
fn a_pipeline_gets_a_secret_by_the_examples_script() {
    let site = Site::start();
    let passphrase = file_with("horse");
    let sent = site.send(&["--passphrase-file", passphrase.path().to_str().unwrap()], TEXT);
    let folder = Path::new(DOCS).join("examples/pipeline");
    let script = folder.join("handover.sh");
    let run = || {
        let show = r#"printf "%s|%s|%s" "$DEPLOY_TOKEN" "${ASHLINK_LINK-}" "${ASHLINK_PASSPHRASE-}"; exit 7"#;
        Run::new("/bin/sh").args([&script]).envs([
            ("ASHLINK_LINK", sent.link.as_str()),
            ("ASHLINK_PASSPHRASE", "horse"),
            ("ASHLINK_VARIABLE", "DEPLOY_TOKEN"),
            ("ASHLINK_RUN", show),
        ])
    };
    run().end().is(7, &format!("{TEXT}||"));
    run().end().is(3, "");

    // Both examples hand it exactly what it asks for.
    let names = |text: &str, pattern: &str| -> BTreeSet<String> {
        Regex::new(pattern).unwrap().captures_iter(text).map(|found| found[1].to_owned()).collect()
    };
    let asked = names(&fs::read_to_string(&script).unwrap(), r"(?m)^#   (ASHLINK_\w+)");
    assert!(asked.len() > 3, "{asked:?}");
    for name in ["action.yml", "gitlab.yml"] {
        let example = fs::read_to_string(folder.join(name)).unwrap();
        assert!(example.contains("handover.sh"), "{name}");
        assert_eq!(names(&example, r"(ASHLINK_\w+)"), asked, "{name}");
    }
}
