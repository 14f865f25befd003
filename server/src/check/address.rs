//! The address to listen on: free, or taken by whom.

use super::running::{self, Answers};
use super::{Level, Report};
use crate::settings::Settings;
use crate::web::listener::{Listen, is_left_behind};
use anyhow::Context as _;
use rustix::fs::{Access, access};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

const ABOUT: &str = "address";

/// Looks who is there; says whether an Ashlink server runs.
pub(super) async fn look(settings: &Settings, report: &mut Report) -> bool {
    let listen = &settings.listen;
    let address = listen.reachable();
    match running::who(listen).await {
        Answers::Nobody => {
            match may_listen(listen).await {
                Ok(()) => report.add(Level::Good, ABOUT, format_args!("{listen} is free; no server runs there")),
                Err(words) => {
                    report.add(
                        Level::Problem,
                        ABOUT,
                        format_args!("cannot listen on ASHLINK_LISTEN={listen}: {words}"),
                    );
                }
            }
            if let Some(Err(words)) = settings.metrics_listen.map(may_listen_at) {
                let words = format_args!("cannot serve metrics at ASHLINK_METRICS_LISTEN: {words}");
                report.add(Level::Problem, ABOUT, words);
            }
            false
        }
        Answers::Ashlink { version } => {
            match running::ready(listen).await {
                Ok(()) => report.add(Level::Good, ABOUT, format_args!("the server at {address} is ready")),
                Err(error) => report.add(Level::Problem, ABOUT, format_args!("the server that runs is {error:#}")),
            }
            let own = env!("CARGO_PKG_VERSION");
            if version != own {
                let words = format_args!("version {version} runs at {address}, and this is {own}: restart it");
                report.add(Level::Warning, ABOUT, words);
            }
            true
        }
        Answers::Other => {
            let words = format_args!(
                "another program answers at {address}, or none in time: stop it, or choose another ASHLINK_LISTEN"
            );
            report.add(Level::Problem, ABOUT, words);
            false
        }
    }
}

/// Whether this process could listen there, and what to do if not.
async fn may_listen(listen: &Listen) -> Result<(), String> {
    match listen {
        Listen::Tcp(address) => may_listen_at(*address),
        Listen::Unix(path) => may_make(path).await.map_err(|error| format!("{error:#}")),
    }
}

/// Whether a socket could be made there, without making one.
async fn may_make(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    access(folder, Access::WRITE_OK | Access::EXEC_OK)
        .with_context(|| format!("no socket can be made in {}", folder.display()))?;
    if path.symlink_metadata().is_ok() { is_left_behind(path).await } else { Ok(()) }
}

fn may_listen_at(listen: SocketAddr) -> Result<(), String> {
    TcpListener::bind(listen).map(drop).map_err(|error| {
        let mend = match error.kind() {
            io::ErrorKind::PermissionDenied => "; ports below 1024 need a right of their own, so choose a higher one",
            io::ErrorKind::AddrNotAvailable => "; choose an address that this machine has, or 0.0.0.0 for all",
            io::ErrorKind::AddrInUse => "; stop the program that listens there, or choose another port",
            _ => "",
        };
        format!("{error}{mend}")
    })
}
