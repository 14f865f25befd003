//! `cargo xtask bare-test`: the README's two commands on machines that have nothing but what the
//! README asks for: Debian's smallest with Rust, a C compiler and git.

mod inside;
mod root;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::debootstrap::Release;
use crate::run::{ask, program};
use crate::steps::Steps;
use crate::{places, product, setup};
use inside::Terminal;
pub(crate) use root::Root;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Person {
    Root,
    Sudo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Readme {
    Serve,
    Test,
}

/// What a person can ask for; what is not named is all of it.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct Options {
    /// On this release of Debian alone
    #[arg(long)]
    release: Option<Release>,
    /// As this person alone
    #[arg(long = "user")]
    person: Option<Person>,
    /// With lists of packages that are half a year old on every machine
    #[arg(long)]
    aged: bool,
    /// Run this command alone
    #[arg(long)]
    only: Option<Readme>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Machine {
    release: Release,
    person: Person,
    is_aged: bool,
}

impl Options {
    /// The machines, one after the other. Both persons meet aged lists, and both releases do.
    fn machines(&self) -> Vec<Machine> {
        let all = Release::value_variants().iter().flat_map(|&release| {
            Person::value_variants().iter().map(move |&person| Machine {
                release,
                person,
                is_aged: self.aged || (release == Release::Bookworm) == (person == Person::Root),
            })
        });
        let fits = |machine: &Machine| {
            self.release.is_none_or(|release| release == machine.release)
                && self.person.is_none_or(|person| person == machine.person)
        };
        all.filter(fits).collect()
    }
}

impl Machine {
    fn name(self) -> String {
        let lists = if self.is_aged { ", aged lists" } else { "" };
        let person = if self.person == Person::Root { "root" } else { "sudo" };
        format!("{} as {person}{lists}", self.release.name())
    }
}

pub(crate) fn test(options: &Options) -> Result<()> {
    if !setup::is_root() {
        bail!("`bare-test` makes whole systems in folders, so it has to be root");
    }
    let is_wanted = |command: &Readme| options.only.is_none_or(|only| only == *command);
    let commands: Vec<Readme> = Readme::value_variants().iter().copied().filter(is_wanted).collect();
    let machines = options.machines();
    let mut steps = Steps::of(1 + machines.len() * (commands.len() + 1));
    let changed = ask(program("git").args(["status", "--porcelain"])).context("this is no git checkout")?;
    if !changed.is_empty() {
        println!("Warning: what is tested is a clone of the last commit, without these changes:\n{changed}");
    }
    steps.step("Build the command line that visits them", product::command_line)?;
    for machine in machines {
        play(machine, &commands, &mut steps)?;
    }
    steps.summary();
    Ok(())
}

fn play(machine: Machine, commands: &[Readme], steps: &mut Steps) -> Result<()> {
    let name = machine.name();
    let root = steps.step(format!("Make a bare {name}"), || {
        let root = Root::make(machine.release, machine.person)?;
        if machine.is_aged {
            root.age_lists()?;
        }
        Ok(root)
    })?;
    for command in commands {
        match command {
            Readme::Serve => steps.step(format!("cargo xtask serve, {name}"), || serve(&root))?,
            Readme::Test => steps.step(format!("cargo xtask test, {name}"), || {
                let status = Terminal::open(&root.system, "cargo xtask test", &[])?.end()?;
                if !status.success() {
                    bail!("it ended with {status}");
                }
                Ok(())
            })?,
        }
    }
    if machine.is_aged && root.has_aged_lists() {
        bail!("{name}: packages were installed by lists that are half a year old");
    }
    root.remove()
}

const PATIENCE: Duration = Duration::from_secs(90 * 60);

/// Serves until a secret has been sent and opened, and ends the server as a person would.
fn serve(root: &Root) -> Result<()> {
    let address = free_address()?;
    let mut terminal = Terminal::open(&root.system, "cargo xtask serve", &[("ASHLINK_LISTEN", address.to_string())])?;
    let give_up = Instant::now() + PATIENCE;
    while !page(address).is_ok_and(|page| page.contains("Ashlink")) {
        if terminal.has_ended()? {
            return terminal.end().and_then(|status| bail!("it ended with {status}, and nothing was served"));
        }
        if Instant::now() > give_up {
            bail!("nothing was served within {} minutes", PATIENCE.as_secs() / 60);
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    share_a_secret(address).context("a secret on the server that `cargo xtask serve` started")?;
    terminal.interrupt()?;
    // Cargo says how the server ended, or that it was interrupted itself.
    let status = terminal.end()?;
    println!("A secret was sent and opened once; after Ctrl-C the command ended with {status}.");
    Ok(())
}

/// An address of this machine that nobody listens at, among ports that no system gives to outgoing
/// connections: the build takes minutes, in which another program's could take one that is free now.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let mut addresses = (21_000..22_000).map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    addresses.find(|address| TcpListener::bind(address).is_ok()).context("there is no free port")
}

fn page(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Sends a secret with this checkout's command line, opens it, and fails to open it once more.
fn share_a_secret(address: SocketAddr) -> Result<()> {
    const SECRET: &str = "ashes to ashes";
    let mut send = program(places::command_line());
    send.args(["send", "--server", &format!("http://{address}"), "--views", "1"]);
    let mut sender = send.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start it")?;
    sender.stdin.take().context("it has no input")?.write_all(SECRET.as_bytes())?;
    let output = sender.wait_with_output().context("cannot wait for it")?;
    let link = String::from_utf8_lossy(&output.stdout);
    let open = || ask(program(places::command_line()).args(["open", link.trim()]));
    if !output.status.success() || open().as_deref() != Some(SECRET) {
        bail!("it did not come back");
    }
    if open().is_some() {
        bail!("it was opened twice");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_persons_and_both_releases_meet_aged_lists_and_one_machine_can_be_asked_for() {
        let machines = Options::default().machines();
        let aged: Vec<_> = machines.iter().filter(|machine| machine.is_aged).collect();
        assert_eq!((machines.len(), aged.len()), (4, 2));
        assert!(aged[0].person != aged[1].person && aged[0].release != aged[1].release);

        let options = Options { release: Some(Release::Trixie), person: Some(Person::Root), ..Options::default() };
        let is_aged = |options: &Options| options.machines().iter().map(|machine| machine.is_aged).collect::<Vec<_>>();
        assert_eq!(is_aged(&options), [false]);
        assert_eq!(is_aged(&Options { aged: true, ..options }), [true]);
    }
}
