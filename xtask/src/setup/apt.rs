//! Installing Debian packages: choosing them, and running or printing the commands.

mod catalogue;
mod lists;

use std::io::{self, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::machine::{Machine, User};
use super::need::Need;
use crate::run::run;
use catalogue::Catalogue;
use lists::Lists;

/// What `apt-get install` is told besides the names: no questions, nothing but
/// what was named, nothing taken away for it, and patience with another apt.
const INSTALL: [&str; 6] =
    ["install", "-qy", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=900"];

/// What `apt-get update` is told.
const UPDATE: [&str; 3] = ["update", "-o", "DPkg::Lock::Timeout=900"];

/// Whether the distribution has a package of this name, by lists that are fetched first where
/// they are old and this user may.
pub(crate) fn offers(package: &str) -> bool {
    let machine = Machine::look();
    if !machine.has_apt {
        return false;
    }
    refresh_as_root(&machine);
    Catalogue::of(&[package]).has(package)
}

/// Installs the packages for these needs, in the way this user allows.
pub(crate) fn install(missing: &[&Need], machine: &Machine) -> Result<()> {
    let are_old = Lists::here().are_old();
    match machine.user {
        User::Root => refresh_as_root(machine),
        User::AtTerminal if are_old => {
            // What they offer may be another version, or another package.
            println!("The lists of packages are older than a day, so they come first:");
            println!("  {}\n  {}", shown("sudo ", &UPDATE, &[]), shown("sudo ", &INSTALL, &guess(missing)));
            agree("Run these commands now? [y/N] ")?;
            update(machine.user)?;
        }
        User::AtTerminal => {}
        User::Unattended => {
            let update = if are_old { format!("\n  {}", shown("", &UPDATE, &[])) } else { String::new() };
            bail!("as root, run:{update}\n  {}", shown("", &INSTALL, &guess(missing)));
        }
    }
    let Some(packages) = choose(missing) else {
        bail!("this distribution has no packages such as {}", first_choices(missing).join(" "));
    };
    if machine.user == User::AtTerminal && !are_old {
        println!("This command would install it:\n  {}", shown("sudo ", &INSTALL, &packages));
        agree("Run it now? [y/N] ")?;
    }
    install_packages(&packages, machine)
}

/// Brings a package of which an older version is installed up to the lists' version. Only root is
/// not asked; whoever else has to be told by the caller.
pub(super) fn upgrade(package: &str, machine: &Machine) -> Result<()> {
    if !machine.has_apt || machine.user != User::Root {
        return Ok(());
    }
    refresh_as_root(machine);
    install_packages(&[package.to_owned()], machine)
}

fn install_packages(packages: &[String], machine: &Machine) -> Result<()> {
    println!("Installing {} (one to five minutes).", packages.join(" "));
    let mut command = apt_get(machine.user, &INSTALL, packages);
    let first = run(&mut command, "installing packages");
    if first.is_err() && machine.user == User::Root {
        // Even today's lists may name files that the mirror has replaced since.
        update(machine.user)?;
        run(&mut command, "installing packages")?;
    } else {
        first?;
    }
    for (name, version) in installed(packages) {
        println!("Installed {name} {version}.");
    }
    Ok(())
}

/// The versions of these packages, of those that are installed.
pub(super) fn installed<T: AsRef<str>>(packages: &[T]) -> Vec<(String, String)> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${Package} ${Version}\n"]).args(packages.iter().map(AsRef::as_ref));
    // It fails where one of them is not there, and tells of the others all the same.
    let output = query.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let words = text.lines().filter_map(|line| line.split_once(' ')).filter(|(_, version)| !version.is_empty());
    words.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}

/// Asks a question at the terminal, and fails unless the answer is yes.
fn agree(question: &str) -> Result<()> {
    if agreed(question)? { Ok(()) } else { bail!("nothing was installed") }
}

/// Asks a question at the terminal; anything but a yes is a no.
pub(crate) fn agreed(question: &str) -> Result<bool> {
    print!("{question}");
    io::stdout().flush().context("cannot write to the terminal")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("cannot read from the terminal")?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// Root fetches old lists. Where that fails (one of several sources may be down) the old ones may
/// still do: what gets installed is named with its version.
fn refresh_as_root(machine: &Machine) {
    if machine.user == User::Root
        && Lists::here().are_old()
        && let Err(error) = update(User::Root)
    {
        println!("Warning: {error:#}; going on with lists of packages that are older than a day.");
    }
}

/// Fetches the lists of packages.
fn update(user: User) -> Result<()> {
    println!("Fetching the distribution's lists of packages (about 20 s).");
    Lists::here().fetch(|| run(&mut apt_get(user, &UPDATE, &[]), "updating the lists of packages"))
}

/// The packages for all needs, or `None` when one of them has no choice that the lists can fill.
fn choose(missing: &[&Need]) -> Option<Vec<String>> {
    let names: Vec<&str> =
        missing.iter().flat_map(|need| need.choices).flat_map(|choice| choice.packages).copied().collect();
    let catalogue = Catalogue::of(&names);
    let picked: Option<Vec<_>> = missing.iter().map(|need| catalogue.pick(need.choices)).collect();
    Some(picked?.concat())
}

/// What to name to a person, by lists that may be old or none.
fn guess(missing: &[&Need]) -> Vec<String> {
    choose(missing).unwrap_or_else(|| first_choices(missing))
}

/// What to name when the lists are empty.
fn first_choices(missing: &[&Need]) -> Vec<String> {
    missing.iter().flat_map(|need| need.choices[0].packages).map(|name| name.replace("-{}", "")).collect()
}

/// The command for this user; sudo only for one who was asked.
fn apt_get(user: User, words: &[&str], packages: &[String]) -> Command {
    let mut command = match user {
        User::AtTerminal => {
            let mut command = Command::new("sudo");
            command.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        }
        User::Root | User::Unattended => {
            let mut command = Command::new("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive");
            command
        }
    };
    command.args(words).args(packages);
    command
}

/// The command as one would type it.
fn shown(before: &str, words: &[&str], packages: &[String]) -> String {
    let names: String = packages.iter().map(|name| format!(" {name}")).collect();
    format!("{before}env DEBIAN_FRONTEND=noninteractive apt-get {}{names}", words.join(" "))
}
