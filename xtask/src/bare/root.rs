//! A bare machine: a Debian in a folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Person;
use super::inside::{self, RUST, System, home};
use crate::debootstrap::{self, Release};
use crate::janitor::Janitor;
use crate::notes;
use crate::places::{self, cargo_home};
use crate::run::{ask, program, run, rustc};

/// A folder of the archive that its mirrors do not have, as they have no packages of half a year ago.
const GONE: &str = "pool-of-half-a-year-ago";

const LISTS: &str = "/var/lib/apt/lists";

/// Variables that name a file of authorities for TLS.
const AUTHORITIES: [&str; 4] = ["SSL_CERT_FILE", "CARGO_HTTP_CAINFO", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"];
/// Beginnings, in small letters, of variables that lead to the network's mirrors and proxies.
#[rustfmt::skip]
const NETWORK: [&str; 9] = [
    "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "cargo_net_", "cargo_http_", "cargo_registries_", "cargo_source_", "npm_config_",
];

/// Copies the toolchain in `$1` to `$2`, as small as rustup's minimal profile: no target for WASM, no clippy,
/// no sources.
const COPY_RUST: &str = r#"mkdir -p "$2/bin"; cp -a "$1/lib" "$2"; cp -a "$1/bin/cargo" "$1/bin/rustc" "$1/bin/rustdoc" "$2/bin"
rm -rf "$2"/lib/rustlib/wasm* "$2/lib/rustlib/src""#;
/// Makes the lists of packages in `$1` what they are after half a year: old, and naming files in `$2`, which
/// the mirrors do not have. With a mirror's own InRelease in place, apt would find nothing new there.
const AGE_LISTS: &str = r#"sed -i "s,^Filename: pool/,Filename: $2/," "$1"/*_Packages; rm -f "$1"/*InRelease
find "$1" -exec touch -d '183 days ago' {} +"#;

/// The folder, and what takes it away again.
pub(crate) struct Root {
    pub(super) system: System,
    janitor: Janitor,
}

impl Root {
    /// Makes one with Rust, a C compiler, git, and a clone of this checkout's last commit.
    pub(super) fn make(release: Release, person: Person) -> Result<Self> {
        let root = Self::bare(&format!("{}-{}", release.name(), inside::account(person)), release, person)?;
        // Git is of no use without certificates.
        let sudo = if person == Person::Sudo { " sudo" } else { "" };
        root.prepare(&format!(
            "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
             gcc libc6-dev git ca-certificates{sudo}"
        ))?;
        root.bring_rust()?;
        root.clone_source()?;
        Ok(root)
    }

    /// Makes one with nothing but Debian's smallest, and with this machine's ways to the network.
    pub(crate) fn bare(name: &str, release: Release, person: Person) -> Result<Self> {
        let folder = places::target().join("bare").join(name);
        // Whatever happens from here on, nothing of it stays. Programs in it end with this one
        // (see `inside`), and may take a moment.
        let mut removal = program("sh");
        let script = "rm -rf --one-file-system \"$0\" || { sleep 2; rm -rf --one-file-system \"$0\"; }";
        let janitor = Janitor::hire(removal.args(["-c", script]).arg(&folder))?;
        debootstrap::make(release, &folder)?;
        let mut root = Self { system: System { folder, person, environment: Vec::new() }, janitor };
        root.connect()?;
        Ok(root)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.system.folder.join(path.trim_start_matches('/'))
    }

    pub(crate) fn as_root(&self, script: &str, doing: &str) -> Result<()> {
        run(&mut self.system.command(Person::Root, script), doing)
    }

    fn prepare(&self, script: &str) -> Result<()> {
        self.as_root(script, "preparing a bare machine")
    }

    /// Gives it this machine's names, mirrors, proxies and authorities, and nothing that was
    /// downloaded from them.
    fn connect(&mut self) -> Result<()> {
        let apt = ask(Command::new("apt-config").args(["dump", "Acquire"])).unwrap_or_default();
        self.write("/etc/apt/apt.conf.d/90network", network_settings(&apt).as_bytes())?;
        for (name, value) in env::vars() {
            if AUTHORITIES.contains(&&*name) {
                // At a place of its own: what is at the same path there changes with its packages.
                let copy = format!("/usr/local/share/authorities-of-the-host/{name}");
                self.write(&copy, &fs::read(&value).with_context(|| format!("cannot read {value}, as {name} says"))?)?;
                self.system.environment.push((name, copy));
            } else if NETWORK.iter().any(|known| name.to_lowercase().starts_with(known)) {
                self.system.environment.push((name, value));
            }
        }
        let (here, cargo) = (env::home_dir().unwrap_or_default(), cargo_home().unwrap_or_default());
        let system = ["/etc/resolv.conf", "/etc/hosts", "/etc/npmrc"].map(|name| (name.into(), name.to_owned()));
        let own = [
            (here.join(".npmrc"), format!("{}/.npmrc", home(self.system.person))),
            (cargo.join("config.toml"), format!("{}/.cargo/config.toml", home(self.system.person))),
        ];
        // Few machines have all of them.
        for (from, to) in system.into_iter().chain(own).filter(|(from, _): &(PathBuf, _)| from.is_file()) {
            self.write(&to, &fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?)?;
        }
        Ok(())
    }

    fn bring_rust(&self) -> Result<()> {
        let sysroot = ask(rustc().args(["--print", "sysroot"])).context("rustc does not say where it is")?;
        if sysroot == "/usr" {
            bail!(
                "`bare-test` copies a toolchain that is in a folder of its own, as rustup's are; this one is in /usr"
            );
        }
        shell(COPY_RUST, &[Path::new(&sysroot), &self.at(RUST)], "copying Rust")
    }

    /// Clones this checkout as if from far away, for the one who will work there.
    fn clone_source(&self) -> Result<()> {
        let home = home(self.system.person);
        if self.system.person == Person::Sudo {
            self.prepare("useradd --create-home --shell /bin/bash ash && echo 'ash ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/ash")?;
        }
        let source = format!("file://{}", places::root().display());
        let target = self.at(home).join("ashlink");
        let mut clone = program("git");
        run(clone.args(["clone", "--quiet", "--depth=1", &source]).arg(&target), "cloning the last commit")?;
        // By name: the folder may have been there before its owner, with the settings of package managers.
        self.prepare(&format!("chown -R {0}:{0} {home}", inside::account(self.system.person)))
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        notes::write(&self.at(path), bytes)
    }

    pub(super) fn age_lists(&self) -> Result<()> {
        shell(AGE_LISTS, &[&self.at(LISTS), Path::new(GONE)], "ageing the lists of packages by half a year")
    }

    pub(super) fn has_aged_lists(&self) -> bool {
        ask(program("grep").args(["-rqs", GONE]).arg(self.at(LISTS))).is_some()
    }

    pub(crate) fn remove(self) -> Result<()> {
        self.janitor.dismiss().context("removing a bare machine")
    }
}

fn shell(script: &str, arguments: &[&Path], doing: &str) -> Result<()> {
    run(program("sh").args(["-euc", script, "sh"]).args(arguments), doing)
}

/// The lines of `apt-config dump` that lead to mirrors, and those about times of lists.
fn network_settings(dump: &str) -> String {
    let names = ["http::", "https::", "Retries", "Check-", "ForceIP"];
    let is_wanted = |line: &&str| {
        let setting = line.strip_prefix("Acquire::").filter(|setting| !setting.contains("Auto-Detect"));
        setting.is_some_and(|setting| names.iter().any(|name| setting.starts_with(name)))
    };
    dump.lines().filter(is_wanted).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_apts_settings_those_about_the_network_are_taken() {
        let dump = "Acquire \"\";\nAcquire::http::Proxy \"http://p:1\";\nAcquire::http::Proxy-Auto-Detect \"/x\";\n\
                    Acquire::Check-Valid-Until \"false\";\nAcquire::GzipIndexes \"true\";\n";
        assert_eq!(
            network_settings(dump),
            "Acquire::http::Proxy \"http://p:1\";\nAcquire::Check-Valid-Until \"false\";\n"
        );
    }

    #[test]
    fn aged_lists_name_what_is_gone_until_they_are_fetched_again() {
        let folder = tempfile::tempdir().unwrap();
        let janitor = Janitor::hire(&Command::new("true")).unwrap();
        let system = System { folder: folder.path().into(), person: Person::Root, environment: Vec::new() };
        let root = Root { system, janitor };
        root.write(&format!("{LISTS}/a_InRelease"), b"").unwrap();
        root.write(&format!("{LISTS}/a_Packages"), b"Package: a\nFilename: pool/a.deb\n").unwrap();
        assert!(!root.has_aged_lists());
        root.age_lists().unwrap();
        assert!(root.has_aged_lists() && !root.at(&format!("{LISTS}/a_InRelease")).exists());
    }
}
