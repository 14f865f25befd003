//! What keeps other processes of the same user out of this one's memory.

/// Refuses core dumps and debuggers, where the system can: both would hold what is in memory.
pub(crate) fn from_other_processes() {
    #[cfg(target_os = "linux")]
    // Where it is refused, everything works all the same.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
