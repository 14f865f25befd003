//! A server in a process of its own: this test program started again, since the real one is
//! built without a page here and so does not start. Everything but the page is the same.

use ashlink_server::settings::Settings;
use ashlink_server::site::Site;
use clap::Parser as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// Set for the process that is to be the server.
const BE_THE_SERVER: &str = "ASHLINK_TEST_BE_THE_SERVER";

/// A budget that is enough for a few secrets.
pub(crate) const SMALL: u64 = 1_000_000;

/// Not a test: what the other process runs.
#[test]
fn server_process() {
    if std::env::var_os(BE_THE_SERVER).is_none() {
        return;
    }
    let settings = Settings::parse_from(["ashlink-server"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ended = runtime.block_on(ashlink_server::start::run(settings, Site::none()));
    drop(runtime);
    if let Err(error) = ended {
        eprintln!("ashlink-server: {error:#}");
        std::process::exit(1);
    }
}

pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
    /// Kept open for as long as the process may write.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts one on this file and waits until it serves.
    pub(crate) fn start(store: &Path, budget: u64) -> Self {
        Self::wait(command(store, budget).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Starts one with more in its environment, paths.
    pub(crate) fn start_with(store: &Path, budget: u64, more: &[(&str, &Path)]) -> Self {
        Self::wait(command(store, budget).envs(more.iter().copied()).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Starts one with the laxest umask, which makes this other file too.
    pub(crate) fn start_with_lax_umask(store: &Path, other: &Path) -> Self {
        let inner = command(store, SMALL);
        let mut command = Command::new("sh");
        command
            .args(["-c", "umask 0; : > \"$OTHER\"; exec \"$0\" \"$@\""])
            .env("OTHER", other)
            .arg(inner.get_program())
            .args(inner.get_args());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self::wait(command.stdout(Stdio::piped()).spawn().unwrap())
    }

    fn wait(mut process: Child) -> Self {
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

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to stop, and waits for that.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let command = format!("kill -TERM {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
        self.process.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a server says that refuses to start, and its exit code.
pub(crate) fn refusal(store: &Path) -> (String, Option<i32>) {
    let mut process = command(store, SMALL).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (said, process.wait().unwrap().code())
}

fn command(store: &Path, budget: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "server::server_process", "--nocapture"]).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("ASHLINK_")) {
            command.env_remove(name);
        }
    }
    command
        .env(BE_THE_SERVER, "yes")
        .env("ASHLINK_LISTEN", "127.0.0.1:0")
        .env("ASHLINK_STORE", format!("file:{}", store.display()))
        .env("ASHLINK_STORE_BUDGET", budget.to_string())
        .env("ASHLINK_RATE_LIMIT", "off");
    command
}
