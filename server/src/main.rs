//! `ashlink-server`: settings, logging, run.

use ashlink_server::check;
use ashlink_server::command::{CommandLine, Task};
use ashlink_server::site::Site;
use ashlink_server::tokens::issue::issue;
use clap::Parser as _;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Twice as fast as the system's where two threads free what the other took, as servers do.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let CommandLine { settings, task } = CommandLine::parse();
    match task {
        None => {}
        Some(Task::Check) => return ended(check::ready(settings.listen).await.map(|()| println!("ready"))),
        Some(Task::Token { name, file }) => {
            return ended(issue(name, file.as_deref(), std::io::stdout(), std::io::stderr()));
        }
    }
    let filter = match EnvFilter::try_new(&settings.log) {
        Ok(filter) => filter,
        Err(error) => {
            eprintln!("ashlink-server: ASHLINK_LOG={}: {error}", settings.log);
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for people; files and journals get plain text.
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let run = async { ashlink_server::start::run(settings, Site::embedded()?).await };
    ended(run.await)
}

/// The exit status, and the words for a bad one.
fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ashlink-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}
