//! What the system knows of this process, under the names that every exporter uses. By hand: the libraries
//! for that write to other registries than this one.

use procfs::process::{LimitValue, Process};
use procfs::{ProcResult, boot_time_secs, page_size, ticks_per_second};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

struct Numbers {
    cpu_secs: f64,
    resident: u64,
    virtual_size: u64,
    threads: u64,
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
            threads: stat.num_threads.unsigned_abs(),
            open_fds: process.fd_count()? as u64,
            max_fds,
            start_secs: boot_time_secs().ok().map(|boot| boot as f64 + stat.starttime as f64 / ticks),
        })
    }
}

/// Puts them on a page, as far as the system tells.
pub(super) fn register(page: &mut Registry) {
    let Ok(numbers) = Numbers::read() else { return };
    let mut gauge = |name: &str, help: &str, number: u64| page.register(name, help, ConstGauge::new(number));
    gauge("process_resident_memory_bytes", "Memory that is in use", numbers.resident);
    gauge("process_virtual_memory_bytes", "Addresses that are in use", numbers.virtual_size);
    gauge("process_threads", "Threads", numbers.threads);
    gauge("process_open_fds", "Open files and connections", numbers.open_fds);
    if let Some(most) = numbers.max_fds {
        gauge("process_max_fds", "Files and connections that may be open", most);
    }
    page.register("process_cpu_seconds", "Processor time, of user and system", ConstCounter::new(numbers.cpu_secs));
    if let Some(start) = numbers.start_secs {
        page.register("process_start_time_seconds", "When it began, since the Unix epoch", ConstGauge::new(start));
    }
}
