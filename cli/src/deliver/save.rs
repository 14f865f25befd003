//! Files that nobody else may read, and that replace none.

use ashlink_core::safe_name::fitted;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The longest names, in bytes, as they are tried: of most file systems, of eCryptfs, and of one that is not known
/// here.
const NAME_BYTES: [usize; 3] = [255, 143, 40];

/// Where a file goes that finds no other place: the current folder, the home, the folders for what is temporary.
#[expect(clippy::disallowed_methods, reason = "better there, for its owner alone, than lost")]
pub(super) fn places() -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from(".")];
    places.extend(etcetera::home_dir().ok());
    places.push(std::env::temp_dir());
    // In memory, and there in containers in which nothing else can be written.
    if cfg!(target_os = "linux") {
        places.push(PathBuf::from("/dev/shm"));
    }
    places
}

/// The first of these folders that takes files.
pub(super) fn first_place(places: Vec<PathBuf>) -> Option<PathBuf> {
    places.into_iter().find(|folder| can_write(folder).is_ok())
}

/// Makes a new file that its owner alone can read.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether files can be made in a folder. Leaves none.
pub(super) fn can_write(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

/// Saves under this name, or with a number where there is such a file. Says where.
pub(super) fn save(folder: &Path, name: &str, data: &[u8]) -> io::Result<PathBuf> {
    let (file, path) = create_new(folder, name, create)?;
    fill(file, &path, data).map(|()| path)
}

/// Makes a file that is not there yet, under a name that the file system takes.
fn create_new(folder: &Path, name: &str, create: impl Fn(&Path) -> io::Result<File>) -> io::Result<(File, PathBuf)> {
    let mut shorter = NAME_BYTES.into_iter();
    let mut longest = shorter.next().unwrap_or_default();
    let mut number = 1;
    loop {
        let mark = if number == 1 { String::new() } else { format!(" ({number})") };
        let path = folder.join(fitted(name, &mark, longest));
        let error = match create(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::AlreadyExists if number < 1000 => number += 1,
            ErrorKind::InvalidFilename => longest = shorter.next().ok_or(error)?,
            _ => return Err(error),
        }
    }
}

/// Writes a file that was just made; takes it away again where that fails, since half of a secret
/// is nothing to leave about.
pub(super) fn fill(mut file: File, path: &Path, data: &[u8]) -> io::Result<()> {
    let written = file.write_all(data).and_then(|()| file.sync_all());
    if written.is_err() {
        drop(std::fs::remove_file(path));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        for (text, name) in [("one", "a.tar.gz"), ("two", "a.tar (2).gz"), ("three", "a.tar (3).gz")] {
            let path = save(folder.path(), "a.tar.gz", text.as_bytes()).unwrap();
            assert_eq!(path, folder.path().join(name));
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("a.tar.gz")).unwrap(), "one");
        assert!(create(&folder.path().join("a.tar.gz")).is_err());
    }

    #[test]
    fn a_number_makes_no_name_too_long() {
        let folder = tempfile::tempdir().unwrap();
        let name = "日".repeat(83) + ".txt";
        for stem in ["日".repeat(83), "日".repeat(82) + " (2)", "日".repeat(82) + " (3)"] {
            let path = save(folder.path(), &name, b"s").unwrap();
            assert_eq!(path, folder.path().join(stem + ".txt"));
        }
    }

    #[test]
    fn a_file_system_that_takes_shorter_names_gets_them() {
        let folder = tempfile::tempdir().unwrap();
        let name = "x".repeat(200) + ".pem";
        let of_at_most = |longest: usize| {
            let create = |path: &Path| match path.file_name().unwrap().len() {
                len if len > longest => Err(ErrorKind::InvalidFilename.into()),
                _ => create(path),
            };
            let made = create_new(folder.path(), &name, create);
            made.map(|(_, path)| path.file_name().unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(of_at_most(143).unwrap(), "x".repeat(139) + ".pem");
        assert_eq!(of_at_most(143).unwrap(), "x".repeat(135) + " (2).pem");
        assert_eq!(of_at_most(64).unwrap(), "x".repeat(36) + ".pem");
        assert_eq!(of_at_most(8).unwrap_err().kind(), ErrorKind::InvalidFilename);
    }

    #[test]
    fn the_first_place_is_the_first_that_takes_files() {
        let folder = tempfile::tempdir().unwrap();
        let (nowhere, there) = (folder.path().join("no"), folder.path().to_owned());
        assert_eq!(first_place(vec![nowhere.clone(), there.clone(), PathBuf::from(".")]), Some(there));
        assert_eq!(first_place(vec![nowhere, PathBuf::from("/proc")]), None);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = save(folder.path(), "k", b"s").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
