//! Installing Debian packages: choosing them, and running or printing the commands.

mod catalogue;

use std::io::{self, Write};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::machine::{Machine, User};
use super::need::Need;
use crate::run::run;
use catalogue::Catalogue;

/// What `apt-get install` is told besides the names: no questions, nothing but
/// what was named, nothing taken away for it, and patience with another apt.
const INSTALL: [&str; 6] =
    ["install", "-qy", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=900"];

/// What `apt-get update` is told.
const UPDATE: [&str; 3] = ["update", "-o", "DPkg::Lock::Timeout=900"];

/// Whether the distribution has a package of this name. Root, who may, fetches the lists before a no.
pub(crate) fn offers(package: &str) -> bool {
    let machine = Machine::look();
    let listed = || Catalogue::of(&[package]).has(package);
    machine.has_apt && (listed() || (machine.user == User::Root && update(User::Root).is_ok() && listed()))
}

/// Installs the packages for these needs, in the way this user allows.
pub(crate) fn install(missing: &[&Need], machine: &Machine) -> Result<()> {
    let mut packages = choose(missing);
    if packages.is_none() && machine.user == User::Root {
        update(machine.user)?;
        packages = choose(missing);
    }
    let known = packages.is_some();
    let packages = packages.unwrap_or_else(|| first_choices(missing));

    match machine.user {
        User::Root if !known => {
            bail!("this distribution has no packages such as {}", packages.join(" "));
        }
        User::Root => {}
        User::AtTerminal => ask(&packages)?,
        User::Unattended => {
            bail!("as root, run:\n  {}\n  {}", shown("", &UPDATE, &[]), shown("", &INSTALL, &packages));
        }
    }
    if machine.user == User::AtTerminal {
        update(machine.user)?;
    }
    println!("Installing {} (one to five minutes).", packages.join(" "));
    let first = run(&mut apt_get(machine.user, &INSTALL, &packages), "installing packages");
    if first.is_ok() || machine.user != User::Root {
        return first;
    }
    // Old lists name files that the mirror no longer has.
    update(machine.user)?;
    run(&mut apt_get(machine.user, &INSTALL, &packages), "installing packages")
}

/// Shows the commands and waits for a yes.
fn ask(packages: &[String]) -> Result<()> {
    println!("These commands would install it:");
    println!("  {}\n  {}", shown("sudo ", &UPDATE, &[]), shown("sudo ", &INSTALL, packages));
    if agreed("Run them now? [y/N] ")? { Ok(()) } else { bail!("nothing was installed") }
}

/// Asks a question at the terminal; anything but a yes is a no.
pub(crate) fn agreed(question: &str) -> Result<bool> {
    print!("{question}");
    io::stdout().flush().context("cannot write to the terminal")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("cannot read from the terminal")?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// Fetches the lists of packages.
fn update(user: User) -> Result<()> {
    println!("Fetching the distribution's lists of packages (about 20 s).");
    run(&mut apt_get(user, &UPDATE, &[]), "updating the lists of packages")
}

/// The packages for all needs, or `None` when one of them has no choice that the lists can fill.
fn choose(missing: &[&Need]) -> Option<Vec<String>> {
    let names: Vec<&str> =
        missing.iter().flat_map(|need| need.choices).flat_map(|choice| choice.packages).copied().collect();
    let catalogue = Catalogue::of(&names);
    let picked: Option<Vec<_>> = missing.iter().map(|need| catalogue.pick(need.choices)).collect();
    Some(picked?.concat())
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
