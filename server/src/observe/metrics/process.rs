//! What the system knows of this process, under the names that every exporter uses.

use super::encode::Page;
use procfs::process::{LimitValue, Process};
use procfs::{ProcResult, boot_time_secs, page_size, ticks_per_second};
use std::fmt;

struct Numbers {
    cpu_secs: f64,
    resident: u64,
    virtual_size: u64,
    threads: i64,
    open_fds: u64,
    max_fds: Option<u64>,
    /// Not told where `/proc` shows processes alone.
    start_secs: Option<f64>,
}

impl Numbers {
    fn read() -> ProcResult<Self> {
        let process = Process::myself()?;
        let stat = process.stat()?;
        let ticks = ticks_per_second() as f64;
        let max_fds = match process.limits()?.max_open_files.soft_limit {
            LimitValue::Value(most) => Some(most),
            LimitValue::Unlimited => None,
        };
        Ok(Self {
            cpu_secs: (stat.utime + stat.stime) as f64 / ticks,
            resident: stat.rss * page_size(),
            virtual_size: stat.vsize,
            threads: stat.num_threads,
            open_fds: process.fd_count()? as u64,
            max_fds,
            start_secs: boot_time_secs().ok().map(|boot| boot as f64 + stat.starttime as f64 / ticks),
        })
    }
}

/// Writes them, as far as the system tells.
pub(super) fn write(page: &mut Page<'_>) -> fmt::Result {
    let Ok(numbers) = Numbers::read() else { return Ok(()) };
    page.counter("process_cpu_seconds", "Processor time, of user and system.", &numbers.cpu_secs)?;
    page.gauge("process_resident_memory_bytes", "Memory that is in use.", Some(numbers.resident))?;
    page.gauge("process_virtual_memory_bytes", "Addresses that are in use.", Some(numbers.virtual_size))?;
    page.gauge("process_threads", "Threads.", Some(numbers.threads))?;
    page.gauge("process_open_fds", "Open files and connections.", Some(numbers.open_fds))?;
    page.gauge("process_max_fds", "Files and connections that may be open.", numbers.max_fds)?;
    page.gauge("process_start_time_seconds", "When it began, since the Unix epoch.", numbers.start_secs)
}
