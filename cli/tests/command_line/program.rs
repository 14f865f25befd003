//! Programs that run to their end. Nothing of this machine's settings reaches them.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// For how long what must come is waited for, on a machine that does much else.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The program under test.
pub(crate) const ASHLINK: &str = env!("CARGO_BIN_EXE_ashlink");

/// Where programs are found: `ashlink` first, then what the machine has.
pub(crate) fn path() -> String {
    let folder = Path::new(ASHLINK).parent().unwrap().display();
    format!("{folder}:{}", std::env::var("PATH").unwrap())
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let give_up = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < give_up, "it never happened: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A program with its surroundings, not started yet. It has a home of its own, and is there.
pub(crate) struct Run {
    command: Command,
    input: Vec<u8>,
    home: TempDir,
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let home = tempfile::tempdir().unwrap();
        // In a session of its own, without the terminal at which the tests may run: a program that
        // finds one asks there, and waits for somebody who is not asked anything.
        let mut command = Command::new(which::which("setsid").unwrap());
        command.arg(program).env_clear().env("PATH", path()).env("HOME", home.path()).current_dir(home.path());
        Self { command, input: Vec::new(), home }
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn envs<'a>(mut self, values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.command.envs(values);
        self
    }

    /// What it finds at its standard input.
    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Runs it in this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn start(self) -> Running {
        let Self { mut command, input, home } = self;
        // A socket and no pipe: it can be shut at once, where a pipe stays open for as long as a
        // process that another test is just starting still has it.
        let (output, theirs) = UnixStream::pair().unwrap();
        command.stdin(Stdio::piped()).stdout(OwnedFd::from(theirs)).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that ends early reads nothing of it.
        thread::spawn(move || drop(stdin.write_all(&input)));
        let mut stderr = child.stderr.take().unwrap();
        let errors = thread::spawn(move || {
            let mut bytes = Vec::new();
            stderr.read_to_end(&mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        });
        Running { child, output, errors: Some(errors), _home: home }
    }

    pub(crate) fn end(self) -> Ended {
        self.start().end()
    }
}

/// A program that was started; it ends with the test.
pub(crate) struct Running {
    pub(crate) child: Child,
    /// The reader's end of its standard output, of which nothing is read before `end`.
    pub(crate) output: UnixStream,
    errors: Option<JoinHandle<String>>,
    _home: TempDir,
}

impl Running {
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What closes the reader's end of its standard output.
    pub(crate) fn hang_up(&self) -> impl FnOnce() + Send + 'static + use<> {
        let output = self.output.try_clone().unwrap();
        move || output.shutdown(Shutdown::Both).unwrap()
    }

    pub(crate) fn end(mut self) -> Ended {
        let mut out = Vec::new();
        self.output.set_read_timeout(Some(PATIENCE)).unwrap();
        self.output.read_to_end(&mut out).unwrap();
        until("the program ends", || !self.is_running());
        let code = self.child.wait().unwrap().code();
        let errors = self.errors.take().unwrap().join().unwrap();
        Ended { code, text: String::from_utf8_lossy(&out).into_owned(), out, errors }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program left.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    /// The same as text.
    pub(crate) text: String,
    pub(crate) errors: String,
}

impl Ended {
    /// Holds that it ended with this exit code, and printed exactly this.
    #[track_caller]
    pub(crate) fn is(self, code: i32, text: &str) -> Self {
        assert_eq!((self.code, self.text.as_str()), (Some(code), text), "{}", self.errors);
        self
    }

    /// Holds that all of these stand among its errors, in this order.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        let mut rest = self.errors.as_str();
        for part in parts {
            let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is not in {:?}", self.errors));
            rest = &rest[at + part.len()..];
        }
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}
