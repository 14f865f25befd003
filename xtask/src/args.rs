//! The command line: one word, and what follows it.
//!
//! Written by hand: this crate is compiled before anything else on a fresh
//! machine, and a parser library would be half of it.

use std::path::PathBuf;

use crate::compose::Options;
use crate::debootstrap::Release;
use crate::{bare, bench};

/// What `cargo xtask` and `cargo xtask help` print.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask <task>

  serve [-- ARGS…]  set up what is missing, build, serve on 127.0.0.1:3000
                    (ARGS go to ashlink-server; see `serve -- --help`)
  build             build target/release/ashlink-server, with the page inside, and target/release/ashlink
  test              set up what is missing, run every kind of test
  e2e [FILE…]       the browser tests alone, or only these files of end2end/tests
  soak              the same tests as `test`, with large counts, `upgrade-test`, each fuzz target for a minute,
                    and, as root, `bare-test`
  fuzz [TARGET [SECONDS|FILE]]
                    all fuzz targets for a minute each, or one for a time or with one input
  upgrade-test [--from REV]
                    an older build and this one on one Redis, with pages open: an upgrade, and going back
  bare-test [--release bookworm|trixie] [--user root|sudo] [--aged] [--only serve|test]
                    as root: make bare Debians, each with Rust, a C compiler, git and the last commit, and run
                    `serve` and `test` in them, as root and with sudo, some with old lists of packages (aged: all)
  compose-test [--stand-ins] [--image NAME]
                    build the image, run docker-compose.yml for real, test it, take it down
                    (stand-ins: base images made of Debian's packages, where none can be pulled)
  bench [--write] [-- ARGS…]
                    measure the release server against its baselines, and the page in Chromium
                    (write: into docs/PERFORMANCE.md; ARGS go to `ashlink-bench run`)
  lint              format and linters of every language, clippy (host and WASM) and docs, with warnings denied
  help              this text

Environment:
  ASHLINK_WASM_TOOLCHAIN  rustup | debian: the only compiler to use for WASM
                          (otherwise rustup's, and the distribution's if that fails)
  CHROMIUM, FIREFOX, WEBKIT_DRIVER, XVFB, REDIS_SERVER, NGINX, CADDY
                          programs for the tests, when not the ones on PATH
  CARGO_TARGET_DIR        where everything built goes, as for cargo";

/// What is fuzzed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fuzz {
    /// Every target for its time.
    All,
    /// One target.
    One {
        /// Its name.
        target: String,
        /// For how long, where it was said.
        seconds: Option<u32>,
    },
    /// One input that was found before.
    Input {
        /// The target's name.
        target: String,
        /// The input.
        file: PathBuf,
    },
}

/// A task and its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Print the usage text.
    Help,
    /// Build and become the server, with these arguments.
    Serve(Vec<String>),
    /// Build the server.
    Build,
    /// Run every test with small counts.
    Test,
    /// Run every test with large counts.
    Soak,
    /// Run the browser tests: these files, or all of them when there are none.
    EndToEnd(Vec<String>),
    /// Upgrade from an older build, and back.
    UpgradeTest {
        /// Another commit than the usual one.
        from: Option<String>,
    },
    /// Look for inputs that break a parser.
    Fuzz(Fuzz),
    /// Serve and test on bare machines.
    BareTest(bare::Options),
    /// Build the image, run its stack and test it.
    ComposeTest(Options),
    /// Measure.
    Bench(bench::Options),
    /// Format, clippy, docs.
    Lint,
}

/// Reads the arguments after the program's own name.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Task, String> {
    let mut args = args.into_iter();
    let Some(word) = args.next() else {
        return Ok(Task::Help);
    };
    let rest: Vec<String> = args.collect();
    let task = match word.as_str() {
        "help" | "--help" | "-h" => return Ok(Task::Help),
        "serve" => return serve(rest),
        "e2e" => return Ok(Task::EndToEnd(rest)),
        "fuzz" => return fuzz(rest),
        "bare-test" => return bare_test(rest),
        "compose-test" => return compose_test(rest),
        "bench" => return bench(rest),
        "upgrade-test" => return upgrade_test(rest),
        "build" => Task::Build,
        "test" => Task::Test,
        "soak" => Task::Soak,
        "lint" => Task::Lint,
        other => return Err(format!("there is no task `{other}`")),
    };
    match rest.first() {
        None => Ok(task),
        Some(extra) => Err(format!("`{word}` takes no arguments, but got `{extra}`")),
    }
}

