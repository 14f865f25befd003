//! What goes out, and what an operator allows.

use crate::TEXT;
use crate::program::Run;
use crate::site::{Sent, Site, file_with};
use crate::tap::CREATE;
use ashlink_server::api::tokens::issue::issue;

#[test]
fn the_largest_secret_goes_both_ways_byte_for_byte() {
    let site = Site::start();
    let config = site.api().get(format!("{}/api/v1/config", site.url())).call().unwrap().into_body().read_to_vec();
    let config: serde_json::Value = serde_json::from_slice(&config.unwrap()).unwrap();
    let most = usize::try_from(config["max_envelope"].as_u64().unwrap()).unwrap();
    let data: Vec<u8> = (0..most * 95 / 100).map(|n| ((n * 31 + (n >> 8)) % 256) as u8).collect();
    let sent = site.send(&[], data.as_slice());
    let opened = site.open(&sent.link).end();
    assert_eq!(opened.code, Some(0), "{}", opened.errors);
    assert!(opened.out == data);
    site.ashlink(["send"]).input(vec![1; most + 1]).end().is(10, "");
}

#[test]
fn an_empty_standard_input_sends_nothing_and_an_empty_file_goes_through() {
    let site = Site::start();
    site.ashlink(["send"]).end().is(12, "").says(&["empty, and nothing was sent"]);
    let file = file_with("");
    let sent = site.send(&[file.path().to_str().unwrap()], "");
    site.open(&sent.link).end().is(0, "");
}

#[test]
fn sender_and_recipient_can_destroy() {
    let site = Site::start();
    let first = site.send(&[], TEXT);
    let destroyed = site.ashlink(["destroy", &first.receipt]).end();
    assert_eq!((destroyed.code, destroyed.first_line()), (Some(0), "destroyed by the sender"), "{}", destroyed.errors);
    assert_eq!(site.open(&first.link).end().code, Some(3));

    let passphrase = file_with("horse");
    let second = site.send(&["--passphrase-file", passphrase.path().to_str().unwrap()], TEXT);
    let wrong = site.ashlink(["destroy", &second.link]).env("ASHLINK_PASSPHRASE", "w").end();
    assert_eq!(wrong.code, Some(4), "{}", wrong.errors);
    assert_eq!(site.state(&second.link), "waiting");
    let destroyed = site.ashlink(["destroy", &second.link]).env("ASHLINK_PASSPHRASE", "horse").end();
    assert_eq!(
        (destroyed.code, destroyed.first_line()),
        (Some(0), "destroyed by the recipient"),
        "{}",
        destroyed.errors
    );

    // What was opened meanwhile cannot be destroyed, and says so.
    let third = site.send(&[], TEXT);
    site.open(&third.link).end().is(0, TEXT);
    let late = site.ashlink(["destroy", &third.receipt]).end();
    assert_eq!((late.code, late.first_line()), (Some(3), "opened"), "{}", late.errors);
}

#[test]
fn nothing_of_a_secret_shows_in_the_list_of_processes_or_on_disk() {
    let site = Site::start();
    let home = tempfile::tempdir().unwrap();
    let place = home.path().to_str().unwrap();
    let run = site.ashlink(["send"]).input(TEXT).envs([("HOME", place), ("TMPDIR", place)]).within(home.path());
    let mut running = run.start();
    let mut seen = 0;
    while running.is_running() {
        for name in ["cmdline", "environ"] {
            // It may have ended, or forbid it, as it should.
            let Ok(bytes) = std::fs::read(format!("/proc/{}/{name}", running.child.id())) else { continue };
            assert!(!bytes.windows(TEXT.len()).any(|part| part == TEXT.as_bytes()));
            seen += usize::from(!bytes.is_empty());
        }
    }
    assert_eq!(running.end().code, Some(0));
    assert!(seen > 0);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn the_command_line_obeys_what_the_operator_decides() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    let mut made = Vec::new();
    issue("alice".parse().unwrap(), Some(&tokens), &mut made, std::io::sink()).unwrap();
    let token = String::from_utf8(made).unwrap().trim().to_owned();
    let site = Site::start_with(&[
        ("ASHLINK_TOKENS", tokens.to_str().unwrap()),
        ("ASHLINK_REQUIRE_PASSPHRASE", "true"),
        ("ASHLINK_MIN_TTL", "1h"),
        ("ASHLINK_MAX_TTL", "2h"),
        ("ASHLINK_DEFAULT_TTL", "1h"),
        ("ASHLINK_MAX_VIEWS", "2"),
    ]);
    let send = |args: &[&str], token: Option<&str>| -> Run {
        let run = site.ashlink(["send"]).args(args).input(TEXT);
        run.envs(token.map(|token| ("ASHLINK_TOKEN", token)))
    };
    let other = format!("{}x", &token[..token.len() - 1]);
    let generated = "--generate-passphrase";
    send(&[generated], None).end().is(9, "").says(&["requires a token", "\n", "--token-file"]);
    send(&[generated], Some(&other)).end().is(9, "").says(&["does not know this token"]);
    send(&[], Some(&token)).end().is(10, "").says(&["requires a passphrase"]);
    send(&["--ttl", "3h", generated], Some(&token)).end().is(10, "").says(&["from 1 hour to 2 hours"]);
    send(&["--views", "3", generated], Some(&token)).end().is(10, "").says(&["at most 2 views"]);

    let (passphrase, file) = (file_with("horse"), file_with(&format!("{token}\n")));
    let [passphrase, file] = [&passphrase, &file].map(|file| file.path().to_str().unwrap());
    let sent = site.send(&["--passphrase-file", passphrase, "--token-file", file], TEXT);
    // Opening takes no token.
    site.open(&sent.link).env("ASHLINK_PASSPHRASE", "horse").end().is(0, TEXT);
    assert!(!site.log().contains(&token));
}

