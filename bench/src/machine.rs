//! What was measured on.

use anyhow::Context as _;
use serde::Serialize;
use std::path::Path;
use std::process::Command;

/// The machine and the programs.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// As the kernel names them.
    pub(crate) processors: String,
    /// How many of them this process may use.
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) redis: String,
    /// Of this program, and so of the server beside it.
    pub(crate) version: &'static str,
}

pub(crate) fn describe(redis: &Path) -> anyhow::Result<Machine> {
    let info = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let output = Command::new(redis).arg("--version").output().with_context(|| format!("{}", redis.display()))?;
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = words.split_whitespace().find_map(|word| word.strip_prefix("v=")).unwrap_or("unknown");
    Ok(Machine {
        processors: model.trim_start_matches(['\t', ' ', ':']).to_owned(),
        cores: std::thread::available_parallelism()?.get(),
        kernel: std::fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
        redis: version.to_owned(),
        version: env!("CARGO_PKG_VERSION"),
    })
}
