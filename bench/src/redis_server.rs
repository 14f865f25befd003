//! A Redis of its own.

use crate::process::{Process, free_address};
use anyhow::Context as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// A running Redis without persistence, as the Compose file sets it up.
pub(crate) struct Redis {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Redis {
    pub(crate) fn start(program: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = free_address()?;
        let mut command = Command::new(program);
        command.args(["--bind", "127.0.0.1", "--port", &address.port().to_string()]);
        command.args(["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--dir"]);
        command.arg(folder.path());
        let mut process = Process::start(&mut command, &folder.path().join("log"))?;
        process.listens(address)?;
        Ok(Self { process, address, _folder: folder })
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    fn connection(&self) -> anyhow::Result<redis::Connection> {
        Ok(redis::Client::open(self.url())?.get_connection()?)
    }

    /// Empties it, and waits until that is done.
    pub(crate) fn flush(&self) -> anyhow::Result<()> {
        Ok(redis::cmd("FLUSHALL").arg("SYNC").exec(&mut self.connection()?)?)
    }

    /// What it says that it uses, in bytes: all of it, so keys, values, expiries and its own tables.
    pub(crate) fn used_memory(&self) -> anyhow::Result<u64> {
        let info: String = redis::cmd("INFO").arg("memory").query(&mut self.connection()?)?;
        let line = info.lines().find_map(|line| line.strip_prefix("used_memory:")).context("used_memory")?;
        Ok(line.trim().parse()?)
    }
}
