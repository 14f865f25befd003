//! `cargo xtask dist`: what a release holds, in `target/dist`.
//!
//! The same commit gives the same bytes: all times are the commit's, all owners root, and what compiles, links
//! and packs has versions that are printed or pinned.

mod bill;
mod debian;
mod image;
mod programs;
mod test;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::notes;
use crate::places;
use crate::run::{ask, program, run};
use crate::steps::Steps;
pub(crate) use test::test;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A processor, as Rust and as Debian and OCI name it.
struct Architecture {
    rust: &'static str,
    debian: &'static str,
}

const ARCHITECTURES: [Architecture; 2] =
    [Architecture { rust: "x86_64", debian: "amd64" }, Architecture { rust: "aarch64", debian: "arm64" }];

impl Architecture {
    /// Static programs, which need no C library of the system.
    fn target(&self) -> String {
        format!("{}-unknown-linux-musl", self.rust)
    }

    fn built(&self, name: &str) -> PathBuf {
        places::target().join(self.target()).join("release").join(name)
    }
}

/// That of this machine.
fn own() -> Result<&'static Architecture> {
    let own = ARCHITECTURES.iter().find(|one| one.rust == env::consts::ARCH);
    own.context("a release is made on x86_64 or aarch64, since its programs write their manual pages themselves")
}

/// What tells a build of its commit: the variables that a build without git takes from its environment, and how
/// git formats them.
const OF_THE_COMMIT: [(&str, &str); 2] = [("SOURCE_DATE_EPOCH", "%ct"), ("ASHLINK_COMMIT", "%H")];