#[test]
fn what_comes_without_a_name_is_given_one() {
    let site = Site::start();
    let name = |sent: &Sent| site.ashlink(["open", &sent.link, "--json"]).end().json()["items"][0]["name"].clone();
    assert_eq!(name(&site.send(&["--name", "dump.sql"], TEXT)), "dump.sql");
    let file = file_with(TEXT);
    let path = file.path().to_str().unwrap();
    assert_eq!(name(&site.send(&[path, "--name", "63.txt"], "")), "63.txt");
    site.ashlink(["send", path, path, "--name", "x"]).end().is(12, "").says(&["for one file, and these are 2"]);
    site.ashlink(["send", "--name", &"x".repeat(256)]).input("x").end().is(12, "").says(&["1 to 255 bytes"]);
    assert_eq!(site.tap.count(CREATE), 2);
}

#[test]
fn a_login_counts_among_the_parts_of_a_link() {
    let site = Site::start();
    let file = file_with("x");
    let path = file.path().to_str().unwrap();
    let send =
        |args: &[&str], files: usize| site.ashlink(["send"]).args(args).args(vec![path; files]).input(TEXT).end();
    let login = ["--user", "alice", "--field", "password=-"];
    send(&[], 65).is(10, "").says(&["a link takes 64 files, and these are 65"]);
    send(&login, 64).is(10, "").says(&["a link takes 63 files beside a login, and these are 64"]);
    let sent = send(&login, 63);
    assert_eq!(sent.code, Some(0), "{}", sent.errors);
    let opened = site.ashlink(["open", &site.keep_link(sent.text.trim()), "--json"]).end();
    assert_eq!(opened.json()["items"].as_array().unwrap().len(), 64);
}

#[test]
fn a_folder_is_sent_as_a_zip_file() {
    let site = Site::start();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("keys");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.pem"), TEXT).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("b")).unwrap();
    let sent = site.ashlink(["send", "keys"]).within(home.path()).end();
    assert_eq!(sent.code, Some(0), "{}", sent.errors);
    let link = site.keep_link(sent.text.trim());
    sent.says(&["symbolic links and other things that are not files were left out of keys: 1"]);
    let out = tempfile::tempdir().unwrap();
    site.open(&link).args(["--output".as_ref(), out.path().as_os_str()]).end().is(0, "").says(&["keys.zip"]);
    // Python's reader is another than that of the library that wrote it.
    let script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist()); sys.stdout.write(z.read('keys/a.pem').decode())";
    let unpacked = Run::new("python3").args(["-c".as_ref(), script.as_ref(), out.path().join("keys.zip").as_os_str()]);
    unpacked.env("PYTHONUTF8", "1").end().is(0, &format!("None ['keys/', 'keys/a.pem']\n{TEXT}"));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let site = Site::start();
    let home = tempfile::tempdir().unwrap();
    let large = home.path().join("large");
    // A terabyte that takes no room; to read it would take hours.
    std::fs::File::create(&large).unwrap().set_len(1 << 40).unwrap();
    for path in [large.as_path(), home.path(), std::path::Path::new("/dev/zero")] {
        site.ashlink(["send".as_ref(), path.as_os_str()]).end().is(10, "").says(&["too large for this server"]);
    }
    assert_eq!(site.tap.count(CREATE), 0);
}

#[test]
fn a_passphrase_comes_from_standard_input_where_nothing_else_does() {
    let site = Site::start();
    let secret = file_with(TEXT);
    let sent = site.send(&[secret.path().to_str().unwrap(), "--passphrase-file", "-"], "horse\r\nmore\n");
    let open = |link: &str| site.ashlink(["open", link, "--passphrase-file", "-"]);
    open(&sent.link).input("cow\n").end().is(4, "");
    let twice = "standard input cannot hold two things at once";
    open("-").input(format!("{}\nhorse\n", sent.link)).end().is(12, "").says(&[twice]);
    site.ashlink(["send", "--passphrase-file", "-"]).input("x\ny").end().is(12, "").says(&[twice]);
    open(&sent.link).input("horse\n").end().is(0, TEXT);
    assert_eq!(site.tap.count(CREATE), 1);
}

#[test]
fn links_that_lead_elsewhere_are_doubted_aloud() {
    let site = Site::start_with(&[("ASHLINK_PUBLIC_URL", "https://elsewhere.example")]);
    let sent = site.ashlink(["send"]).input(TEXT).end();
    assert_eq!(sent.code, Some(0), "{}", sent.errors);
    assert!(sent.text.starts_with("https://elsewhere.example/s#"), "{}", sent.text);
    sent.says(&["warning:", "links lead to https://elsewhere.example, not to http://127.0.0.1"]);
    let own = Site::start().ashlink(["send"]).input(TEXT).end();
    assert!(!own.errors.contains("warning"), "{}", own.errors);
}
