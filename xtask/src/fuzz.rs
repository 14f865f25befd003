//! The fuzz targets under libFuzzer, on the ordinary compiler: what counts coverage is a pass
//! of LLVM's that stable Rust can be told to run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::args::Fuzz;
use crate::cargo::{cargo, host};
use crate::places::{Places, shown};
use crate::run::{program, run};
use crate::setup;

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

/// Runs what was asked for: a target or all, for a time or over one input.
pub(crate) fn fuzz(places: &Places, options: &Fuzz) -> Result<()> {
    let binary = build(places)?;
    match options {
        Fuzz::All => every_target(&binary, places),
        Fuzz::One { target, seconds } => {
            run_target(&binary, known(target, places)?, seconds.unwrap_or(SECONDS), places)
        }
        Fuzz::Input { target, file } => {
            let mut command = program(&binary, places);
            command.env(TARGET, known(target, places)?).arg(std::path::absolute(file).context("the input's path")?);
            run(&mut command, "running one input")
        }
    }
}

/// Builds the fuzzer and runs each target for a minute.
pub(crate) fn all(places: &Places) -> Result<()> {
    fuzz(places, &Fuzz::All)
}

/// Names the target for the fuzzer's binary.
const TARGET: &str = "ASHLINK_FUZZ_TARGET";

fn every_target(binary: &Path, places: &Places) -> Result<()> {
    let targets = targets(places)?;
    for (number, target) in targets.iter().enumerate() {
        println!("[{}/{}] {target}", number + 1, targets.len());
        run_target(binary, target, SECONDS, places)?;
    }
    Ok(())
}

/// The targets, by the folders of their corpora.
fn targets(places: &Places) -> Result<Vec<String>> {
    let folder = places.root.join("fuzz/corpus");
    let entries = folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))?;
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}

fn known<'n>(name: &'n str, places: &Places) -> Result<&'n str> {
    let targets = targets(places)?;
    if targets.iter().any(|target| target == name) {
        return Ok(name);
    }
    bail!("there is no fuzz target `{name}`, only {}", targets.join(", "))
}

/// Builds the binary that has all targets in it.
fn build(places: &Places) -> Result<PathBuf> {
    setup::ensure(&[&setup::CXX])?;
    println!("Building the fuzzer (some minutes the first time).");
    let host = host(places)?;

    let mut flags: Vec<String> = COVERAGE.map(str::to_owned).into();
    flags.extend(std::env::var("RUSTFLAGS").unwrap_or_default().split_whitespace().map(str::to_owned));
    let mut command = cargo("build", places);
    // With a target named, even the host's own, build scripts and macros are built without the
    // flags: they are those of the ordinary tests.
    command.args(["--package", "ashlink-fuzz", "--features", "libfuzzer", "--target", &host]);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    // A debug build has all the checks; this one is also to be quick. And one unit for each
    // crate: the coverage pass brings a start-up function for each.
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_CODEGEN_UNITS", "1");
    command.env("CARGO_INCREMENTAL", "0");
    run(&mut command, "building the fuzzer")?;
    Ok(places.target.join(host).join("debug").join("ashlink-fuzz"))
}

/// Runs one target; what is new for its coverage stays below `target`, where the next run begins with it.
fn run_target(binary: &Path, target: &str, seconds: u32, places: &Places) -> Result<()> {
    let folder = places.target.join("fuzz").join(target);
    let (finds, crashes) = (folder.join("corpus"), folder.join("crashes"));
    for folder in [&finds, &crashes] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let before = list(&crashes);
    let log_path = folder.join("log");
    let log = File::create(&log_path).with_context(|| format!("cannot write {}", log_path.display()))?;

    let mut command = program(binary, places);
    command.env(TARGET, target).env("RUST_BACKTRACE", "1");
    // The first folder is the one that is written to.
    command.arg(&finds).arg(places.root.join("fuzz/corpus").join(target));
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-timeout={TIMEOUT}"));
    command.arg(format!("-max_len={LONGEST}"));
    command.arg(format!("-rss_limit_mb={MEMORY}"));
    command.arg(format!("-artifact_prefix={}/", crashes.display()));
    command.args(["-print_final_stats=1", "-use_value_profile=1"]).stderr(log);
    let words = places.root.join("fuzz/words").join(format!("{target}.dict"));
    if words.is_file() {
        command.arg(format!("-dict={}", words.display()));
    }
    let ended = run(&mut command, "fuzzing");
    let log = fs::read_to_string(&log_path).unwrap_or_default();
    if ended.is_err() {
        eprintln!("{}", said(&log));
    }
    ended.with_context(|| match list(&crashes).into_iter().find(|file| !before.contains(file)) {
        Some(input) => format!(
            "the target `{target}` fails with {0}; try it again with: cargo xtask fuzz {target} {0}",
            shown(&input, places)
        ),
        None => format!("the target `{target}` fails, see {}", shown(&log_path, places)),
    })?;
    println!("  {}", summary(&log).with_context(|| format!("{} has no figures", shown(&log_path, places)))?);
    Ok(())
}

/// What the target said before it failed, without the fuzzer's reports of progress.
fn said(log: &str) -> String {
    let lines = log.lines().filter(|line| !line.starts_with('#') && !line.starts_with("INFO:"));
    let lines: Vec<&str> = lines.collect();
    lines.join("\n")
}

/// How much was tried and reached.
fn summary(log: &str) -> Option<String> {
    let figure = |line: &str, name: &str| line.split_once(name)?.1.split_whitespace().next().map(str::to_owned);
    let done = log.lines().rfind(|line| line.contains("DONE"))?;
    let last = |name: &str| log.lines().rev().find_map(|line| figure(line, name));
    Some(format!(
        "{} inputs tried, {} a second; {} edges and {} features reached, {} inputs added",
        last("stat::number_of_executed_units:")?,
        last("stat::average_exec_per_sec:")?,
        figure(done, "cov:")?,
        figure(done, "ft:")?,
        last("stat::new_units_added:")?,
    ))
}

fn list(folder: &Path) -> Vec<PathBuf> {
    folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[test]
    fn the_figures_are_the_last_ones() {
        let log = "INFO: Seed: 1\n#2\tINITED cov: 7 ft: 8 corp: 1/1b exec/s: 0 rss: 40Mb\n\
                   #900\tDONE   cov: 12 ft: 34 corp: 5/60b lim: 4 exec/s: 450 rss: 41Mb\nDone 900 runs in 2 second(s)\n\
                   stat::number_of_executed_units: 900\nstat::average_exec_per_sec:     450\n\
                   stat::new_units_added:          6\n";
        let expected = "900 inputs tried, 450 a second; 12 edges and 34 features reached, 6 inputs added";
        assert_eq!(summary(log).as_deref(), Some(expected));
        assert_eq!(summary("INFO: Seed: 1\n"), None);
        assert_eq!(said("INFO: x\n#2 INITED\nthread panicked\n"), "thread panicked");
    }

    #[test]
    fn targets_are_known_by_their_corpora() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let places = Places { root: root.into(), target: root.join("target") };
        assert_eq!(known("link", &places).unwrap(), "link");
        assert!(known("lnik", &places).unwrap_err().to_string().contains("client_json"));
        for file in list(&root.join("fuzz/words")) {
            let name = file.file_stem().and_then(OsStr::to_str).unwrap();
            assert!(known(name, &places).is_ok(), "{} belongs to no target", file.display());
        }
    }
}
