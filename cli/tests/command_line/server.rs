//! A server in a process of its own: this test program started again, since the real one is built
//! without a page here and so does not start. Everything but the page is the same.

use ashlink_server::observe::logging;
use ashlink_server::settings::Settings;
use ashlink_server::site::Site;
use clap::Parser as _;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::NamedTempFile;

/// Set for the process that is to be the server.
const BE_THE_SERVER: &str = "ASHLINK_TEST_BE_THE_SERVER";

/// Not a test: what the other process runs.
#[test]
fn server_process() {
    if std::env::var_os(BE_THE_SERVER).is_none() {
        return;
    }
    let settings = Settings::parse_from(["ashlink-server"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let _started = logging::start(settings.log_filter().unwrap(), settings.log_format).unwrap();
        ashlink_server::start::run(settings, Site::none()).await.unwrap();
    });
}

pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
    log: NamedTempFile,
    /// Kept open for as long as the process may write.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts one with its store in memory and without limits, unless the settings say otherwise, and
    /// waits until it serves.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let log = NamedTempFile::new().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "server::server_process", "--nocapture"]).env_clear().env(BE_THE_SERVER, "yes");
        command.env("ASHLINK_LISTEN", "127.0.0.1:0").env("ASHLINK_RATE_LIMIT", "off").envs(settings.iter().copied());
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
        Self { process, address, log, _output: output }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// All that it has logged so far.
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
