//! `ashlink-server check` as an operator runs it: real stores, real files, real servers. It says what
//! is wrong and how to mend it, changes nothing, and never shows a password.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

mod process;
mod redis;

use process::{Check, PASSWORD, Server, binary, check, contains, free_address, program};
use redis::Redis;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Somebody who is not root; root may do everything, whatever a file's mode says.
const NOBODY: u32 = 65_534;

/// The setting that names a store.
fn store(url: &str) -> [(&str, &OsStr); 1] {
    [("ASHLINK_STORE", url.as_ref())]
}

/// A file as a store.
fn file(path: &Path) -> OsString {
    format!("file:{}", path.display()).into()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_defaults_can_be_used_nobody_listens_yet_and_a_restart_would_lose_all() {
    let text = check().is_good(&[]);
    contains(&text, &["\nok       settings: all"]);
    contains(&text, &["\nok       address: 127.0.0.1:", " is free"]);
    contains(&text, &["\nwarning  store: ", "in this process's memory alone: a restart loses all"]);
}

#[test]
fn a_setting_that_cannot_be_read_ends_it_with_words_and_shows_no_password() {
    let ended = binary(&["check"], &store(&format!("redis://:{PASSWORD}@host/name")));
    assert_eq!(ended.code, Some(1));
    contains(&ended.errors, &["--store"]);
    let ended = binary(&["check"], &[("ASHLINK_MAX_SIZE", "lots".as_ref())]);
    assert_eq!(ended.code, Some(1));
    contains(&ended.errors, &["'lots' for '--max-size"]);
}

#[test]
fn the_server_that_runs_is_asked_and_the_short_form_asks_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = file(&folder.path().join("store"));
    let server = Server::start(&store);
    let address = OsString::from(server.address());
    let settings = [("ASHLINK_LISTEN", address.as_os_str()), ("ASHLINK_STORE", store.as_os_str())];
    let text = check().is_good(&settings);
    contains(&text, &["is ready"]);
    contains(&text, &["in use, by the server that runs"]);
    let short = binary(&["check", "--ready"], &settings);
    assert_eq!((short.code, short.text.as_str()), (Some(0), "ready\n"), "{}", short.errors);
    // Elsewhere the same file is in the way.
    check().finds(&["another process has it open"], &[("ASHLINK_STORE", &store)]);
    drop(server);
    let gone = binary(&["check", "--ready"], &settings);
    assert_eq!(gone.code, Some(1));
    contains(&gone.errors, &["nobody listens"]);
}

#[test]
fn a_redis_that_would_break_a_promise_is_named_with_what_mends_it() {
    let cases: [(&[&str], &[&str]); 4] = [
        (
            &["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"],
            &["allkeys-lru", "Set `maxmemory-policy noeviction`"],
        ),
        (&["--save", "3600 1"], &["snapshots", "ASHLINK_ALLOW_SNAPSHOTS"]),
        (&["--requirepass", PASSWORD], &["refuses the user or the password"]),
        (&["--cluster-enabled", "yes"], &["redis+cluster:"]),
    ];
    for (arguments, parts) in cases {
        let redis = Redis::start(arguments);
        check().finds(parts, &store(&redis.url()));
    }
    check().finds(&["cannot be reached"], &store(&format!("redis://:{PASSWORD}@{}", free_address())));
}

#[test]
fn a_redis_that_is_checked_keeps_no_key() {
    let redis = Redis::start(&[]);
    let url = OsString::from(redis.url());
    contains(&check().is_good(&[("ASHLINK_STORE", &url)]), &["\nok       store: redis:", " answers"]);
    let ca = [("ASHLINK_STORE", url.as_os_str()), ("ASHLINK_REDIS_CA", OsStr::new("/ca.pem"))];
    check().finds(&["ASHLINK_REDIS_CA", "rediss"], &ca);
    assert_eq!(redis.tell(&format!("ACL SETUSER half on >{PASSWORD} ~* +@all -pttl")), "+OK\r\n");
    check().finds(&["lacks a right"], &store(&format!("redis://half:{PASSWORD}@127.0.0.1:{}", redis.port)));
    assert_eq!(redis.tell("DBSIZE"), ":0\r\n");
}

#[test]
fn what_is_only_risky_in_a_redis_is_a_warning() {
    let redis = Redis::start(&["--appendonly", "yes"]);
    contains(&check().is_good(&store(&redis.url())), &["\nwarning  store: ", "appendfsync always"]);
    let redis = Redis::start(&["--maxmemory", "500kb"]);
    contains(&check().is_good(&store(&redis.url())), &["\nwarning  store: ", "no memory left"]);
}