/// The variables of one commit, with their values.
pub(crate) type OfTheCommit = [(&'static str, String); 2];

/// The last commit's time, in seconds since 1970, and its hash, each by the variable that can name another.
pub(crate) fn of_the_commit() -> Result<OfTheCommit> {
    let value = |(variable, format): (&'static str, &str)| -> Result<_> {
        let log = || ask(program("git").args(["log", "-1", &format!("--format={format}")]));
        let value = env::var(variable).ok().or_else(log);
        Ok((variable, value.with_context(|| format!("this is no git checkout: set {variable}"))?))
    };
    let [epoch, hash] = OF_THE_COMMIT;
    Ok([value(epoch)?, value(hash)?])
}

/// Gives everything below `$0` the modes and times of a release, whatever the mask of new files.
const SETTLE: &str =
    r#"chmod -R u=rwX,go=rX "$0" && find "$0" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +"#;

/// A release in the making.
pub(crate) struct Release {
    epoch: String,
    /// For each processor, the files of both packages, laid out as below `/usr`.
    stage: PathBuf,
    out: PathBuf,
}

pub(crate) fn dist() -> Result<Release> {
    let mut steps = Steps::of(8);
    let toolchain = steps.step("Set up what is missing", || {
        debian::ready()?;
        image::ready()?;
        programs::ready()
    })?;
    steps.step("Build the page and the static programs", || programs::build(&toolchain))?;
    let release = Release::begin()?;
    let files = steps.step("Manual pages, completions, settings and manifest", || release.files())?;
    let licences = steps.step("Bill of materials and licences", || bill::write(&release))?;
    steps.step("Archives", || {
        for architecture in &ARCHITECTURES {
            release.lay_out(architecture, &files, &licences)?;
            release.archive(architecture)?;
        }
        Ok(())
    })?;
    steps.step("Debian packages", || ARCHITECTURES.iter().try_for_each(|one| debian::pack(&release, one, &files)))?;
    steps.step("Image", || image::build(&release))?;
    steps.step("Checksums", || release.sum_up())?;
    steps.summary();
    Ok(release)
}

impl Release {
    fn begin() -> Result<Self> {
        let [(_, epoch), _] = of_the_commit()?;
        let (stage, out) = (places::notes().join("dist"), places::target().join("dist"));
        for folder in [&stage, &out] {
            let _ = fs::remove_dir_all(folder);
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(Self { epoch, stage, out })
    }

    /// One of the distribution's tools, for which every machine is the same.
    fn tool(&self, name: &str) -> Command {
        let mut command = program(name);
        command.env("SOURCE_DATE_EPOCH", &self.epoch).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command
    }

    fn date(&self, format: &str) -> Result<String> {
        let date = ask(self.tool("date").args(["--utc", "--date", &format!("@{}", self.epoch), format]));
        date.context("`date` does not say the commit's time")
    }

    fn settle(&self, folder: &Path) -> Result<()> {
        run(self.tool("sh").args(["-c", SETTLE]).arg(folder), "settling modes and times")
    }

    /// What the programs of this machine's processor say of themselves.
    fn files(&self) -> Result<PathBuf> {
        let folder = self.stage.join("files");
        let own = own()?;
        let run_own = |name: &str, arguments: &[&str]| {
            let mut command = program(own.built(name));
            // Settings of this machine are no release's.
            command.env_clear();
            run(command.args(arguments).arg(&folder), &format!("having {name} write its files"))
        };
        run_own("ashlink-server", &["package-files"])?;
        run_own("ashlink", &["man"])?;
        for (shell, name) in [("bash", "ashlink.bash"), ("fish", "ashlink.fish"), ("zsh", "_ashlink")] {
            let script = ask(program(own.built("ashlink")).env_clear().args(["completions", shell]));
            notes::write(&folder.join(name), script.context("ashlink has no completions")? + "\n")?;
        }
        for name in ["manifest.json", "ashlink-offline.html"] {
            copy(&folder.join(name), &self.out.join(name))?;
        }
        Ok(folder)
    }

    /// The files of both packages for one processor.
    fn lay_out(&self, architecture: &Architecture, files: &Path, licences: &Path) -> Result<()> {
        for name in ["ashlink-server", "ashlink"] {
            let root = self.stage.join(architecture.rust).join(name);
            copy(&architecture.built(name), &root.join("bin").join(name))?;
            let completions = [
                (format!("{name}.bash"), format!("bash-completion/completions/{name}")),
                (format!("{name}.fish"), format!("fish/vendor_completions.d/{name}.fish")),
                (format!("_{name}"), format!("zsh/vendor-completions/_{name}")),
            ];
            for (from, to) in completions {
                copy(&files.join(from), &root.join("share").join(to))?;
            }
            copy(licences, &root.join("share/doc").join(name).join("copyright"))?;
            for page in pages(files, name)? {
                copy(&files.join(&page), &root.join("share/man/man1").join(&page))?;
            }
        }
        self.settle(&self.stage.join(architecture.rust))
    }

    /// Both packages in one archive, to be unpacked anywhere or into `/usr/local`.
    fn archive(&self, architecture: &Architecture) -> Result<()> {
        let name = format!("ashlink-{VERSION}-linux-{}", architecture.rust);
        let root = self.stage.join("archives").join(&name);
        fs::create_dir_all(&root).with_context(|| format!("cannot make {}", root.display()))?;
        for package in ["ashlink", "ashlink-server"] {
            let from = self.stage.join(architecture.rust).join(package).join(".");
            run(program("cp").arg("--recursive").arg(from).arg(&root), "copying a package's files")?;
        }
        // In a package, debhelper does this.
        let debian = places::root().join("packaging/debian");
        copy(&debian.join("ashlink-server.service"), &root.join("lib/systemd/system/ashlink-server.service"))?;
        copy(&debian.join("ashlink-server.sysusers"), &root.join("lib/sysusers.d/ashlink-server.conf"))?;
        self.settle(&root)?;
        let archive = self.out.join(format!("{name}.tar.gz"));
        self.tar(&self.stage.join("archives"), &name, &["--use-compress-program", "gzip -9n"], &archive)
    }

    /// An archive that says nothing of this machine.
    fn tar(&self, folder: &Path, member: &str, options: &[&str], archive: &Path) -> Result<()> {
        let mut tar = self.tool("tar");
        tar.args(["--format=gnu", "--sort=name", "--owner=root:0", "--group=root:0", "--mtime"]);
        tar.arg(format!("@{}", self.epoch)).args(options).arg("--directory").arg(folder);
        run(tar.arg("--create").arg("--file").arg(archive).arg(member), "making an archive")
    }

    /// Writes `SHA256SUMS`, beside which the signatures come to lie (`SHA256SUMS.minisig`, `manifest.json.minisig`).
    fn sum_up(&self) -> Result<()> {
        let mut lines = Vec::new();
        for entry in fs::read_dir(&self.out).with_context(|| format!("cannot read {}", self.out.display()))? {
            let path = entry?.path();
            let name = path.file_name().expect("it was found in a folder").to_string_lossy().into_owned();
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            lines.push((name, notes::sha256(&bytes)));
        }
        lines.sort_unstable();
        let text: String = lines.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
        print!("{}:\n{text}", places::shown(&self.out));
        notes::write(&self.out.join("SHA256SUMS"), text)
    }
}

/// The manual pages of one program: `ashlink-server-check.1` is not the command line's.
fn pages(files: &Path, program: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(files).with_context(|| format!("cannot read {}", files.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_servers = program == "ashlink-server";
    let found: Vec<_> =
        names.filter(|name| name.ends_with(".1") && name.starts_with("ashlink-server") == is_servers).collect();
    if found.is_empty() { bail!("{program} wrote no manual pages") } else { Ok(found) }
}

/// Copies a file, making the folder.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().context("a file without a folder")?;
    let copied = fs::create_dir_all(folder).and_then(|()| fs::copy(from, to));
    copied.map(drop).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}
