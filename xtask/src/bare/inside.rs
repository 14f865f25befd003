//! Running programs on a bare machine.
//!
//! Each run has namespaces of its own (namespaces(7)): its mounts are seen by nobody else and end
//! with it, and so does every process in it, however this one ends.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};

use super::Person;
use super::root::{RUST, Root};

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

/// A shell script on the machine, in its person's clone or, for root, anywhere.
pub(super) fn command(root: &Root, person: Person, script: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation"]);
    command.args(["private", "sh", "-c", ENTER, "enter"]).arg(root.folder());
    let home = match person {
        Person::Root => "/root",
        Person::Sudo => root.home(),
    };
    command.arg(format!("--userspec={0}:{0}", person.account())).arg(root.folder());
    command.args(["/bin/sh", "-c", script]);
    command.env_clear().env("HOME", home).env("USER", person.account()).env("LOGNAME", person.account());
    command.env("PATH", format!("{RUST}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    command.env("LANG", "C.UTF-8").env("TERM", "dumb").env("CARGO_TERM_PROGRESS_WHEN", "never");
    command.envs(root.environment().iter().map(|(name, value)| (name, value)));
    command
}

/// A terminal of the machine's person, at which one command runs and every question gets a yes.
pub(super) struct Terminal {
    /// Behind it are `script`, which makes the terminal, and the command.
    child: Child,
    keyboard: ChildStdin,
    screen: JoinHandle<()>,
    answers: std::sync::mpsc::Receiver<()>,
}

impl Terminal {
    /// Types the command there.
    pub(super) fn open(root: &Root, line: &str, variables: &[(&str, String)]) -> Result<Self> {
        let script = format!("cd ~/ashlink && exec script --quiet --return --flush --command '{line}' /dev/null");
        let mut command = command(root, root.person(), &script);
        command.envs(variables.iter().map(|(name, value)| (*name, value)));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start setpriv")?;
        let keyboard = child.stdin.take().context("it has no input")?;
        let mut output = child.stdout.take().context("it has no output")?;
        let (asked, answers) = std::sync::mpsc::channel();
        let screen = thread::spawn(move || {
            let (mut bytes, mut seen) = ([0; 4096], Vec::new());
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let mut out = std::io::stdout().lock();
                // Who closed our own output does not want to see it.
                let _ = out.write_all(&bytes[..count]).and_then(|()| out.flush());
                seen.extend_from_slice(&bytes[..count]);
                if seen.ends_with(QUESTION) {
                    let _ = asked.send(());
                }
                seen.drain(..seen.len().saturating_sub(QUESTION.len()));
            }
        });
        Ok(Self { child, keyboard, screen, answers })
    }

    /// Answers what was asked, and says whether the command has ended.
    pub(super) fn has_ended(&mut self) -> Result<bool> {
        while self.answers.try_recv().is_ok() {
            self.keyboard.write_all(b"y\n").context("cannot answer")?;
        }
        Ok(self.child.try_wait().context("cannot wait")?.is_some())
    }

    /// Ctrl-C.
    pub(super) fn interrupt(&mut self) -> Result<()> {
        self.keyboard.write_all(b"\x03").context("cannot type")
    }

    /// Waits for the command to end, answering on the way.
    pub(super) fn end(mut self) -> Result<ExitStatus> {
        while let Ok(()) = self.answers.recv() {
            self.keyboard.write_all(b"y\n").context("cannot answer")?;
        }
        let status = self.child.wait().context("cannot wait")?;
        // It ends when the other end of the output is closed, as it is by now.
        drop(self.screen.join());
        Ok(status)
    }
}
