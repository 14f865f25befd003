//! Running programs on a bare machine.
//!
//! Each run has namespaces of its own (namespaces(7)): its mounts are seen by nobody else and end
//! with it, and so does every process in it, however this one ends.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};

use super::Person;

/// Mounts what a running system has, with the devices that anybody may use, and goes in.
const ENTER: &str = r#"
set -e
root=$1; shift
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 dev "$root/dev"
for name in null zero full random urandom tty; do
    : > "$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"; ln -s fd/1 "$root/dev/stdout"; ln -s fd/2 "$root/dev/stderr"
# Not `exec`: the first process has to collect those that others leave behind.
chroot "$@" || exit $?
"#;

/// What setup asks at a terminal ends in this.
const QUESTION: &[u8] = b"[y/N] ";

pub(super) const RUST: &str = "/opt/rust";

pub(super) fn account(person: Person) -> &'static str {
    if person == Person::Root { "root" } else { "ash" }
}

pub(super) fn home(person: Person) -> &'static str {
    if person == Person::Root { "/root" } else { "/home/ash" }
}

/// A system in a folder.
pub(super) struct System {
    pub(super) folder: PathBuf,
    /// Whoever runs the README's commands.
    pub(super) person: Person,
    /// What the network wants from every program, as variables.
    pub(super) environment: Vec<(String, String)>,
}

impl System {
    /// A shell script of its person or of root.
    pub(super) fn command(&self, person: Person, script: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation"]);
        command.args(["private", "sh", "-c", ENTER, "enter"]).arg(&self.folder);
        let account = account(person);
        command.arg(format!("--userspec={account}:{account}")).arg(&self.folder);
        command.args(["/bin/sh", "-c", script]);
        command.env_clear().env("HOME", home(person)).env("USER", account).env("LOGNAME", account);
        command.env("PATH", format!("{RUST}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        command.env("LANG", "C.UTF-8").env("TERM", "dumb").env("CARGO_TERM_PROGRESS_WHEN", "never");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A terminal of the machine's person, at which one command runs and every question gets a yes.
pub(super) struct Terminal {
    /// Behind it are `script`, which makes the terminal, and the command.
    child: Child,
    keyboard: Arc<Mutex<ChildStdin>>,
    screen: JoinHandle<()>,
}

impl Terminal {
    pub(super) fn open(system: &System, line: &str, variables: &[(&str, String)]) -> Result<Self> {
        let script = format!("cd ~/ashlink && exec script --quiet --return --flush --command '{line}' /dev/null");
        let mut command = system.command(system.person, &script);
        command.envs(variables.iter().map(|(name, value)| (*name, value)));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start setpriv")?;
        let keyboard = Arc::new(Mutex::new(child.stdin.take().context("it has no input")?));
        let mut output = child.stdout.take().context("it has no output")?;
        let answers = Arc::clone(&keyboard);
        let screen = thread::spawn(move || {
            let (mut bytes, mut seen) = ([0; 4096], Vec::new());
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let mut out = std::io::stdout().lock();
                // Who closed our own output does not want to see it.
                let _ = out.write_all(&bytes[..count]).and_then(|()| out.flush());
                seen.extend_from_slice(&bytes[..count]);
                if seen.ends_with(QUESTION) {
                    // A command that has ended needs no answer.
                    let _ = typed(&answers, b"y\n");
                }
                seen.drain(..seen.len().saturating_sub(QUESTION.len()));
            }
        });
        Ok(Self { child, keyboard, screen })
    }

    pub(super) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait().context("cannot wait")?.is_some())
    }

    /// Types Ctrl-C, of which the terminal makes SIGINT.
    pub(super) fn interrupt(&self) -> Result<()> {
        typed(&self.keyboard, b"\x03").context("cannot type")
    }

    pub(super) fn end(mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context("cannot wait")?;
        // It ends when the other end of the output is closed, as it is by now.
        drop(self.screen.join());
        Ok(status)
    }
}

fn typed(keyboard: &Mutex<ChildStdin>, bytes: &[u8]) -> std::io::Result<()> {
    keyboard.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)
}
