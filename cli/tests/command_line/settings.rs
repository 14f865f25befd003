//! Settings: flags, the environment, a file.

use crate::TEXT;
use crate::program::{ASHLINK, Run};
use crate::site::Site;
use std::fs;

#[test]
fn settings_come_from_flags_then_the_environment_then_the_file_in_its_place() {
    let site = Site::start();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/ashlink");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    let server = site.url();
    let send = |args: &[&str], variable: Option<(&str, &str)>| {
        Run::new(ASHLINK).args(["send"]).args(args).env("HOME", home.path()).envs(variable).input(TEXT).end()
    };
    let views =
        |args: &[&str], variable| send(&[["--json"].as_slice(), args].concat(), variable).json()["views"].clone();
    send(&[], None).is(12, "").says(&["no server is given"]);

    fs::write(&file, format!("server = \"{server}\"\nttl = \"2h\"\nviews = 3\n")).unwrap();
    assert_eq!(views(&[], None), 3);
    assert_eq!(views(&[], Some(("ASHLINK_VIEWS", "4"))), 4);
    assert_eq!(views(&["--views", "5"], Some(("ASHLINK_VIEWS", "4"))), 5);
    let other = home.path().join("other.toml");
    fs::write(&other, format!("server = \"{server}\"\nviews = 6\n")).unwrap();
    let other = other.to_str().unwrap();
    assert_eq!(views(&[], Some(("ASHLINK_CONFIG", other))), 6);
    assert_eq!(views(&["--config", other], None), 6);
    fs::write(&file, "sever = 1\n").unwrap();
    send(&[], None).is(12, "").says(&["config.toml: unknown field `sever`"]);
}
