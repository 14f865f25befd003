//! How much memory a process takes, and a limit for it (a control group, where we may make one).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// What docker-compose.yml gives the server.
pub(crate) const LIMIT: u64 = 256 << 20;

/// A control group with that limit. Its highest mark includes what the system keeps for the process's
/// connections.
pub(crate) struct Group {
    folder: PathBuf,
    /// Files whose numbers together are the highest so far.
    highest: &'static [&'static str],
}

pub(crate) struct Memory {
    process: u32,
    group: Option<Group>,
}

/// Version 1 counts connections apart, version 2 together with the rest.
const VERSIONS: [(&str, &[&str], &[&str]); 2] = [
    (
        "/sys/fs/cgroup/memory",
        &["memory.limit_in_bytes", "memory.kmem.tcp.limit_in_bytes"],
        &["memory.max_usage_in_bytes", "memory.kmem.tcp.max_usage_in_bytes"],
    ),
    ("/sys/fs/cgroup", &["memory.max"], &["memory.peak"]),
];

impl Group {
    fn make() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("ashlink-test-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        VERSIONS.into_iter().find_map(|(root, limits, highest)| {
            let folder = Path::new(root).join(&name);
            fs::create_dir(&folder).ok()?;
            let group = Self { folder, highest };
            let limited = limits.iter().all(|file| fs::write(group.folder.join(file), LIMIT.to_string()).is_ok());
            limited.then_some(group)
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The system needs a moment to let go of a process that has ended.
        for _ in 0..50 {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

impl Memory {
    /// A group, if there can be one, and the words with which a shell joins it.
    pub(crate) fn group() -> (Option<Group>, String) {
        let group = Group::make();
        let join = group.as_ref().map(|group| format!("echo $$ > {}/cgroup.procs; ", group.folder.display()));
        (group, join.unwrap_or_default())
    }

    pub(crate) fn of(process: u32, group: Option<Group>) -> Self {
        Self { process, group }
    }

    /// In bytes, now.
    pub(crate) fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// In bytes, ever.
    pub(crate) fn highest(&self) -> u64 {
        let number = |folder: &Path, file: &&str| {
            fs::read_to_string(folder.join(file)).ok().and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(0)
        };
        let group = self.group.as_ref();
        let group = group.map_or(0, |group| group.highest.iter().map(|file| number(&group.folder, file)).sum());
        self.status("VmHWM:").max(group)
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process)).expect("the server is alive");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the server is alive");
        1024 * line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
    }
}
