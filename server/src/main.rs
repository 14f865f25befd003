//! `ashlink-server`: settings, logging, run.

use ashlink_server::check;
use ashlink_server::command::{CommandLine, Task};
use ashlink_server::logging;
use ashlink_server::site::Site;
use ashlink_server::tokens::issue::issue;
use clap::Parser as _;
use std::process::ExitCode;

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
    let _started = match logging::start(&settings.log, settings.log_format) {
        Ok(started) => started,
        Err(error) => {
            eprintln!("ashlink-server: {error:#}");
            return ExitCode::from(2);
        }
    };
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
