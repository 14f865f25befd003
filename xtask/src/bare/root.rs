//! A bare machine: a Debian in a folder.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};

use super::Person;
use super::inside;
use crate::debootstrap::{self, Release};
use crate::janitor::Janitor;
use crate::places::{Places, cargo_home};
use crate::run::{ask, program, run};

/// Where Rust is on it.
pub(super) const RUST: &str = "/opt/rust";
/// How old aged lists are.
const HALF_A_YEAR: Duration = Duration::from_secs(183 * 24 * 60 * 60);
/// A folder of the archive that its mirrors do not have, as they have no packages of half a year ago.
const GONE: &str = "pool-of-half-a-year-ago";

/// Variables that name a file of authorities for TLS.
const AUTHORITIES: [&str; 4] = ["SSL_CERT_FILE", "CARGO_HTTP_CAINFO", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"];
/// Beginnings, in small letters, of variables that lead to the network's mirrors and proxies.
const NETWORK: [&str; 9] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "cargo_net_",
    "cargo_http_",
    "cargo_registries_",
    "cargo_source_",
    "npm_config_",
];
/// Apt's settings that do the same, and those about times of lists. A machine that has none of
/// them gets none.
const APT: [&str; 7] = [
    "Acquire::http::",
    "Acquire::https::",
    "Acquire::Retries",
    "Acquire::Check-Valid-Until",
    "Acquire::Check-Date",
    "Acquire::ForceIPv4",
    "Acquire::ForceIPv6",
];

/// The folder, and what is known of the machine in it.
pub(super) struct Root {
    folder: PathBuf,
    person: Person,
    environment: Vec<(String, String)>,
    janitor: Janitor,
}

impl Root {
    /// Makes one with Rust, a C compiler, git, and a clone of this checkout's last commit.
    pub(super) fn make(release: Release, person: Person, places: &Places) -> Result<Self> {
        let folder = places.target.join("bare").join(format!("{}-{}", release.name(), person.name()));
        // Whatever happens from here on, nothing of it stays. Programs in it end with this one
        // (see `inside`), and may take a moment.
        let mut removal = program("sh", places);
        let script = "rm -rf --one-file-system \"$0\" || { sleep 2; rm -rf --one-file-system \"$0\"; }";
        let janitor = Janitor::hire(removal.args(["-c", script]).arg(&folder))?;
        debootstrap::make(release, &folder, places)?;
        let mut root = Self { folder, person, environment: Vec::new(), janitor };
        root.connect()?;
        // Git is of no use without certificates.
        let packages = match person {
            Person::Root => "gcc libc6-dev git ca-certificates",
            Person::Sudo => "gcc libc6-dev git ca-certificates sudo",
        };
        root.as_root(&format!(
            "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends {packages}"
        ))?;
        root.bring_rust(places)?;
        root.clone_source(places)?;
        Ok(root)
    }

