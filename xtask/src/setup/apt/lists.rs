//! How old apt's lists of packages are.
//!
//! The files in there carry the mirror's times: a list that has not changed for two months looks
//! two months old, right after it was fetched. What every `apt-get update` touches, and nothing
//! else does, is the folder it downloads into, which anybody may look at.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Older lists are fetched anew before anything is installed: browsers get a release each week.
const OLDEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Where apt keeps the lists.
pub(super) struct Lists {
    folder: PathBuf,
    /// Written after an update by those Debians and Ubuntus that do so.
    stamp: PathBuf,
}

impl Lists {
    /// This machine's.
    pub(super) fn here() -> Self {
        Self { folder: "/var/lib/apt/lists".into(), stamp: "/var/lib/apt/periodic/update-success-stamp".into() }
    }

    /// Whether there are none, or none from the last day.
    pub(super) fn are_old(&self) -> bool {
        let fetched = self.fetched();
        // A time to come is a clock that was wrong, and says nothing.
        !fetched.is_some_and(|time| time.elapsed().is_ok_and(|age| age < OLDEST))
    }

    /// When they were fetched, if there are any.
    fn fetched(&self) -> Option<SystemTime> {
        let names = self.folder.read_dir().ok()?.flatten().map(|entry| entry.file_name());
        let mut lists = names.filter(|name| name.to_string_lossy().contains("_Packages"));
        lists.next()?;
        [&self.folder, &self.downloads(), &self.stamp].into_iter().filter_map(|path| modified(path)).max()
    }

    fn downloads(&self) -> PathBuf {
        self.folder.join("partial")
    }

    /// Tries to fetch them. A failure must not make them look new to the next run.
    pub(super) fn fetch<T, E>(&self, update: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let folders = [self.downloads(), self.folder.clone()].map(|path| (modified(&path), path));
        update().inspect_err(|_| {
            for (time, path) in folders {
                // Only root may; nobody else could have updated.
                if let (Some(time), Ok(folder)) = (time, File::open(path)) {
                    let _ = folder.set_modified(time);
                }
            }
        })
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = OLDEST;

    fn age(path: &Path, age: Duration) {
        File::open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
    }

    /// Lists that were fetched so long ago, with files that the mirror has had for longer.
    fn fetched_before(time: Duration) -> (tempfile::TempDir, Lists) {
        let root = tempfile::tempdir().unwrap();
        let lists = Lists { folder: root.path().join("lists"), stamp: root.path().join("stamp") };
        fs::create_dir_all(lists.downloads()).unwrap();
        let file = lists.folder.join("deb.example_dists_bookworm_main_binary-amd64_Packages.lz4");
        fs::write(&file, "").unwrap();
        age(&file, 60 * DAY);
        age(&lists.downloads(), time);
        age(&lists.folder, time);
        (root, lists)
    }

    #[test]
    fn lists_older_than_a_day_are_old_whatever_their_files_say() {
        assert!(!fetched_before(DAY / 2).1.are_old());
        let (_root, lists) = fetched_before(180 * DAY);
        assert!(lists.are_old());
        // Nothing had changed: only the folder for downloads was touched.
        age(&lists.downloads(), DAY / 24);
        assert!(!lists.are_old());
    }

    #[test]
    fn the_stamp_of_an_update_counts() {
        let (_root, lists) = fetched_before(3 * DAY);
        fs::write(&lists.stamp, "").unwrap();
        assert!(!lists.are_old());
    }

    #[test]
    fn no_lists_are_old() {
        let (_root, lists) = fetched_before(Duration::ZERO);
        for file in lists.folder.read_dir().unwrap().flatten().filter(|entry| entry.path().is_file()) {
            fs::remove_file(file.path()).unwrap();
        }
        assert!(lists.are_old());
        assert!(Lists { folder: "/nowhere".into(), stamp: "/nowhere".into() }.are_old());
    }

    #[test]
    fn a_failed_update_leaves_them_old() {
        let (_root, lists) = fetched_before(2 * DAY);
        let touch = || {
            fs::write(lists.downloads().join("half"), "").and_then(|()| fs::remove_file(lists.downloads().join("half")))
        };
        let failed: Result<(), ()> = lists.fetch(|| touch().map_err(drop).and(Err(())));
        assert!(failed.is_err() && lists.are_old());
        assert!(lists.fetch(touch).is_ok() && !lists.are_old());
    }
}
