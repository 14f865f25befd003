//! Files that nobody else may read, and that replace none.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

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
    for number in 1..1000 {
        let path = folder.join(numbered(name, number));
        match create(&path) {
            Ok(file) => return fill(file, &path, data).map(|()| path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
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

fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, ending))) if !stem.is_empty() => format!("{stem} ({number}).{ending}"),
        _ => format!("{name} ({number})"),
    }
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
        assert_eq!(numbered("key", 2), "key (2)");
        assert!(create(&folder.path().join("a.tar.gz")).is_err());
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