/// `serve` passes on what follows `--`, and only that: a misplaced flag is an error, not a surprise.
fn serve(mut rest: Vec<String>) -> Result<Task, String> {
    match rest.first().map(String::as_str) {
        None => Ok(Task::Serve(rest)),
        Some("--") => Ok(Task::Serve(rest.split_off(1))),
        Some(extra) => Err(format!("put the server's arguments after `--`: serve -- {extra} …")),
    }
}

fn fuzz(rest: Vec<String>) -> Result<Task, String> {
    let mut rest = rest.into_iter();
    let options = match (rest.next(), rest.next()) {
        (None, _) => Fuzz::All,
        (Some(target), None) => Fuzz::One { target, seconds: None },
        (Some(target), Some(word)) => match word.parse() {
            Ok(0) => return Err("`fuzz` wants at least one second".to_owned()),
            Ok(seconds) => Fuzz::One { target, seconds: Some(seconds) },
            Err(_) => Fuzz::Input { target, file: word.into() },
        },
    };
    match rest.next() {
        None => Ok(Task::Fuzz(options)),
        Some(extra) => Err(format!("`fuzz` takes a target and a time or file, but also got `{extra}`")),
    }
}

fn upgrade_test(rest: Vec<String>) -> Result<Task, String> {
    let mut rest = rest.into_iter();
    let from = match (rest.next().as_deref(), rest.next()) {
        (None, _) => None,
        (Some("--from"), Some(commit)) if !commit.starts_with('-') => Some(commit),
        (Some("--from"), _) => return Err("`--from` wants a commit".to_owned()),
        (Some(other), _) => return Err(format!("`upgrade-test` does not know `{other}`")),
    };
    match rest.next() {
        None => Ok(Task::UpgradeTest { from }),
        Some(extra) => Err(format!("`upgrade-test` takes one commit, but also got `{extra}`")),
    }
}

fn bare_test(rest: Vec<String>) -> Result<Task, String> {
    let mut options = bare::Options::default();
    let mut rest = rest.into_iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--aged" => options.aged = true,
            "--release" => options.release = Some(one_of(&word, rest.next(), Release::ALL.map(|it| (it.name(), it)))?),
            "--user" => options.person = Some(one_of(&word, rest.next(), bare::Person::ALL.map(|it| (it.name(), it)))?),
            "--only" => options.only = Some(one_of(&word, rest.next(), bare::Readme::ALL.map(|it| (it.name(), it)))?),
            other => return Err(format!("`bare-test` does not know `{other}`")),
        }
    }
    Ok(Task::BareTest(options))
}

/// What an option's value names.
fn one_of<T>(option: &str, value: Option<String>, all: [(&'static str, T); 2]) -> Result<T, String> {
    let names = format!("{} or {}", all[0].0, all[1].0);
    let found = value.and_then(|value| all.into_iter().find(|(name, _)| *name == value));
    found.map(|(_, it)| it).ok_or_else(|| format!("`{option}` wants {names}"))
}

fn compose_test(rest: Vec<String>) -> Result<Task, String> {
    let mut options = Options::default();
    let mut rest = rest.into_iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--stand-ins" => options.stand_ins = true,
            "--image" => options.image = Some(rest.next().ok_or("`--image` wants the name of an image")?),
            other => return Err(format!("`compose-test` does not know `{other}`")),
        }
    }
    Ok(Task::ComposeTest(options))
}

