//! `ashlink-server` as an operator runs it: the release build where `ASHLINK_TEST_SERVER` names it, and
//! otherwise this test program started again, since the binary of a test build has no page and `check`
//! would name that.

use ashlink_server::check::{self, Level};
use ashlink_server::command::{CommandLine, Task};
use ashlink_server::site::Site;
use clap::Parser as _;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// Set for the process that is to be `ashlink-server`: its words.
const BE_THE_SERVER: &str = "ASHLINK_TEST_BE_THE_SERVER";

/// A password that nothing may show.
pub(crate) const PASSWORD: &str = "hunter2-and-more";

/// Not a test: what the other process runs. A check is all there is beside serving.
#[test]
fn server_process() {
    let Ok(words) = std::env::var(BE_THE_SERVER) else { return };
    let words = words.split_whitespace().filter(|word| *word != "serve");
    let CommandLine { settings, task } = CommandLine::parse_from(std::iter::once("ashlink-server").chain(words));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let is_good = runtime.block_on(async {
        match task {
            None => ashlink_server::start::run(settings, Site::none()).await.is_ok(),
            Some(Task::Check { ready: false }) => {
                let report = check::everything(&settings.resolved().unwrap(), Ok(())).await;
                print!("\n{report}");
                report.worst() < Level::Problem
            }
            Some(task) => panic!("{task:?} is for the program itself"),
        }
    });
    std::process::exit(i32::from(!is_good));
}

/// The program, built with its page or as it were.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("ASHLINK_TEST_SERVER").map_or_else(|| std::env::current_exe().unwrap(), PathBuf::from)
}

/// It runs from this path with nothing but these settings.
fn command(program: &Path, words: &str, settings: &[(&str, &OsStr)]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("ASHLINK_LISTEN", free_address()).envs(settings.iter().copied()).stdin(Stdio::null());
    if std::env::var_os("ASHLINK_TEST_SERVER").is_some() {
        command.args(words.split_whitespace().filter(|word| *word != "serve"));
    } else {
        command.args(["--exact", "process::server_process", "--nocapture"]).env(BE_THE_SERVER, words);
    }
    command
}

/// An address that nobody listens at just now.
pub(crate) fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// What a program left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
    pub(crate) errors: String,
}

impl From<Output> for Ended {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let [text, errors] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(!text.contains(PASSWORD) && !errors.contains(PASSWORD), "a password was shown");
        Self { code: status.code(), text, errors }
    }
}

/// `check` with these settings, at an address where nobody is unless they name one.
pub(crate) struct Check {
    pub(crate) program: PathBuf,
    /// Who runs it, where that is somebody else.
    pub(crate) user: Option<u32>,
}

impl Check {
    pub(crate) fn run(&self, settings: &[(&str, &OsStr)]) -> Ended {
        let mut command = command(&self.program, "check", settings);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        let ended = Ended::from(command.output().unwrap());
        // So that every line has a line break before it.
        Ended { text: format!("\n{}", ended.text), ..ended }
    }

    /// Holds that exactly this is wrong: all of these parts stand in the one line, in this order.
    #[track_caller]
    pub(crate) fn finds(&self, parts: &[&str], settings: &[(&str, &OsStr)]) {
        let ended = self.run(settings);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let [problem] = ended.problems()[..] else { panic!("one problem: {ended:?}") };
        contains(problem, parts);
    }

    /// Holds that nothing is wrong, and gives what it says.
    #[track_caller]
    pub(crate) fn is_good(&self, settings: &[(&str, &OsStr)]) -> String {
        let ended = self.run(settings);
        assert!(ended.code == Some(0) && !ended.text.contains("problem"), "{ended:?}");
        ended.text
    }
}

impl Ended {
    pub(crate) fn problems(&self) -> Vec<&str> {
        self.text.lines().filter(|line| line.starts_with("problem")).collect()
    }
}

/// Holds that these parts stand in a text, in this order.
#[track_caller]
pub(crate) fn contains(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is not in {text:?}"));
        rest = &rest[at + part.len()..];
    }
}

/// `check` with these settings.
pub(crate) fn check() -> Check {
    Check { program: program(), user: None }
}

/// The binary itself with these words, for what ends before its page matters.
pub(crate) fn binary(words: &[&str], settings: &[(&str, &OsStr)]) -> Ended {
    let program =
        std::env::var_os("ASHLINK_TEST_SERVER").unwrap_or_else(|| OsString::from(env!("CARGO_BIN_EXE_ashlink-server")));
    let mut command = Command::new(program);
    command.args(words).env_clear().env("ASHLINK_LISTEN", free_address()).envs(settings.iter().copied());
    command.stdin(Stdio::null()).output().unwrap().into()
}

/// A server that runs.
pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
    /// Kept open for as long as the process may write.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts one on this store and waits until it serves.
    pub(crate) fn start(store: &OsStr) -> Self {
        let settings = [("ASHLINK_STORE", store), ("ASHLINK_LISTEN", OsStr::new("127.0.0.1:0"))];
        let mut command = command(&program(), "serve", &settings);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(output.read_line(&mut line).unwrap() > 0, "the server did not start");
            if let Some((_, url)) = line.split_once("Ashlink is at http://") {
                break url.trim_end().trim_end_matches('/').parse().unwrap();
            }
        };
        Self { process, address, _output: output }
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
