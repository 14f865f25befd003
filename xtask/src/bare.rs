//! `cargo xtask bare-test`: the README's two commands on machines that have nothing but what the
//! README asks for: Debian's smallest with Rust, a C compiler and git.

mod inside;
mod root;
mod visit;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::debootstrap::Release;
use crate::places::Places;
use crate::run::{ask, program};
use crate::setup::machine::User;
use crate::steps::Steps;
use inside::Terminal;
use root::Root;

/// Who runs the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// Root, who is asked nothing.
    Root,
    /// Somebody with sudo, who says yes at a terminal.
    Sudo,
}

/// One of the README's commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readme {
    /// `cargo xtask serve`
    Serve,
    /// `cargo xtask test`
    Test,
}

/// What a person can ask for; what is not named is all of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// One release.
    pub(crate) release: Option<Release>,
    /// One person.
    pub(crate) person: Option<Person>,
    /// Lists of packages half a year old, on every machine.
    pub(crate) aged: bool,
    /// One command.
    pub(crate) only: Option<Readme>,
}

/// One machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Machine {
    release: Release,
    person: Person,
    /// Whether its lists of packages are half a year old.
    is_aged: bool,
}

impl Readme {
    /// Both of them.
    pub(crate) const ALL: [Self; 2] = [Self::Serve, Self::Test];

    /// The task's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Test => "test",
        }
    }
}

impl Person {
    /// Both of them.
    pub(crate) const ALL: [Self; 2] = [Self::Root, Self::Sudo];

    /// What the command line calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Sudo => "sudo",
        }
    }

    /// Its account on the machine.
    const fn account(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Sudo => "ash",
        }
    }
}

impl Options {
    /// The machines, one after the other. Both persons meet aged lists, and both releases do.
    fn machines(&self) -> Vec<Machine> {
        let all = Release::ALL.into_iter().flat_map(|release| {
            Person::ALL.map(|person| Machine {
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

    fn commands(&self) -> Vec<Readme> {
        Readme::ALL.into_iter().filter(|command| self.only.is_none_or(|only| only == *command)).collect()
    }
}

impl Machine {
    fn name(self) -> String {
        let lists = if self.is_aged { ", aged lists" } else { "" };
        format!("{} as {}{lists}", self.release.name(), self.person.name())
    }
}

/// Whether this user may make such machines.
pub(crate) fn is_possible() -> bool {
    crate::setup::machine::Machine::look().user == User::Root
}

/// Makes each machine, runs the commands on it, and takes it away again.
pub(crate) fn test(places: &Places, options: &Options) -> Result<()> {
    if !is_possible() {
        bail!("`bare-test` makes whole systems in folders, so it has to be root");
    }
    let (machines, commands) = (options.machines(), options.commands());
    let mut steps = Steps::of(machines.len() * (commands.len() + 1));
    for machine in machines {
        play(machine, &commands, &mut steps, places)?;
    }
    say_what_is_not_committed(places)?;
    steps.summary();
    Ok(())
}

fn play(machine: Machine, commands: &[Readme], steps: &mut Steps, places: &Places) -> Result<()> {
    let name = machine.name();
    let root = steps.step(format!("Make a bare {name}"), || {
        say_what_is_not_committed(places)?;
        let root = Root::make(machine.release, machine.person, places)?;
        if machine.is_aged {
            root.age_lists()?;
        }
        Ok(root)
    })?;
    for command in commands {
        match command {
            Readme::Serve => steps.step(format!("cargo xtask serve, {name}"), || serve(&root))?,
            Readme::Test => steps.step(format!("cargo xtask test, {name}"), || {
                Terminal::open(&root, "cargo xtask test", &[])?.end().and_then(succeeded)
            })?,
        }
    }
    if machine.is_aged && root.has_aged_lists()? {
        bail!("{name}: packages were installed by lists that are half a year old");
    }
    root.remove()
}

/// How long the first build may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(90 * 60);

/// Serves until a secret has been created and claimed, and ends the server as a person would.
fn serve(root: &Root) -> Result<()> {
    let address = visit::free_address()?;
    let mut terminal = Terminal::open(root, "cargo xtask serve", &[("ASHLINK_LISTEN", address.to_string())])?;
    let give_up = Instant::now() + PATIENCE;
    while !visit::is_served(address) {
        if terminal.has_ended()? {
            return terminal.end().and_then(|status| bail!("it ended with {status}, and nothing was served"));
        }
        if Instant::now() > give_up {
            bail!("nothing was served within {} minutes", PATIENCE.as_secs() / 60);
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    visit::create_and_claim(address).context("a secret on the server that `cargo xtask serve` started")?;
    terminal.interrupt()?;
    // Cargo says how the server ended, or that it was interrupted itself.
    let status = terminal.end()?;
    println!("A secret was created and claimed; after Ctrl-C the command ended with {status}.");
    Ok(())
}

fn succeeded(status: std::process::ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("it ended with {status}");
    }
    Ok(())
}

/// What is tested is a clone, which has what is committed.
fn say_what_is_not_committed(places: &Places) -> Result<()> {
    let status = ask(program("git", places).args(["status", "--porcelain"])).context("this is no git checkout")?;
    let files = status.lines().count();
    if files > 0 {
        println!("Warning: what is tested is the last commit, without the changes in {files} files or folders.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_persons_and_both_releases_meet_aged_lists() {
        let machines = Options::default().machines();
        assert_eq!(machines.len(), 4);
        let aged: Vec<_> = machines.iter().filter(|machine| machine.is_aged).collect();
        assert_eq!(aged.len(), 2);
        assert!(aged[0].person != aged[1].person && aged[0].release != aged[1].release);
    }

    #[test]
    fn one_machine_can_be_asked_for() {
        let options = Options { release: Some(Release::Trixie), person: Some(Person::Root), ..Options::default() };
        let is_aged = |options: &Options| options.machines().iter().map(|machine| machine.is_aged).collect::<Vec<_>>();
        assert_eq!(is_aged(&options), [false]);
        assert_eq!(is_aged(&Options { aged: true, ..options }), [true]);
    }
}
