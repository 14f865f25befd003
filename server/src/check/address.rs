//! The address to listen on: free, or taken by whom.

use super::running::{self, Answers, reachable};
use super::{Level, Report};
use crate::config::Settings;
use std::io;
use std::net::{SocketAddr, TcpListener};

const ABOUT: &str = "address";

/// Looks who is there; says whether an Ashlink server runs.
pub(super) async fn look(settings: &Settings, report: &mut Report) -> bool {
    let listen = settings.listen;
    let address = reachable(listen);
    match running::who(listen).await {
        Answers::Nobody => {
            match may_listen(listen) {
                Ok(()) => report.add(Level::Good, ABOUT, format_args!("{listen} is free; no server runs there")),
                Err(words) => {
                    report.add(
                        Level::Problem,
                        ABOUT,
                        format_args!("cannot listen on ASHLINK_LISTEN={listen}: {words}"),
                    );
                }
            }
            if let Some(Err(words)) = settings.metrics_listen.map(may_listen) {
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
fn may_listen(listen: SocketAddr) -> Result<(), String> {
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