/// A folder for somebody else, and the program where they may run it.
struct Elsewhere {
    folder: tempfile::TempDir,
    check: Check,
    is_root: bool,
}

impl Elsewhere {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        set_mode(folder.path(), 0o755);
        // Whoever may give a file away is root.
        let given = folder.path().join("given");
        fs::write(&given, "").unwrap();
        let is_root = chown(&given, Some(NOBODY), Some(NOBODY)).is_ok();
        let path = folder.path().join("ashlink-server");
        // By a program of its own: a file that this one had open for writing may still be so in a process
        // that another test is just starting, and could not be run.
        assert!(Command::new("cp").args([&program(), &path]).status().unwrap().success());
        set_mode(&path, 0o755);
        Self { folder, check: Check { program: path, user: is_root.then_some(NOBODY) }, is_root }
    }

    /// A folder of theirs with this mode.
    fn place(&self, name: &str, mode: u32) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir(&path).unwrap();
        self.give(&path);
        set_mode(&path, mode);
        path
    }

    fn give(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
}

#[test]
fn a_folder_with_wrong_rights_is_said_and_nothing_is_made_in_it() {
    let elsewhere = Elsewhere::new();
    let finds = |path: &Path, parts: &[&str]| elsewhere.check.finds(parts, &[("ASHLINK_STORE", &file(path))]);
    let closed = elsewhere.place("closed", 0o500);
    finds(&closed.join("store"), &["may not create files in its folder; give it"]);
    let open = elsewhere.place("open", 0o700);
    contains(&elsewhere.check.is_good(&[("ASHLINK_STORE", &file(&open.join("store")))]), &["the server makes it"]);
    assert_eq!(fs::read_dir(&open).unwrap().count(), 0);
    finds(&open.join("none/store"), &["the folder ", " does not exist"]);
}

#[test]
fn a_file_with_wrong_rights_is_said_and_stays_as_it_is() {
    let elsewhere = Elsewhere::new();
    let path = elsewhere.place("open", 0o700).join("store");
    let store = file(&path);
    let settings = [("ASHLINK_STORE", store.as_os_str())];
    drop(Server::start(&store));
    let whole = fs::read(&path).unwrap();
    if elsewhere.is_root {
        elsewhere.check.finds(&["may not read and write it; give it"], &settings);
        // Another's file, that everyone may write to.
        set_mode(&path, 0o666);
        elsewhere.check.finds(&["make its mode 600"], &settings);
        elsewhere.give(&path);
    }
    set_mode(&path, 0o400);
    elsewhere.check.finds(&["may not read and write it; give it"], &settings);
    set_mode(&path, 0o644);
    contains(&elsewhere.check.is_good(&settings), &["is whole and holds 0 B"]);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o644);
    assert!(fs::read(&path).unwrap() == whole);
}

#[test]
fn what_is_no_store_or_a_damaged_one_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter");
    let text = "Dear all, this is no store";
    fs::write(&letter, text).unwrap();
    check().finds(&["not a store of Ashlink's"], &[("ASHLINK_STORE", &file(&letter))]);
    assert_eq!(fs::read_to_string(&letter).unwrap(), text);

    let path = folder.path().join("store");
    drop(Server::start(&file(&path)));
    let cut = fs::read(&path).unwrap()[..5000].to_vec();
    fs::write(&path, &cut).unwrap();
    check().finds(&["cannot use ASHLINK_STORE=file:"], &[("ASHLINK_STORE", &file(&path))]);
    assert!(fs::read(&path).unwrap() == cut);
}

#[test]
fn each_of_several_mistakes_has_its_line() {
    let settings = [
        ("ASHLINK_TOKENS", "/nowhere/tokens"),
        ("ASHLINK_LOGO", "/nowhere/logo.svg"),
        ("ASHLINK_STORE", "file:/nowhere/store"),
        ("ASHLINK_MIN_TTL", "2h"),
        ("ASHLINK_MAX_TTL", "1h"),
    ];
    let ended = check().run(&settings.map(|(name, value)| (name, OsStr::new(value))));
    assert_eq!(ended.code, Some(1));
    let setting = regex::Regex::new(r"ASHLINK_\w+").unwrap();
    let mut named: Vec<_> = ended.problems().into_iter().map(|line| setting.find(line).unwrap().as_str()).collect();
    named.sort_unstable();
    assert_eq!(named, ["ASHLINK_LOGO", "ASHLINK_MIN_TTL", "ASHLINK_STORE", "ASHLINK_TOKENS"], "{}", ended.text);
    assert!(!Path::new("/nowhere").exists());
}
