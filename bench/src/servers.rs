//! The contenders, started.

use crate::Options;
use crate::process::{Process, free_address};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// A running contender.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    _logs: tempfile::TempDir,
}

impl Server {
    /// The release server on this store. Its settings are the defaults, but for what would stop a
    /// single client that asks a thousand times a second, and for the room that this takes.
    pub(crate) fn ashlink(options: &Options, store: &str) -> anyhow::Result<Self> {
        Self::start(|address| {
            let mut command = Command::new(&options.server);
            command.env_clear().args(["--listen", &address.to_string(), "--store", store]);
            command.args(["--rate-limit", "off", "--store-budget", "16GiB"]);
            command
        })
    }

    /// The bare handler on this Redis, or on a map.
    pub(crate) fn bare(redis: Option<&str>) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        Self::start(|address| {
            let mut command = Command::new(&program);
            command.env("BARE_LISTEN", address.to_string()).arg("bare");
            if let Some(url) = redis {
                command.args(["--redis", url]);
            }
            command
        })
    }

    fn start(command: impl Fn(SocketAddr) -> Command) -> anyhow::Result<Self> {
        let logs = tempfile::tempdir()?;
        let address = free_address()?;
        let mut process = Process::start(&mut command(address), &logs.path().join("log"))?;
        process.listens(address)?;
        Ok(Self { process, address, _logs: logs })
    }
}

/// A path for the file store, free of what was there.
pub(crate) fn fresh_file(folder: &Path) -> anyhow::Result<String> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("bench.redb");
    if path.exists() {
        std::fs::remove_file(&path)?;
    }
    Ok(format!("file:{}", path.display()))
}
