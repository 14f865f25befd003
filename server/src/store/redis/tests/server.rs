//! A `redis-server` of a test's own, on a free port, with a clock that the test sets.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(super) struct RedisServer {
    process: Child,
    port: u16,
    arguments: Vec<String>,
    folder: TempDir,
    ahead_millis: Mutex<u64>,
}

impl RedisServer {
    /// Starts a Redis without persistence, unless the arguments say otherwise.
    pub(super) async fn start(arguments: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        write_clock(folder.path(), 0);
        let process = spawn(port, folder.path(), &arguments);
        let server = Self { process, port, arguments, folder, ahead_millis: Mutex::new(0) };
        server.wait().await;
        server
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Puts the server's clock forward.
    pub(super) fn pass(&self, millis: u64) {
        *self.ahead_millis.lock().unwrap() += millis;
        self.set_clock();
    }

    /// Stops the process in its tracks: it takes bytes and answers none.
    pub(super) fn freeze(&self) {
        self.signal("-STOP");
    }

    pub(super) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        // The shell's own `kill`: the program of that name is missing on small systems.
        let command = format!("kill {name} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    pub(super) fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(super) async fn restart(&mut self) {
        self.process = spawn(self.port, self.folder.path(), &self.arguments);
        self.wait().await;
    }

    fn set_clock(&self) {
        write_clock(self.folder.path(), *self.ahead_millis.lock().unwrap());
    }

    async fn wait(&self) {
        let start = Instant::now();
        loop {
            let pong = async {
                let client = redis::Client::open(self.url())?;
                let mut connection = client.get_multiplexed_async_connection().await?;
                redis::cmd("PING").exec_async(&mut connection).await
            };
            if pong.await.is_ok() {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn clock_file(folder: &Path) -> PathBuf {
    folder.join("clock")
}

fn write_clock(folder: &Path, ahead_millis: u64) {
    // In place: the server has the file mapped, and eight bytes are written at once.
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(clock_file(folder));
    file.unwrap().write_all(&ahead_millis.to_ne_bytes()).unwrap();
}

fn spawn(port: u16, folder: &Path, arguments: &[String]) -> Child {
    let program = std::env::var_os("REDIS_SERVER").unwrap_or_else(|| "redis-server".into());
    let mut command = Command::new(&program);
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .arg("--dir")
        .arg(folder)
        .args(arguments)
        .env("LD_PRELOAD", preload())
        .env("TEST_CLOCK", clock_file(folder))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command.spawn().unwrap_or_else(|error| {
        panic!("these tests need redis-server ({}): {error}. `cargo xtask test` installs it", program.display())
    })
}

/// The library that gives a process a clock of its own, compiled once.
fn preload() -> &'static Path {
    static LIBRARY: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("clock.so");
        let compiled = Command::new("cc")
            .args(["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/redis/tests/clock.c"))
            .status()
            .expect("these tests need a C compiler, as Rust itself does");
        assert!(compiled.success());
        (folder, library)
    });
    &LIBRARY.1
}
