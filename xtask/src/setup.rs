//! Finds what the machine lacks and installs it, or says how.
//!
//! As root (containers, CI) missing packages are installed. At a terminal the
//! exact commands are shown and run with sudo after a yes. Otherwise they are
//! printed and the task ends: nothing is installed unasked. Whatever is missing,
//! the lists of packages are fetched first: old ones name files that no mirror has.

mod catalogue;

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::run::{find, run};
use catalogue::Catalogue;
pub(crate) use catalogue::{Choice, any, since};

/// What `apt-get install` is told besides the names: no questions, nothing but
/// what was named, nothing taken away for it, and patience with another apt.
const INSTALL: [&str; 6] =
    ["install", "-qy", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=900"];
const UPDATE: [&str; 3] = ["update", "-o", "DPkg::Lock::Timeout=900"];

pub(crate) struct Need {
    /// What it is and what for, as a person would say it.
    pub(crate) what: &'static str,
    /// Whether it is there. Called on every run, so it must be cheap.
    pub(crate) met: fn() -> bool,
    /// The packages that bring it: the first choice that the distribution has in full.
    pub(crate) choices: &'static [Choice],
    /// What to look at when the packages did not bring it.
    pub(crate) hint: &'static str,
    /// Whether it comes in another way where the distribution has none of the packages.
    pub(crate) or_else: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum User {
    Root,
    /// Can be asked, and has sudo.
    AtTerminal,
    Unattended,
}

impl User {
    fn look() -> Self {
        if is_root() {
            Self::Root
        } else if io::stdin().is_terminal() && io::stderr().is_terminal() && find(&["sudo"]).is_some() {
            Self::AtTerminal
        } else {
            Self::Unattended
        }
    }
}

/// Whether the effective user, who owns the entry of our process, is root.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
}

/// Debian, Ubuntu or a relative of theirs: all of them have the file.
pub(crate) fn has_apt() -> bool {
    Path::new("/etc/debian_version").is_file() && find(&["apt-get"]).is_some()
}

pub(crate) fn ensure(needs: &[&Need]) -> Result<()> {
    let mut missing: Vec<&Need> = needs.iter().copied().filter(|need| !(need.met)()).collect();
    if !has_apt() {
        missing.retain(|need| !need.or_else);
    } else if has_lists() && !is_root() {
        // Root's lists will be of today; others are not asked for what cannot be had.
        missing.retain(|need| !need.or_else || choose(&[need]).is_ok());
    }
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        println!("Missing: {}.", need.what);
    }
    if !has_apt() {
        bail!(
            "this is not Debian or Ubuntu, so install the equivalents of these Debian packages yourself: {}",
            guess(&missing).join(" ")
        );
    }
    install(&missing)?;
    match missing.iter().find(|need| !need.or_else && !(need.met)()) {
        None => Ok(()),
        Some(Need { what, hint, .. }) => bail!("the packages are there, but this is still missing: {what} ({hint})"),
    }
}

fn install(missing: &[&Need]) -> Result<()> {
    let user = User::look();
    let words = |words: &[&str], packages: &[String]| apt_get(user, words, packages).join(" ");
    let commands = format!("  {}\n  {}", words(&UPDATE, &[]), words(&INSTALL, &guess(missing)));
    match user {
        User::Root => {}
        User::AtTerminal => {
            // What today's lists offer may be another version, or another package.
            println!("These commands fetch the lists of packages and install it:\n{commands}");
            agree("Run them now? [y/N] ")?;
        }
        User::Unattended => bail!("as root, run:\n{commands}"),
    }
    update(user)?;
    let missing: Vec<&Need> = missing.iter().copied().filter(|need| !need.or_else || choose(&[need]).is_ok()).collect();
    let packages = choose(&missing)?;
    if packages.is_empty() {
        return Ok(());
    }
    println!("Installing {} (one to five minutes).", packages.join(" "));
    run(&mut command(&apt_get(user, &INSTALL, &packages)), "installing packages")?;
    for (name, version) in installed(&packages) {
        println!("Installed {name} {version}.");
    }
    Ok(())
}

/// Fetches the lists of packages, once in a run. Where that fails for root (one of several sources may
/// be down), the old ones may still do: what gets installed is named with its version.
fn update(user: User) -> Result<()> {
    static FAILED: OnceLock<Option<String>> = OnceLock::new();
    let failed = FAILED.get_or_init(|| {
        println!("Fetching the distribution's lists of packages (about 20 s).");
        run(&mut command(&apt_get(user, &UPDATE, &[])), "updating the lists of packages")
            .err()
            .map(|error| format!("{error:#}"))
    });
    match failed {
        Some(error) if user != User::Root => bail!("{error}"),
        Some(error) => println!("Warning: {error}; going on with the lists of packages that are there."),
        None => {}
    }
    Ok(())
}

/// Fetches the lists of packages where nobody has to be asked.
pub(crate) fn update_as_root() -> Result<()> {
    if is_root() { update(User::Root) } else { Ok(()) }
}

fn has_lists() -> bool {
    let lists = fs::read_dir("/var/lib/apt/lists").into_iter().flatten().flatten();
    lists.into_iter().any(|list| list.file_name().to_string_lossy().contains("_Packages"))
}

/// The versions of those of these packages that are installed.
pub(crate) fn installed<T: AsRef<str>>(packages: &[T]) -> Vec<(String, String)> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${Package} ${Version}\n"]).args(packages.iter().map(AsRef::as_ref));
    // It fails where one of them is not there, and tells of the others all the same.
    let output = query.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let words = text.lines().filter_map(|line| line.split_once(' ')).filter(|(_, version)| !version.is_empty());
    words.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}

/// Runs a command that changes the machine and asks for sudo by itself: after a yes, or at once for root.
pub(crate) fn run_agreed(command: &mut Command, shown: &str, doing: &str) -> Result<()> {
    match User::look() {
        User::Root => {}
        User::AtTerminal => {
            println!("This command, which uses sudo, brings what is missing:\n  {shown}");
            agree("Run it now? [y/N] ")?;
        }
        User::Unattended => bail!("something may be missing; as root, run:\n  {shown}"),
    }
    run(command, doing)
}

/// Asks a question at the terminal, and fails unless the answer is yes.
fn agree(question: &str) -> Result<()> {
    print!("{question}");
    io::stdout().flush().context("cannot write to the terminal")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("cannot read from the terminal")?;
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) { Ok(()) } else { bail!("nothing was installed") }
}

fn choose(missing: &[&Need]) -> Result<Vec<String>> {
    let catalogue = Catalogue::of(missing.iter().flat_map(|need| need.choices).flat_map(Choice::names));
    let pick = |need: &&Need| {
        let none = || format!("this distribution has no packages such as {}", guess(&[need]).join(" "));
        catalogue.pick(need.choices).with_context(none)
    };
    Ok(missing.iter().map(pick).collect::<Result<Vec<_>>>()?.concat())
}

/// What to name to a person, whatever the lists say.
fn guess(missing: &[&Need]) -> Vec<String> {
    let names = missing.iter().flat_map(|need| need.choices[0].packages);
    names.map(|name| name.replace("-{}", "").replace("-1.{}", "")).collect()
}

/// The words of a command for this user; sudo only for one who was asked.
fn apt_get(user: User, words: &[&str], packages: &[String]) -> Vec<String> {
    let sudo = if user == User::AtTerminal { &["sudo"][..] } else { &[] };
    let all = [sudo, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], words].concat();
    all.into_iter().map(str::to_owned).chain(packages.iter().cloned()).collect()
}

fn command(words: &[String]) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    command
}
