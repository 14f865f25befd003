//! `cargo xtask …`: everything Ashlink's build and tests need beyond plain cargo.
//!
//! A fresh machine needs Rust, a C compiler and git. The rest (a compiler for
//! WASM, the page's tools, a browser, Redis) is found or installed by [`setup`],
//! and nothing here has to be installed as a cargo tool first.

mod bare;
mod bench;
mod compose;
mod debootstrap;
mod dist;
mod e2e;
mod fuzz;
mod janitor;
mod lint;
mod notes;
mod npm;
mod places;
mod product;
mod quick;
mod reproduce;
mod run;
mod rust_tests;
mod scale;
mod setup;
mod sign;
mod site;
mod steps;
mod test;
mod tools;
mod upgrade;
mod wasm;
mod weight;
mod wheels;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::scale::Scale;

/// Builds, serves, tests and measures Ashlink.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", subcommand_required = true, arg_required_else_help = true, after_help = ENVIRONMENT)]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

const ENVIRONMENT: &str = "\
Environment:
  ASHLINK_WASM_TOOLCHAIN  rustup or debian: the only compiler to use for WASM
                          (otherwise rustup's, and the distribution's if that fails)
  CHROMIUM, FIREFOX, WEBKIT_DRIVER, XVFB, REDIS_SERVER, VALKEY_SERVER, NGINX, CADDY, PYTHON
                          programs for the tests, when not the ones on PATH
  CARGO_TARGET_DIR        where everything built goes, as for cargo";

#[derive(Debug, PartialEq, Eq, Subcommand)]
enum Task {
    /// Set up what is missing, build, and serve on 127.0.0.1:3000
    Serve {
        /// Arguments of ashlink-server; see `serve -- --help`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Build target/release/ashlink-server, with the page inside, and target/release/ashlink
    Build,
    /// Build, and write the page into a folder that another host can serve (`ashlink-server static`)
    Static {
        /// The folder to write it into
        folder: PathBuf,
    },
    /// Build the page alone
    Site,
    /// Set up what is missing, and run every kind of test
    Test {
        /// Only the tests beside the code, and the browser's scenarios of what has changed
        #[arg(long)]
        quick: bool,
    },
    /// Run the browser tests alone
    E2e {
        /// Files of end2end/tests; all of them when none is named
        files: Vec<String>,
    },
    /// Run the same tests as `test` with large counts, `upgrade-test`, `reproduce`, each fuzz target for a minute,
    /// and, as root, `dist-test` and `bare-test`
    Soak,
    /// Fuzz every parser of foreign bytes for a minute each, or one of them
    Fuzz {
        /// Name of one target, as in fuzz/src/targets
        target: Option<String>,
        /// For how long, or a file with one input
        #[arg(value_name = "SECONDS|FILE")]
        seconds_or_file: Option<String>,
    },
    /// Play an upgrade and the way back: an older build and this one on one Redis, with pages open
    UpgradeTest {
        /// Another commit to upgrade from
        #[arg(long, value_name = "REVISION")]
        from: Option<String>,
    },
    /// As root: make bare Debians, each with Rust, a C compiler, git and the last commit, and run `serve` and
    /// `test` in them, as root and with sudo, some with old lists of packages
    BareTest(bare::Options),
    /// Build the image, run docker-compose.yml for real, test it, take it down
    ComposeTest(compose::Options),
    /// Make a release of the last commit twice, in two unlike places, and compare every byte
    Reproduce,
    /// Sign the files of a release with minisign, each into FILE.minisig; the password is asked for, or read from
    /// MINISIGN_PASSWORD
    Sign(sign::Options),
    /// Make everything that a release holds, in target/dist: static programs, packages, image, bill of materials
    Dist,
    /// As root: make a release, install its packages on a bare Debian, share a secret, and remove them
    DistTest,
    /// Measure the release server against its baselines, and the page in Chromium
    Bench {
        /// Put the tables into docs/PERFORMANCE.md
        #[arg(long)]
        write: bool,
        /// Arguments of `ashlink-bench run`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Check format and linters of every language, clippy (host and WASM), docs and the oldest compiler, with all
    /// warnings denied
    Lint,
}

/// Runs the task that the command line names; an error is one line of words, not a trace.
fn main() -> ExitCode {
    match perform(CommandLine::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Serve { arguments } => product::run_server(&arguments),
        Task::Build => {
            let server = product::build()?;
            // Whoever works on them may go over their budgets for a while: the tests refuse it.
            weight::print()?;
            println!("{}\n{}", server.display(), product::command_line()?.display());
            Ok(())
        }
        Task::Static { folder } => product::run_server(&["static".as_ref(), folder.as_os_str()]),
        Task::Site => {
            product::page()?;
            weight::print().map(drop)
        }
        Task::Test { quick: true } => quick::quick(),
        Task::Test { quick: false } => test::everything(Scale::Small),
        Task::Soak => test::everything(Scale::Large),
        Task::E2e { files } => test::browser_only(&files),
        Task::UpgradeTest { from } => test::upgrade(from.as_deref()),
        Task::Fuzz { target, seconds_or_file } => fuzz::fuzz(target.as_deref(), seconds_or_file.as_deref()),
        Task::BareTest(options) => bare::test(&options),
        Task::ComposeTest(options) => compose::test(&options),
        Task::Reproduce => reproduce::reproduce(),
        Task::Sign(options) => sign::sign(&options),
        Task::Dist => dist::dist().map(drop),
        Task::DistTest => dist::test(),
        Task::Bench { write, arguments } => bench::bench(write, &arguments),
        Task::Lint => lint::lint(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parsed(line: &str) -> Result<Task, String> {
        let words = ["xtask"].into_iter().chain(line.split_whitespace());
        CommandLine::try_parse_from(words).map(|line| line.task).map_err(|error| error.to_string())
    }

    #[test]
    fn programs_get_what_follows_the_dashes_and_only_that() {
        CommandLine::command().debug_assert();
        let arguments = |line: &str| line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(parsed("serve -- --listen x"), Ok(Task::Serve { arguments: arguments("--listen x") }));
        assert_eq!(
            parsed("bench --write -- --runs 1"),
            Ok(Task::Bench { write: true, arguments: arguments("--runs 1") })
        );
        for misplaced in ["serve --listen x", "serve x", "bench --runs 1"] {
            assert!(parsed(misplaced).is_err(), "{misplaced}");
        }
    }

    #[test]
    fn a_bare_machine_is_made_as_asked() {
        assert_eq!(parsed("bare-test"), Ok(Task::BareTest(bare::Options::default())));
        let one = "bare-test --release trixie --user sudo --aged --only serve";
        assert!(matches!(parsed(one), Ok(Task::BareTest(options)) if options != bare::Options::default()));
        assert!(parsed("bare-test --user me").unwrap_err().contains("[possible values: root, sudo]"));
    }
}
