//! A disk of a few megabytes, to fill up.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A tmpfs of its own.
#[derive(Debug)]
pub struct SmallDisk(TempDir);

/// Runs a command as root; says whether it succeeded.
fn as_root(command: &[&str], path: &Path) -> bool {
    [&[][..], &["sudo", "-n"]].into_iter().any(|prefix| {
        let words = [prefix, command].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}

impl SmallDisk {
    /// One of so many bytes. None where this user may not mount, as in most containers.
    pub fn of(bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={bytes},mode=0777");
        let mounted = as_root(&["mount", "-t", "tmpfs", "-o", &options, "tmpfs"], folder.path());
        if !mounted {
            println!("left out: a disk to fill up needs somebody who may mount one (root, or sudo without a password)");
        }
        mounted.then_some(Self(folder))
    }

    /// Where the store is.
    pub fn store(&self) -> PathBuf {
        self.0.path().join("store")
    }

    /// Has another program take all that is free.
    pub fn fill_up(&self) {
        let mut file = File::options().append(true).create(true).open(self.other()).unwrap();
        for size in [64 * 1024, 4096] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    /// Has the other program give it back.
    pub fn make_room(&self) {
        std::fs::remove_file(self.other()).unwrap();
    }

    fn other(&self) -> PathBuf {
        self.0.path().join("other")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        as_root(&["umount", "-l"], self.0.path());
    }
}
