//! A folder as one file: a ZIP archive, which every system unpacks.

use ashlink_core::message::File;
use ashlink_core::payload::MAX_NAME_BYTES;
use ashlink_core::safe_name::fitted;
use std::cell::Cell;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Read as _, Seek, SeekFrom, Write};
use std::path::Path;
use std::rc::Rc;
use zeroize::Zeroizing;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// How many times larger than its archive a folder can be: some text is, and what is more so is not read at all.
const RATIO: u64 = 20;

/// All files of a folder in an archive of at most `most` bytes, and how many things were left out: symbolic links,
/// which may lead anywhere, and what is no file.
pub(super) fn packed(folder: &Path, most: usize) -> io::Result<(File, usize)> {
    let name = name(folder);
    let bounded = Bounded::new(most);
    let is_full = Rc::clone(&bounded.is_full);
    let mut archive = ZipWriter::new(bounded);
    let mut left = RATIO * most as u64;
    let mut left_out = 0;
    let mut folders = vec![(folder.to_owned(), name.clone())];
    while let Some((path, within)) = folders.pop() {
        archive.add_directory(&*within, options(&path.metadata()?))?;
        let mut entries = fs::read_dir(&path)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, within) = (entry.path(), format!("{within}/{}", entry.file_name().to_string_lossy()));
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push((path, within));
            } else if kind.is_file() {
                add(&mut archive, &path, &within, &mut left)
                    .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
            } else {
                left_out += 1;
            }
            if is_full.get() {
                return Err(ErrorKind::FileTooLarge.into());
            }
        }
    }
    let archive = archive.finish()?;
    if is_full.get() {
        return Err(ErrorKind::FileTooLarge.into());
    }
    let data = std::mem::take(&mut *{ archive.bytes });
    let name = fitted(&(name + ".zip"), "", MAX_NAME_BYTES);
    Ok((File { name, media_type: String::new(), data }, left_out))
}

/// Adds a file of at most `left` bytes, which become fewer.
fn add(archive: &mut ZipWriter<Bounded>, path: &Path, within: &str, left: &mut u64) -> io::Result<()> {
    let mut file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.len() > *left {
        return Err(ErrorKind::FileTooLarge.into());
    }
    archive.start_file(within, options(&metadata))?;
    let mut part = Zeroizing::new(vec![0; 64 * 1024]);
    loop {
        match file.read(&mut part) {
            Ok(0) => return Ok(()),
            Ok(read) => {
                // It may have grown meanwhile.
                *left = left.checked_sub(read as u64).ok_or(ErrorKind::FileTooLarge)?;
                archive.write_all(&part[..read])?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Its own name, also where it was given as `.` or `..`.
fn name(folder: &Path) -> String {
    let whole = fs::canonicalize(folder).unwrap_or_default();
    let name = folder.file_name().or(whole.file_name());
    name.map_or_else(|| "folder".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// With who may read it, so that a key stays private where it is unpacked. No times: they are nobody's business.
fn options(metadata: &Metadata) -> SimpleFileOptions {
    let options = SimpleFileOptions::default();
    #[cfg(unix)]
    return options.unix_permissions(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777);
    #[cfg(not(unix))]
    return options;
}

/// Room for so many bytes. It has its place from the beginning, so that nothing is left behind where it grew; what is
/// too much is dropped, since an archive that cannot be ended writes about that to standard error.
struct Bounded {
    bytes: Zeroizing<Vec<u8>>,
    at: usize,
    most: usize,
    is_full: Rc<Cell<bool>>,
}

impl Bounded {
    fn new(most: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(most)), at: 0, most, is_full: Rc::default() }
    }
}

impl Write for Bounded {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let end = self.at + part.len();
        if end > self.most {
            self.is_full.set(true);
        } else {
            let len = self.bytes.len().max(end);
            self.bytes.resize(len, 0);
            self.bytes[self.at..end].copy_from_slice(part);
        }
        self.at = end;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (0, i64::try_from(at).unwrap_or(i64::MAX)),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.bytes.len(), by),
        };
        self.at = usize::try_from(by)
            .map_or_else(
                |_| from.checked_sub(usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX)),
                |by| from.checked_add(by),
            )
            .ok_or(ErrorKind::InvalidInput)?;
        Ok(self.at as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The names in an archive with what is in them, as another reader of this format finds them.
    fn unpacked(file: &File) -> BTreeMap<String, String> {
        let mut archive = zip::ZipArchive::new(io::Cursor::new(&file.data)).unwrap();
        let mut all = BTreeMap::new();
        for number in 0..archive.len() {
            let mut entry = archive.by_index(number).unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            all.insert(entry.name().unwrap().into_owned(), text);
        }
        all
    }

    #[test]
    fn a_folder_is_packed_with_all_below_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("kéys");
        fs::create_dir_all(folder.join("a/b")).unwrap();
        fs::create_dir(folder.join("empty")).unwrap();
        fs::write(folder.join("x"), "one").unwrap();
        fs::write(folder.join("a/b/y.txt"), "two".repeat(1000)).unwrap();
        let (file, left_out) = packed(&folder, 100_000).unwrap();
        assert_eq!((&*file.name, left_out), ("kéys.zip", 0));
        let all = unpacked(&file);
        let names: Vec<_> = all.keys().map(String::as_str).collect();
        assert_eq!(names, ["kéys/", "kéys/a/", "kéys/a/b/", "kéys/a/b/y.txt", "kéys/empty/", "kéys/x"]);
        assert_eq!((&*all["kéys/x"], &*all["kéys/a/b/y.txt"]), ("one", &*"two".repeat(1000)));
        assert!(file.data.len() < 2000, "it is compressed");
        assert_eq!(packed(&folder.join("."), 100_000).unwrap().0.data, file.data, "the same, whatever it is called");
    }

    #[cfg(unix)]
    #[test]
    fn what_leads_elsewhere_is_left_out_and_a_private_key_stays_private() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("f");
        fs::create_dir(&folder).unwrap();
        fs::write(home.path().join("elsewhere"), "no").unwrap();
        symlink(home.path().join("elsewhere"), folder.join("link")).unwrap();
        symlink(&folder, folder.join("loop")).unwrap();
        fs::write(folder.join("key"), "k").unwrap();
        fs::set_permissions(folder.join("key"), fs::Permissions::from_mode(0o600)).unwrap();
        let (file, left_out) = packed(&folder, 100_000).unwrap();
        assert_eq!(left_out, 2);
        assert_eq!(unpacked(&file).into_keys().collect::<Vec<_>>(), ["f/", "f/key"]);
        let mut archive = zip::ZipArchive::new(io::Cursor::new(&file.data)).unwrap();
        assert_eq!(archive.by_name("f/key").unwrap().unix_mode().unwrap() & 0o777, 0o600);
    }

    #[test]
    fn more_than_there_is_room_for_is_not_packed() {
        let folder = tempfile::tempdir().unwrap();
        let len = packed(folder.path(), 100_000).unwrap().0.data.len();
        assert!(packed(folder.path(), len).is_ok());
        assert_eq!(packed(folder.path(), len - 1).unwrap_err().kind(), ErrorKind::FileTooLarge);
        // Of a file that never ends only what fits is read.
        let file = fs::File::create(folder.path().join("x")).unwrap();
        file.set_len(1 << 40).unwrap();
        assert_eq!(packed(folder.path(), 10_000).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }
}