    /// The machine's `/`.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn person(&self) -> Person {
        self.person
    }

    /// The home of whoever runs the commands.
    pub(super) fn home(&self) -> &'static str {
        match self.person {
            Person::Root => "/root",
            Person::Sudo => "/home/ash",
        }
    }

    /// What the network of this machine wants from every program, as variables.
    pub(super) fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.join(path.trim_start_matches('/'))
    }

    fn as_root(&self, script: &str) -> Result<()> {
        run(&mut inside::command(self, Person::Root, script), "preparing a bare machine")
    }

    /// Gives it this machine's names, mirrors, proxies and authorities, and nothing that was
    /// downloaded from them.
    fn connect(&mut self) -> Result<()> {
        for name in ["/etc/resolv.conf", "/etc/hosts"] {
            let text = fs::read(name).with_context(|| format!("cannot read {name}"))?;
            self.write(name, &text)?;
        }
        let apt = ask(Command::new("apt-config").args(["dump", "Acquire"])).unwrap_or_default();
        self.write("/etc/apt/apt.conf.d/90network", network_settings(&apt).as_bytes())?;
        for (name, value) in env::vars() {
            if AUTHORITIES.contains(&&*name) {
                // At a place of its own: what is at the same path there changes with its packages.
                let copy = format!("/usr/local/share/authorities-of-the-host/{name}");
                self.write(&copy, &fs::read(&value).with_context(|| format!("cannot read {value}, as {name} says"))?)?;
                self.environment.push((name, copy));
            } else if NETWORK.iter().any(|known| name.to_lowercase().starts_with(known)) {
                self.environment.push((name, value));
            }
        }
        let home = env::home_dir().unwrap_or_default();
        let cargo = cargo_home().unwrap_or_default();
        for (from, to) in [
            (home.join(".npmrc"), ".npmrc"),
            (cargo.join("config.toml"), ".cargo/config.toml"),
            (cargo.join("config"), ".cargo/config"),
        ] {
            if let Ok(text) = fs::read(&from) {
                self.write(&format!("{}/{to}", self.home()), &text)?;
            }
        }
        if let Ok(text) = fs::read("/etc/npmrc") {
            self.write("/etc/npmrc", &text)?;
        }
        Ok(())
    }

    /// Copies the running toolchain, as small as rustup's minimal profile: no target for WASM, no
    /// clippy, no sources.
    fn bring_rust(&self, places: &Places) -> Result<()> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let sysroot =
            ask(program(rustc, places).args(["--print", "sysroot"])).context("rustc does not say where it is")?;
        if sysroot == "/usr" {
            bail!(
                "`bare-test` copies a toolchain that is in a folder of its own, as rustup's are; this one is in /usr"
            );
        }
        let target = self.at(RUST);
        fs::create_dir_all(target.join("bin")).with_context(|| format!("cannot make {}", target.display()))?;
        let from = Path::new(&sysroot);
        for name in ["bin/cargo", "bin/rustc", "bin/rustdoc", "lib"] {
            let to = target.join(name);
            run(program("cp", places).arg("-a").arg(from.join(name)).arg(&to), "copying Rust")?;
        }
        let rustlib = target.join("lib/rustlib");
        for entry in rustlib.read_dir().with_context(|| format!("cannot list {}", rustlib.display()))?.flatten() {
            let name = entry.file_name();
            if ["wasm", "src"].iter().any(|other| name.to_string_lossy().starts_with(other)) {
                fs::remove_dir_all(entry.path())
                    .with_context(|| format!("cannot remove {}", entry.path().display()))?;
            }
        }
        Ok(())
    }

    /// Clones this checkout as if from far away, for the one who will work there.
    fn clone_source(&self, places: &Places) -> Result<()> {
        let home = self.home();
        if self.person == Person::Sudo {
            self.as_root("useradd --create-home --shell /bin/bash ash && echo 'ash ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/ash")?;
        }
        let source = format!("file://{}", places.root.display());
        let target = self.at(home).join("ashlink");
        let mut clone = program("git", places);
        run(clone.args(["clone", "--quiet", "--depth=1", &source]).arg(&target), "cloning the last commit")?;
        // By name: the folder may have been there before its owner, with the settings of package managers.
        self.as_root(&format!("chown -R {0}:{0} {home}", self.person().account()))
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let path = self.at(path);
        let folder = path.parent().context("a path without a folder")?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Makes the lists of packages what they are after half a year: old, and naming files that
    /// the mirrors have no more.
    pub(super) fn age_lists(&self) -> Result<()> {
        println!("Ageing the lists of packages by half a year.");
        let folder = self.lists();
        for path in self.list_files()? {
            if path.to_string_lossy().ends_with("_Packages") {
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                fs::write(&path, text.replace("\nFilename: pool/", &format!("\nFilename: {GONE}/")))?;
            } else if path.to_string_lossy().ends_with("InRelease") {
                // With the mirror's own one in place, apt would find nothing new at the mirror.
                fs::remove_file(&path)?;
                continue;
            }
            age(&path)?;
        }
        for path in [folder.join("partial"), folder] {
            age(&path)?;
        }
        Ok(())
    }

    /// Whether they are still the aged ones.
    pub(super) fn has_aged_lists(&self) -> Result<bool> {
        Ok(self.list_files()?.iter().any(|path| fs::read(path).is_ok_and(|bytes| contains(&bytes, GONE.as_bytes()))))
    }

    fn lists(&self) -> PathBuf {
        self.at("/var/lib/apt/lists")
    }

    fn list_files(&self) -> Result<Vec<PathBuf>> {
        let folder = self.lists();
        let entries = folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))?;
        Ok(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect())
    }

    /// Takes it away.
    pub(super) fn remove(self) -> Result<()> {
        self.janitor.dismiss().context("removing a bare machine")
    }
}

fn age(path: &Path) -> Result<()> {
    let before = SystemTime::now() - HALF_A_YEAR;
    File::open(path)
        .and_then(|file| file.set_modified(before))
        .with_context(|| format!("cannot age {}", path.display()))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The lines of `apt-config dump` that lead to mirrors.
fn network_settings(dump: &str) -> String {
    let is_wanted = |line: &&str| APT.iter().any(|name| line.starts_with(name)) && !line.contains("Auto-Detect");
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
    fn bytes_are_found_in_bytes() {
        assert!(contains(b"xGONEx", b"GONE") && !contains(b"xGONx", b"GONE") && !contains(b"", b"GONE"));
    }
}
