//! Child processes, and what the kernel knows of them.

use anyhow::{Context as _, bail};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// For how long a process may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running child, killed when this is dropped.
pub(crate) struct Process {
    child: Child,
}

/// What a process has used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Time on processors.
    pub(crate) cpu: Duration,
}

impl Process {
    /// Starts a program; what it says goes to a file, as under a service manager.
    pub(crate) fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let log = fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let program = command.get_program().to_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Self { child })
    }

    /// Waits until something listens there.
    pub(crate) fn listens(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        let start = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("a process that should listen at {address} ended: {status}");
            }
            if start.elapsed() > PATIENCE {
                bail!("nothing listens at {address}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Processor time so far.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // proc(5): the name in brackets may hold spaces; utime and stime are fields 14 and 15.
        let (_, fields) = stat.rsplit_once(')').context("/proc/…/stat")?;
        let mut fields = fields.split_whitespace().skip(11).map(str::parse::<u64>);
        let mut next = || anyhow::Ok(fields.next().context("/proc/…/stat is short")??);
        let ticks = next()? + next()?;
        let per_second = rustix::param::clock_ticks_per_second();
        Ok(Usage { cpu: Duration::from_millis(ticks * 1000 / per_second) })
    }

    /// Resident memory in bytes: now, and at its highest.
    pub(crate) fn resident(&self) -> anyhow::Result<(u64, u64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("/proc/…/status")?;
            let kib: u64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
            anyhow::Ok(kib * 1024)
        };
        Ok((field("VmRSS")?, field("VmHWM")?))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free now.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?)
}
