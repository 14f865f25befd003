//! Servers of a test's own, on free ports, with a clock that the test sets.

use ::redis::aio::MultiplexedConnection;
use ::redis::{FromRedisValue, RedisResult};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The time of day of some servers.
pub struct Clock {
    folder: TempDir,
    ahead_millis: Mutex<u64>,
}

impl Clock {
    pub fn new() -> Arc<Self> {
        let clock = Self { folder: tempfile::tempdir().unwrap(), ahead_millis: Mutex::new(0) };
        clock.set(0);
        Arc::new(clock)
    }

    /// Puts it forward.
    pub fn pass(&self, millis: u64) {
        let mut ahead = self.ahead_millis.lock().unwrap();
        *ahead += millis;
        self.set(*ahead);
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    fn set(&self, ahead_millis: u64) {
        // In place: servers have the file mapped, and eight bytes are written at once.
        let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(self.file());
        file.unwrap().write_all(&ahead_millis.to_ne_bytes()).unwrap();
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub struct RedisServer {
    process: Child,
    program: PathBuf,
    port: u16,
    arguments: Vec<String>,
    folder: TempDir,
    clock: Arc<Clock>,
}

impl RedisServer {
    /// Starts a Redis without persistence, unless the arguments say otherwise.
    pub async fn start(arguments: &[&str]) -> Self {
        Self::start_with(Clock::new(), arguments).await
    }

    /// Starts one whose time others share.
    pub async fn start_with(clock: Arc<Clock>, arguments: &[&str]) -> Self {
        Self::start_program(redis_server(), clock, arguments).await
    }

    pub async fn start_program(program: PathBuf, clock: Arc<Clock>, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        let port = free_port();
        let process = spawn(&program, port, folder.path(), &clock, &arguments);
        let server = Self { process, program, port, arguments, folder, clock };
        server.wait().await;
        server
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// A connection of the test's own.
    pub async fn connection(&self) -> MultiplexedConnection {
        connection(self.port).await
    }

    /// Has it run a command.
    pub async fn command<T: FromRedisValue>(&self, words: &[&str]) -> T {
        command(self.port, words).await.unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Puts the server's clock forward.
    pub fn pass(&self, millis: u64) {
        self.clock.pass(millis);
    }

    /// Stops the process in its tracks: it takes bytes and answers none.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        // The shell's own `kill`: the program of that name is missing on small systems.
        let command = format!("kill {name} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    /// Takes away the folder that it writes its snapshots to.
    pub fn lose_folder(&self) {
        std::fs::remove_dir_all(self.folder.path()).unwrap();
    }

    pub fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub async fn restart(&mut self) {
        self.process = spawn(&self.program, self.port, self.folder.path(), &self.clock, &self.arguments);
        self.wait().await;
    }

    async fn wait(&self) {
        let start = Instant::now();
        loop {
            if command::<String>(self.port, &["PING"]).await.is_ok() {
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

/// Patient, because machines that run tests are busy.
async fn connection(port: u16) -> MultiplexedConnection {
    open(port).await.unwrap()
}

async fn open(port: u16) -> RedisResult<MultiplexedConnection> {
    let client = redis::Client::open(format!("redis://127.0.0.1:{port}"))?;
    let patience = Some(Duration::from_secs(10));
    let config = redis::AsyncConnectionConfig::new().set_connection_timeout(patience).set_response_timeout(patience);
    client.get_multiplexed_async_connection_with_config(&config).await
}

/// Has the server at a port run a command.
pub async fn command<T: FromRedisValue>(port: u16, words: &[&str]) -> RedisResult<T> {
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    command.query_async(&mut open(port).await?).await
}

/// Waits until something is so, and says how long it took.
pub async fn until(what: &str, seconds: u64, mut met: impl AsyncFnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !met().await {
        assert!(start.elapsed() < Duration::from_secs(seconds), "in {seconds} seconds there is not: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    start.elapsed()
}

fn redis_server() -> PathBuf {
    std::env::var_os("REDIS_SERVER").unwrap_or_else(|| "redis-server".into()).into()
}

fn spawn(program: &Path, port: u16, folder: &Path, clock: &Clock, arguments: &[String]) -> Child {
    let mut command = Command::new(program);
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .arg("--dir")
        .arg(folder)
        .args(arguments)
        .env("LD_PRELOAD", preload())
        .env("TEST_CLOCK", clock.file())
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command.spawn().unwrap_or_else(|error| {
        panic!("these tests need redis-server ({}): {error}. `cargo xtask test` installs it", program.display())
    })
}

/// A Sentinel that watches a master of the name `m`.
pub struct Sentinel {
    process: Child,
    pub port: u16,
    _folder: TempDir,
}

impl Sentinel {
    /// Starts one; as many as `quorum` must agree that the master is gone.
    pub async fn start(master: u16, quorum: usize) -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
        let file = folder.path().join("sentinel.conf");
        let settings = format!(
            "port {port}\nbind 127.0.0.1\nsentinel monitor m 127.0.0.1 {master} {quorum}\n\
             sentinel down-after-milliseconds m 1000\nsentinel failover-timeout m 5000\n"
        );
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new(redis_server());
        command.arg(&file).arg("--sentinel").stdin(Stdio::null()).stdout(Stdio::null());
        let sentinel = Self { process: command.spawn().unwrap(), port, _folder: folder };
        until("a Sentinel that answers", 20, async || self::command::<String>(port, &["PING"]).await.is_ok()).await;
        sentinel
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The library that gives a process a clock of its own, compiled once.
fn preload() -> &'static Path {
    static LIBRARY: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("clock.so");
        let compiled = Command::new("cc")
            .args(["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/clock.c"))
            .status()
            .expect("these tests need a C compiler, as Rust itself does");
        assert!(compiled.success());
        (folder, library)
    });
    &LIBRARY.1
}
