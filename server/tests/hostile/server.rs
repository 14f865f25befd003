//! A server in a process of its own, in as little memory as Compose gives it where the system lets us.

use crate::memory::Memory;
use ashlink_server::observe::logging;
use ashlink_server::settings::Settings;
use ashlink_server::site::Site;
use clap::Parser as _;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Set for the process that is to be the server.
const BE_THE_SERVER: &str = "ASHLINK_TEST_BE_THE_SERVER";

/// Not a test: what the other process runs where there is no binary.
#[test]
fn server_process() {
    if std::env::var_os(BE_THE_SERVER).is_none() {
        return;
    }
    let settings = Settings::parse_from(["ashlink-server"]);
    let _started = logging::start(settings.log_filter().unwrap(), settings.log_format).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(ashlink_server::start::run(settings, Site::none())).unwrap();
}

pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
    memory: Memory,
    log: tempfile::NamedTempFile,
    /// Kept open for as long as the process may write.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts one and waits until it serves; with at most so many open files.
    pub(crate) fn start(files: Option<u32>) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let (group, join) = Memory::group();
        let few = files.map_or_else(String::new, |files| format!("ulimit -n {files}; "));
        let (program, arguments) = program();
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{join}{few}exec \"$0\" \"$@\"")]).arg(program).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("ASHLINK_")) {
                command.env_remove(name);
            }
        }
        command.env(BE_THE_SERVER, "yes").env("ASHLINK_LISTEN", "127.0.0.1:0").env("ASHLINK_LOG", "warn");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log.reopen().unwrap());
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            let read = output.read_line(&mut line).unwrap();
            assert!(read > 0, "the server did not start: {}", std::fs::read_to_string(log.path()).unwrap());
            if let Some((_, url)) = line.split_once("Ashlink is at http://") {
                break url.trim_end().trim_end_matches('/').parse().unwrap();
            }
        };
        let memory = Memory::of(process.id(), group);
        Self { process, address, memory, log, _output: output }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// All that it has said so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> (OsString, Vec<&'static str>) {
    match std::env::var_os("ASHLINK_TEST_SERVER") {
        Some(binary) => (binary, Vec::new()),
        None => {
            let this = std::env::current_exe().unwrap().into_os_string();
            (this, vec!["--exact", "server::server_process", "--nocapture"])
        }
    }
}
