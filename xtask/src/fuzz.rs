//! The fuzz targets under libFuzzer, on the ordinary compiler: what counts coverage is a pass
//! of LLVM's that stable Rust can be told to run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::places::{self, shown};
use crate::run::{cargo, find, host, program, run};
use crate::setup::{self, Need, any};

const CXX: Need = Need {
    what: "a C++ compiler, for the fuzzer",
    met: || std::env::var_os("CXX").is_some() || find(&["c++"]).is_some(),
    choices: &[any(&["g++"])],
    hint: "set CXX to the path of the compiler",
    or_else: false,
};

/// For how long a target runs when nothing else is said, in seconds.
const SECONDS: u32 = 60;
/// An input that takes longer is a find, in seconds; an ordinary one takes less than a millisecond.
const TIMEOUT: u32 = 10;
/// The longest input, in bytes: a body of base64url with an envelope in it fits, and more only
/// makes the fuzzer slow.
const LONGEST: u32 = 4096;
/// The most memory of the whole process, in MiB.
const MEMORY: u32 = 1024;

/// Counts the edges between blocks, and shows the fuzzer what values are compared with.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

const TARGET: &str = "ASHLINK_FUZZ_TARGET";

pub(crate) fn prepare() -> Result<()> {
    setup::ensure(&[&CXX])
}

/// Runs one target, or each for a minute: for so many seconds, or over the input in a file.
pub(crate) fn fuzz(target: Option<&str>, seconds_or_file: Option<&str>) -> Result<()> {
    let targets = targets()?;
    if let Some(target) = target
        && !targets.iter().any(|known| known == target)
    {
        bail!("there is no fuzz target `{target}`, only {}", targets.join(", "));
    }
    let binary = build()?;
    let Some(target) = target else {
        for (number, target) in targets.iter().enumerate() {
            println!("[{}/{}] {target}", number + 1, targets.len());
            run_target(&binary, target, SECONDS)?;
        }
        return Ok(());
    };
    match seconds_or_file.map(|word| (word, word.parse())) {
        None => run_target(&binary, target, SECONDS),
        Some((_, Ok(0))) => bail!("`fuzz` wants at least one second"),
        Some((_, Ok(seconds))) => run_target(&binary, target, seconds),
        Some((file, Err(_))) => {
            let mut command = program(&binary);
            command.env(TARGET, target).arg(std::path::absolute(file).context("the input's path")?);
            run(&mut command, "running one input")
        }
    }
}

/// The targets, by the folders of their corpora.
fn targets() -> Result<Vec<String>> {
    let folder = places::root().join("fuzz/corpus");
    let entries = folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))?;
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}

fn build() -> Result<PathBuf> {
    prepare()?;
    println!("Building the fuzzer (some minutes the first time).");
    let host = host()?;

    let mut flags: Vec<String> = COVERAGE.map(str::to_owned).into();
    flags.extend(std::env::var("RUSTFLAGS").unwrap_or_default().split_whitespace().map(str::to_owned));
    let mut command = cargo("build");
    // With a target named, even the host's own, build scripts and macros are built without the
    // flags: they are those of the ordinary tests.
    command.args(["--package", "ashlink-fuzz", "--features", "libfuzzer", "--target", &host]);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    // A debug build has all the checks; this one is also to be quick. And one unit for each
    // crate: the coverage pass brings a start-up function for each.
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_CODEGEN_UNITS", "1");
    command.env("CARGO_INCREMENTAL", "0");
    run(&mut command, "building the fuzzer")?;
    Ok(places::target().join(host).join("debug").join("ashlink-fuzz"))
}

/// Runs one target; what is new for its coverage stays below `target`, where the next run begins with it.
fn run_target(binary: &Path, target: &str, seconds: u32) -> Result<()> {
    let folder = places::target().join("fuzz").join(target);
    let (finds, crashes) = (folder.join("corpus"), folder.join("crashes"));
    for folder in [&finds, &crashes] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let before = list(&crashes);
    let log_path = folder.join("log");
    let log = File::create(&log_path).with_context(|| format!("cannot write {}", log_path.display()))?;

    let mut command = program(binary);
    command.env(TARGET, target).env("RUST_BACKTRACE", "1");
    // The first folder is the one that is written to.
    command.arg(&finds).arg(places::root().join("fuzz/corpus").join(target));
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-timeout={TIMEOUT}"));
    command.arg(format!("-max_len={LONGEST}")).arg(format!("-rss_limit_mb={MEMORY}"));
    command.arg(format!("-artifact_prefix={}/", crashes.display())).arg("-use_value_profile=1").stderr(log);
    let words = places::root().join("fuzz/words").join(format!("{target}.dict"));
    if words.is_file() {
        command.arg(format!("-dict={}", words.display()));
    }
    let ended = run(&mut command, "fuzzing");
    let log = fs::read_to_string(&log_path).unwrap_or_default();
    if ended.is_err() {
        eprintln!("{}", said(&log));
    }
    ended.with_context(|| match list(&crashes).into_iter().find(|file| !before.contains(file)) {
        Some(input) => format!("it fails; to see it again: cargo xtask fuzz {target} {}", shown(&input)),
        None => format!("the target `{target}` fails, see {}", shown(&log_path)),
    })?;
    println!("  {}", summary(&log).with_context(|| format!("{} has no figures", shown(&log_path)))?);
    Ok(())
}

/// What the target said before it failed, without the fuzzer's reports of progress.
fn said(log: &str) -> String {
    let is_said = |line: &&str| !line.starts_with('#') && !line.starts_with("INFO:");
    log.lines().filter(is_said).collect::<Vec<_>>().join("\n")
}

/// How much was tried and reached, as the fuzzer says it at its end.
fn summary(log: &str) -> Option<&str> {
    log.lines().rfind(|line| line.contains("DONE"))
}

fn list(folder: &Path) -> Vec<PathBuf> {
    folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_target_said_is_told_from_the_fuzzers_reports() {
        let log = "INFO: Seed: 1\n#2\tINITED cov: 7\nthread panicked\n#900\tDONE   cov: 12 ft: 34\nDone 900 runs\n";
        assert_eq!(summary(log), Some("#900\tDONE   cov: 12 ft: 34"));
        assert_eq!(said(log), "thread panicked\nDone 900 runs");
    }

    #[test]
    fn targets_are_known_by_their_corpora() {
        let targets = targets().unwrap();
        assert!(targets.iter().any(|target| target == "link"));
        for file in list(&places::root().join("fuzz/words")) {
            let name = file.file_stem().unwrap().to_str().unwrap();
            assert!(targets.iter().any(|target| target == name), "{} belongs to no target", file.display());
        }
        let error = fuzz(Some("lnik"), None).unwrap_err().to_string();
        assert!(error.contains("`lnik`") && error.contains("client_json"), "{error}");
    }
}
