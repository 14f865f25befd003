//! `cargo xtask …`: everything Ashlink's build and tests need beyond plain cargo.
//!
//! A fresh machine needs Rust, a C compiler and git. The rest (a compiler for
//! WASM, the page's tools, a browser, Redis) is found or installed by [`setup`],
//! and nothing here has to be installed as a cargo tool first.

mod args;
mod bare;
mod bench;
mod cargo;
mod command_line;
mod compose;
mod debootstrap;
mod e2e;
mod fuzz;
mod islands;
mod janitor;
mod lint;
mod lock;
mod npm;
mod places;
mod run;
mod rust_tests;
mod serve;
mod server;
mod setup;
mod site;
mod stamp;
mod steps;
mod test;
mod times;
mod upgrade;
mod vectors;
mod wasm;
mod weight;

use std::process::ExitCode;

use crate::args::Task;
use crate::places::Places;
use crate::test::Scale;

/// Runs the task that the command line names; an error is one line of words, not a trace.
fn main() -> ExitCode {
    let task = match args::parse(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(problem) => {
            eprintln!("error: {problem}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match perform(&task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Hands the task to its module.
fn perform(task: &Task) -> anyhow::Result<()> {
    let places = Places::find()?;
    match task {
        Task::Help => {
            println!("{}", args::USAGE);
            Ok(())
        }
        Task::Serve(arguments) => serve::serve(&places, arguments),
        Task::Build => {
            let binary = serve::build(&places)?;
            // Over their budgets they may be: without Node, nothing made them small.
            weight::print(&places)?;
            println!("{}\n{}", binary.display(), command_line::build(&places)?.display());
            Ok(())
        }
        Task::Test => test::everything(&places, Scale::Small),
        Task::Soak => test::everything(&places, Scale::Large),
        Task::EndToEnd(files) => test::browser_only(&places, files),
        Task::UpgradeTest { from } => test::upgrade(&places, from.as_deref()),
        Task::Fuzz(options) => fuzz::fuzz(&places, options),
        Task::BareTest(options) => bare::test(&places, options),
        Task::ComposeTest(options) => compose::test(&places, options),
        Task::Bench(options) => bench::bench(&places, options),
        Task::Lint => lint::lint(&places),
    }
}
