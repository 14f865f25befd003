//! `ashlink` at a terminal of its own, and somebody who types.

use crate::program::{ASHLINK, PATIENCE, path, until};
use crate::site::Site;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) struct Terminal {
    process: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    /// What reads that, until nothing comes any more.
    reading: Option<JoinHandle<()>>,
    /// How much of that was there at the last answer.
    read: usize,
    /// Its home, in which it is.
    home: TempDir,
}

impl Terminal {
    /// Starts it with these words, as a shell reads them (at the terminal of util-linux's `script`).
    pub(crate) fn start(site: &Site, words: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        // Which terminal it is, so that one can see when it is silent.
        let program = format!("tty > \"$TTY_FILE\"; exec {ASHLINK} {words}");
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &program, "/dev/null"]);
        command.env_clear().env("PATH", path()).env("HOME", home.path()).env("TERM", "xterm").env("SHELL", "/bin/sh");
        command.env("ASHLINK_SERVER", site.url()).env("TTY_FILE", home.path().join("tty")).current_dir(home.path());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = process.stdout.take().unwrap();
        let shown = Arc::<Mutex<Vec<u8>>>::default();
        let all = Arc::clone(&shown);
        let reading = thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                all.lock().unwrap().extend(&buffer[..read]);
            }
        });
        Self { process, shown, reading: Some(reading), read: 0, home }
    }

    /// All that the terminal has shown.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Waits for a prompt at the end of what is new, and for the silence after it, and types.
    pub(crate) fn answer(&mut self, prompt: &str, text: &str) {
        self.wait_for(prompt);
        until("what is typed is not shown", || self.is_silent());
        writeln!(self.process.stdin.as_mut().unwrap(), "{text}").unwrap();
    }

    /// The same at a prompt whose answer may be seen.
    pub(crate) fn answer_shown(&mut self, prompt: &str, text: &str) {
        self.wait_for(prompt);
        writeln!(self.process.stdin.as_mut().unwrap(), "{text}").unwrap();
    }

    fn wait_for(&mut self, prompt: &str) {
        let give_up = Instant::now() + PATIENCE;
        while !self.shown()[self.read..].ends_with(prompt) {
            assert!(Instant::now() < give_up && self.is_running(), "{prompt:?} is not in {:?}", self.shown());
            thread::sleep(Duration::from_millis(5));
        }
        self.read = self.shown().len();
    }

    /// Whether the terminal does not show what is typed. The prompt comes before that is so.
    fn is_silent(&self) -> bool {
        let place = fs::read_to_string(self.home.path().join("tty")).unwrap();
        let settings = Command::new("stty").args(["-a", "-F", place.trim()]).output().unwrap();
        String::from_utf8_lossy(&settings.stdout).split_whitespace().any(|word| word == "-echo")
    }

    fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Waits for its end: its exit code, and all that was shown.
    pub(crate) fn end(&mut self) -> (i32, String) {
        until("the program ends", || !self.is_running());
        let code = self.process.wait().unwrap().code().unwrap();
        self.reading.take().unwrap().join().unwrap();
        (code, self.shown())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