fn bench(rest: Vec<String>) -> Result<Task, String> {
    let mut options = bench::Options::default();
    let mut rest = rest.into_iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--write" => options.write = true,
            "--" => options.arguments = rest.by_ref().collect(),
            other => return Err(format!("put the benchmark's own arguments after `--`: bench -- {other} …")),
        }
    }
    Ok(Task::Bench(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_task_of_the_usage_text_parses() {
        assert_eq!(parsed(""), Ok(Task::Help));
        for line in USAGE.lines().skip(2).take_while(|line| !line.is_empty()) {
            if line.starts_with("   ") {
                continue;
            }
            let word = line.split_whitespace().next().unwrap();
            assert!(parsed(word).is_ok(), "{word}");
        }
    }

    #[test]
    fn the_server_gets_what_follows_the_dashes() {
        assert_eq!(parsed("serve"), Ok(Task::Serve(vec![])));
        assert_eq!(parsed("serve -- --listen x"), Ok(Task::Serve(vec!["--listen".into(), "x".into()])));
        assert_eq!(parsed("serve -- --"), Ok(Task::Serve(vec!["--".into()])));
        assert!(parsed("serve --listen x").unwrap_err().contains("serve -- --listen"));
    }

    #[test]
    fn the_stack_is_tested_as_asked() {
        let options = |stand_ins, image: Option<&str>| {
            Ok(Task::ComposeTest(Options { stand_ins, image: image.map(str::to_owned) }))
        };
        assert_eq!(parsed("compose-test"), options(false, None));
        assert_eq!(parsed("compose-test --image a --stand-ins"), options(true, Some("a")));
        assert!(parsed("compose-test --image").unwrap_err().contains("--image"));
        assert!(parsed("compose-test --fast").unwrap_err().contains("--fast"));
    }

    #[test]
    fn a_bare_machine_is_made_as_asked() {
        let all = bare::Options::default();
        assert_eq!(parsed("bare-test"), Ok(Task::BareTest(all)));
        let one = bare::Options {
            release: Some(Release::Trixie),
            person: Some(bare::Person::Sudo),
            aged: true,
            only: Some(bare::Readme::Serve),
        };
        let line = "bare-test --release trixie --user sudo --aged --only serve";
        assert_eq!(parsed(line), Ok(Task::BareTest(one)));
        for (line, words) in
            [("--release", "bookworm or trixie"), ("--user me", "root or sudo"), ("--fast", "`--fast`")]
        {
            assert!(parsed(&format!("bare-test {line}")).unwrap_err().contains(words), "{line}");
        }
    }

    #[test]
    fn a_fuzz_target_runs_for_a_time_or_with_an_input() {
        let one = |seconds| Ok(Task::Fuzz(Fuzz::One { target: "link".into(), seconds }));
        assert_eq!(parsed("fuzz"), Ok(Task::Fuzz(Fuzz::All)));
        assert_eq!(parsed("fuzz link"), one(None));
        assert_eq!(parsed("fuzz link 5"), one(Some(5)));
        let input = Fuzz::Input { target: "link".into(), file: "target/crash-1".into() };
        assert_eq!(parsed("fuzz link target/crash-1"), Ok(Task::Fuzz(input)));
        assert!(parsed("fuzz link 0").unwrap_err().contains("second"));
        assert!(parsed("fuzz link 5 6").unwrap_err().contains("`6`"));
    }

    #[test]
    fn the_benchmark_gets_what_follows_the_dashes() {
        let options = |write, line: &str| {
            let arguments = line.split_whitespace().map(str::to_owned).collect();
            Ok(Task::Bench(bench::Options { write, arguments }))
        };
        assert_eq!(parsed("bench"), options(false, ""));
        assert_eq!(parsed("bench --write -- --runs 1"), options(true, "--runs 1"));
        assert!(parsed("bench --runs 1").unwrap_err().contains("bench -- --runs"));
    }

    #[test]
    fn an_upgrade_begins_at_a_commit() {
        let from = |commit: Option<&str>| Ok(Task::UpgradeTest { from: commit.map(str::to_owned) });
        assert_eq!(parsed("upgrade-test"), from(None));
        assert_eq!(parsed("upgrade-test --from HEAD~3"), from(Some("HEAD~3")));
        for (line, word) in [("--from", "commit"), ("--from -x", "commit"), ("HEAD", "`HEAD`"), ("--from a b", "`b`")] {
            assert!(parsed(&format!("upgrade-test {line}")).unwrap_err().contains(word), "{line}");
        }
    }

    #[test]
    fn unknown_words_are_named() {
        assert!(parsed("tset").unwrap_err().contains("`tset`"));
        assert!(parsed("test one").unwrap_err().contains("`one`"));
    }
}
