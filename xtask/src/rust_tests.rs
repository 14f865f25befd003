//! `cargo test`, and how long each of its tests took.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::run::{cargo, host, run};
use crate::scale::Scale;
use crate::steps::Times;

/// The test harness tells times only where unstable options are allowed, and looks at this
/// variable for it when it runs. It must not be seen by what compiles: that would be built anew.
const ALLOW: &str = "env RUSTC_BOOTSTRAP=1";
/// How many tests run at once for each processor. They wait more than they compute: for timers,
/// for processes to start, for limits to pass.
const PER_PROCESSOR: usize = 4;
/// Where there are many processors, the harness's own choice of one for each does.
const MORE_AT_ONCE: usize = 16;

/// Runs all of them, the examples in the documentation last.
pub(crate) fn all(redis: &Path, valkey: Option<&Path>, scale: Scale) -> Result<Times> {
    if valkey.is_none() {
        println!("There is no `valkey-server` here: the tests of the shared store run on Redis alone.");
    }
    let tests = || {
        let mut command = tests(redis, scale);
        command.envs(valkey.map(|valkey| ("VALKEY_SERVER", valkey)));
        command
    };
    let times = timed(tests().args(["--lib", "--bins", "--tests", "--examples"]), scale)?;
    run(tests().arg("--doc"), "cargo test --doc")?;
    Ok(times)
}

/// Runs those that need no process of their own: the ones beside the code.
pub(crate) fn beside_the_code(redis: &Path) -> Result<Times> {
    timed(tests(redis, Scale::Small).args(["--lib", "--bins"]), Scale::Small)
}

fn timed(command: &mut Command, scale: Scale) -> Result<Times> {
    command.env(runner(&host()?), ALLOW);
    // A person's choice stands.
    if env::var_os("RUST_TEST_THREADS").is_none() {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let at_once = (PER_PROCESSOR * processors).min(MORE_AT_ONCE).max(processors);
        command.env("RUST_TEST_THREADS", at_once.to_string());
    }
    command.args(["--", "-Zunstable-options", "--report-time"]);
    if scale == Scale::Large {
        // The figures that storms, kills and cuts print are what it is run for.
        command.arg("--show-output");
    }
    watched(command)
}

fn tests(redis: &Path, scale: Scale) -> Command {
    let mut command = cargo("test");
    // The server that the browser tests run is the one without it.
    command
        .args(["--workspace", "--features", "ashlink-server/otel"])
        .env("REDIS_SERVER", redis)
        .env("ASHLINK_TEST_SERVER", places::server());
    scale.tell(&mut command);
    command
}

/// The variable for what starts the programs that cargo built for a machine.
fn runner(host: &str) -> String {
    format!("CARGO_TARGET_{}_RUNNER", host.to_uppercase().replace('-', "_"))
}

fn watched(command: &mut Command) -> Result<Times> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut lines = BufReader::new(child.stdout.take().context("cargo has no output")?);
    let (mut times, mut line) = (Times::default(), Vec::new());
    // What tests print is whatever bytes they like.
    while lines.read_until(b'\n', &mut line).context("cannot read what the tests print")? > 0 {
        std::io::stdout().write_all(&line).context("cannot print")?;
        if let Some((took, name)) = told(&String::from_utf8_lossy(&line)) {
            times.add(took, name);
        }
        line.clear();
    }
    let status = child.wait().context("cannot wait for cargo")?;
    if !status.success() {
        bail!("cargo test ended with {status}");
    }
    Ok(times)
}

/// Reads `test name ... ok <0.123s>`.
fn told(line: &str) -> Option<(Duration, &str)> {
    let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let seconds = result.trim_end().strip_suffix("s>")?.rsplit_once('<')?.1;
    Some((Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_is_named_by_its_machine() {
        assert_eq!(runner("x86_64-unknown-linux-gnu"), "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER");
    }

    #[test]
    fn times_are_read_as_the_harness_prints_them() {
        let line = "test store::redis::tests::a_storm ... ok <12.034s>\n";
        assert_eq!(told(line), Some((Duration::from_millis(12_034), "store::redis::tests::a_storm")));
        assert_eq!(told("test a ... FAILED <0.001s>").map(|(_, name)| name), Some("a"));
        assert_eq!(told("test a ... ignored"), None);
        assert_eq!(told("test result: ok. 3 passed; finished in 0.10s"), None);
    }
}
