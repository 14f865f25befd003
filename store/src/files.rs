//! Small files that settings name: regular files alone, never more of them than is allowed, and
//! nobody waits for ever for a file system that does not answer.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

/// For how long a file system may take to answer. Local ones need no millisecond; one on a network
/// whose server is away can take for ever.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system says why.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Reading it could wait for ever, or never end.
    #[error("it is {0}, and must be a regular file")]
    NotRegular(&'static str),
    /// It has more bytes than this.
    #[error("it is larger than {} KiB", .0 / 1024)]
    TooLarge(u64),
    /// Nothing came back in [`PATIENCE`].
    #[error("its file system did not answer within {} seconds", PATIENCE.as_secs())]
    NoAnswer,
}

/// Reads a file of at most so many bytes, for as long as its file system takes.
///
/// # Errors
/// [`ReadError`], but for [`ReadError::NoAnswer`].
pub fn read(path: &Path, largest: u64) -> Result<Vec<u8>, ReadError> {
    // Opening a FIFO waits for somebody who writes, unless it must not wait at all.
    let no_waiting = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(no_waiting).open(path)?;
    let kind = file.metadata()?.file_type();
    if !kind.is_file() {
        return Err(ReadError::NotRegular(match kind {
            _ if kind.is_dir() => "a folder",
            _ if kind.is_fifo() => "a FIFO",
            _ => "a device",
        }));
    }
    let mut bytes = Vec::new();
    file.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest { Err(ReadError::TooLarge(largest)) } else { Ok(bytes) }
}

/// Reads a file of at most so many bytes, and gives up when its file system does not answer within
/// [`PATIENCE`].
///
/// # Errors
/// [`ReadError`].
pub fn read_in_time(path: &Path, largest: u64) -> Result<Vec<u8>, ReadError> {
    let path = path.to_owned();
    let (sender, answer) = mpsc::sync_channel(1);
    on_thread(move || drop(sender.send(read(&path, largest))))?;
    answer.recv_timeout(PATIENCE).unwrap_or(Err(ReadError::NoAnswer))
}

/// Does what can take for ever on a thread of its own. The runtime's threads for such work are
/// waited for when the process ends; this one is not.
///
/// # Errors
/// When the system gives no thread.
pub fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<oneshot::Receiver<T>> {
    let (sender, answer) = oneshot::channel();
    on_thread(move || drop(sender.send(work())))?;
    Ok(answer)
}

fn on_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name("file".to_owned()).spawn(work).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// A FIFO at this place, which nobody writes into.
    fn fifo(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn regular_files_are_read_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        std::fs::write(place("file"), b"1234").unwrap();
        std::os::unix::fs::symlink("file", place("link")).unwrap();
        fifo(&place("fifo"));
        std::fs::create_dir(place("folder")).unwrap();
        for read in [read, read_in_time] {
            for name in ["file", "link"] {
                assert_eq!(read(&place(name), 4).unwrap(), b"1234");
            }
            for (path, words) in [
                (place("fifo"), "it is a FIFO, and must be a regular file"),
                (place("folder"), "it is a folder, and must be a regular file"),
                ("/dev/zero".into(), "it is a device, and must be a regular file"),
                (place("none"), "No such file"),
            ] {
                let error = read(&path, 4).unwrap_err().to_string();
                assert!(error.starts_with(words), "{}: {error}", path.display());
            }
            assert!(matches!(read(&place("file"), 3), Err(ReadError::TooLarge(3))));
        }
    }

    #[tokio::test]
    async fn what_is_done_apart_answers() {
        assert_eq!(apart(|| 7).unwrap().await, Ok(7));
    }
}
