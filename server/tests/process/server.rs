//! A server in a process of its own: this test program started again, since the real one is built
//! without a page here and so does not start.

use ashlink_server::observe::logging;
use ashlink_server::settings::Settings;
use ashlink_server::site::Site;
use clap::Parser as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Set for the process that is to be the server.
const BE_THE_SERVER: &str = "ASHLINK_TEST_BE_THE_PROCESS";
/// For how long what must come is waited for, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// Not a test: what the other process runs, once it is told to go on.
#[test]
fn server_process() {
    if std::env::var_os(BE_THE_SERVER).is_none() {
        return;
    }
    std::io::stdin().read_exact(&mut [0]).unwrap();
    let settings = Settings::parse_from(["ashlink-server"]).resolved().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ended = runtime.block_on(async {
        let _started = logging::start(settings.log_filter()?, settings.log_format)?;
        ashlink_server::start::run(settings, Site::none()).await
    });
    drop(runtime);
    std::process::exit(i32::from(ended.is_err()));
}

/// A server, and the folder of its files.
pub(crate) struct Server {
    process: Child,
    folder: tempfile::TempDir,
    listen: String,
}

/// Where its log goes.
pub(crate) enum Log {
    /// Into the file `log`.
    File,
    /// Nowhere: the disk is full.
    Full,
}

impl Server {
    /// Starts one in a terminal of its own, at a socket file, and waits until it serves. The process
    /// that is known here is the terminal's.
    pub(crate) fn in_terminal() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listen = format!("unix:{}/server.sock", folder.path().display());
        let mut command = Command::new("script");
        let program = "exec \"$ASHLINK_TEST_PROGRAM\" --exact server::server_process --nocapture";
        command.args(["--quiet", "--return", "--command", program, "/dev/null"]);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("ASHLINK_TEST_PROGRAM", std::env::current_exe().unwrap());
        command.env(BE_THE_SERVER, "yes").env("ASHLINK_LISTEN", &listen);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        process.stdin.as_mut().unwrap().write_all(b"x\n").unwrap();
        let server = Self { process, folder, listen };
        server.becomes("serving", || server.is_healthy());
        server
    }

    /// The command of one with these settings, in which `{}` stands for the folder. It listens at an
    /// address of its own.
    fn command(folder: &Path, listen: &str, settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "server::server_process", "--nocapture"]).env_clear();
        command.env(BE_THE_SERVER, "yes").env("ASHLINK_LISTEN", listen);
        let place = folder.to_str().unwrap();
        command.envs(settings.iter().map(|(name, value)| (name, value.replace("{}", place))));
        command.stdin(Stdio::piped());
        command
    }

    /// Starts one, and waits until it serves. `prepare` makes its files. Nobody reads its standard
    /// output.
    pub(crate) fn start(settings: &[(&str, &str)], prepare: impl FnOnce(&Path)) -> Self {
        Self::with_log(&Log::File, settings, prepare)
    }

    /// The same, with a log of this kind.
    pub(crate) fn with_log(log: &Log, settings: &[(&str, &str)], prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let own = settings.iter().find(|(name, _)| *name == "ASHLINK_LISTEN");
        let listen = own.map_or_else(free_address, |(_, listen)| listen.replace("{}", folder.path().to_str().unwrap()));
        let errors = match log {
            Log::File => File::create(folder.path().join("log")).unwrap(),
            Log::Full => File::options().write(true).open("/dev/full").unwrap(),
        };
        // A socket and no pipe: it can be shut, where a pipe stays open for as long as a process that
        // another test is just starting still has it.
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut command = Self::command(folder.path(), &listen, settings);
        let mut process = command.stdout(OwnedFd::from(theirs)).stderr(errors).spawn().unwrap();
        drop(command);
        // What the test program itself says at its start.
        let mut said = BufReader::new(ours);
        let mut line = String::new();
        while !line.contains("running 1 test") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it did not start");
        }
        said.into_inner().shutdown(Shutdown::Both).unwrap();
        process.stdin.take().unwrap().write_all(b"x").unwrap();
        let server = Self { process, folder, listen };
        server.becomes("serving", || server.is_healthy());
        server
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.get("/healthz", "").is_some_and(|answer| answer.contains(" 200 "))
    }

    /// A file of its folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.file("log")).unwrap()
    }

    /// Waits until its log has this.
    pub(crate) fn logs(&self, part: &str) {
        self.becomes(part, || self.log().contains(part));
    }

    pub(crate) fn becomes(&self, what: &str, holds: impl Fn() -> bool) {
        let give_up = Instant::now() + PATIENCE;
        while !holds() {
            assert!(
                Instant::now() < give_up,
                "{what}: {}",
                std::fs::read_to_string(self.file("log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The answer to a request of its own connection.
    pub(crate) fn get(&self, path: &str, headers: &str) -> Option<String> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n"))
    }

    /// The answer to this, sent as it stands.
    pub(crate) fn ask(&self, request: &str) -> Option<String> {
        let mut stream: Box<dyn ReadWrite> = match self.listen.strip_prefix("unix:") {
            Some(path) => Box::new(UnixStream::connect(path).ok()?),
            None => Box::new(TcpStream::connect(&self.listen).ok()?),
        };
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    pub(crate) fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    /// Asks it to stop, and waits for that.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.process.wait().unwrap()
    }
}

trait ReadWrite: Read + std::io::Write {}
impl<T: Read + std::io::Write> ReadWrite for T {}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One that nobody listens at just now.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
