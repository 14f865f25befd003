//! `ashlink-server`: settings, logging, run.

use anyhow::Context as _;
use ashlink_server::api::tokens::issue::issue;
use ashlink_server::check::{self, Level};
use ashlink_server::command::{CommandLine, Task};
use ashlink_server::export;
use ashlink_server::observe::logging;
use ashlink_server::output::{complain, print};
use ashlink_server::package;
use ashlink_server::settings::Settings;
use ashlink_server::site::Site;
use ashlink_server::site::pages::Pages;
use ashlink_server::site::webcat;
use ashlink_server::state::look;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::Runtime;

/// For how long the end of the process waits for what the system keeps: a read from a disk or a
/// question to a name server that is not answered. A store's file has five seconds to be closed.
const LEAVING: Duration = Duration::from_secs(6);

/// Twice as fast as the system's where two threads free what the other took, as servers do.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = CommandLine::of_this_process();
    let runtime = match Runtime::new().context("the system gives this process no threads") {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(error)),
    };
    let status = runtime.block_on(act(line));
    runtime.shutdown_timeout(LEAVING);
    status
}

/// Does what the command line says.
async fn act(CommandLine { settings, task }: CommandLine) -> ExitCode {
    match task {
        None => {}
        Some(Task::Check { ready: true }) => {
            return ended(check::ready(&settings.listen).await.and_then(|()| Ok(print("ready\n")?)));
        }
        Some(Task::Check { ready: false }) => {
            let report = check::everything(&settings, Site::embedded().map(drop)).await;
            return match print(&report).context("the findings cannot be printed") {
                Ok(()) if report.worst() < Level::Problem => ExitCode::SUCCESS,
                Ok(()) => ExitCode::FAILURE,
                Err(error) => ended(Err(error)),
            };
        }
        Some(Task::Static { folder }) => {
            return ended(embedded().and_then(|site| export::write(&settings, site, &folder)));
        }
        Some(Task::Token { name, file }) => {
            return ended(issue(name, file.as_deref(), std::io::stdout(), std::io::stderr()));
        }
        Some(Task::Manifest { webcat }) => return ended(manifest(&settings, webcat)),
        Some(Task::PackageFiles { folder }) => {
            return ended(embedded().and_then(|site| package::write(&settings, site, &folder)));
        }
    }
    let _started = match settings.log_filter().and_then(|filter| logging::start(filter, settings.log_format)) {
        Ok(started) => started,
        Err(error) => return ended(Err(error)),
    };
    let run = async { ashlink_server::start::run(settings, embedded()?).await };
    ended(run.await)
}

/// The page that is in this program.
fn embedded() -> anyhow::Result<Site> {
    Ok(Site::embedded()?)
}

/// Prints what a server of this release, or one with these settings, serves.
fn manifest(settings: &Settings, is_for_webcat: bool) -> anyhow::Result<()> {
    let pages = Pages::of(look(settings, embedded()?)?);
    let text = if is_for_webcat { webcat::manifest(&pages)? } else { pages.manifest().to_json() };
    print(text).context("the manifest cannot be printed")
}

/// The exit status, and the words for a bad one.
fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
