//! A Redis of a test's own.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Redis {
    process: Child,
    pub(crate) port: u16,
    folder: TempDir,
}

impl Redis {
    /// Starts one that keeps nothing in files, unless its arguments say so, and waits until it is ready.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        // Between finding a free port and listening at it, somebody else may take it.
        let mut attempts = (0..5).filter_map(|_| Self::attempt(arguments));
        attempts.next().expect("a port stays free for long enough")
    }

    /// `None` when somebody else has the port.
    fn attempt(arguments: &[&str]) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let program = std::env::var_os("REDIS_SERVER").unwrap_or_else(|| "redis-server".into());
        let mut command = Command::new(&program);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.arg("--dir").arg(folder.path()).arg("--logfile").arg(log).args(arguments).stdin(Stdio::null());
        let process = command.stdout(Stdio::null()).spawn().unwrap_or_else(|error| {
            panic!("these tests need redis-server ({}): {error}. `cargo xtask test` installs it", program.display())
        });
        let mut redis = Self { process, port, folder };
        let give_up = Instant::now() + PATIENCE;
        loop {
            let log = redis.log();
            // It is this one that is ready, whoever answers there.
            if log.contains("Ready to accept connections") {
                return Some(redis);
            }
            if log.contains("Address already in use") {
                return None;
            }
            let has_ended = redis.process.try_wait().unwrap().is_some();
            assert!(!has_ended && Instant::now() < give_up, "it did not start: {log}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Has it do something, as an inline command of its protocol.
    pub(crate) fn tell(&self, line: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
        String::from_utf8(answer).unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
