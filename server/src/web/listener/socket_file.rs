//! A listening socket in the file system. Its mode says who may connect.

use anyhow::{Context as _, anyhow, bail, ensure};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};

/// The server's user, and the group that a proxy is in.
const MODE: u32 = 0o660;
/// For how long a server that may listen there is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// A socket that this process has made, and removes.
#[derive(Debug)]
pub struct SocketFile {
    listener: UnixListener,
    path: PathBuf,
    /// Device and number of the file: another one in its place is somebody else's.
    identity: (u64, u64),
}

impl SocketFile {
    /// Listens there. A socket that a server left behind is replaced, and nothing else is.
    ///
    /// # Errors
    /// When something is there, or nothing can be made there, in words for the operator.
    pub(super) async fn bind(path: &Path) -> anyhow::Result<Self> {
        // Under another name until it has its mode: nobody connects who may not.
        let mut new = path.as_os_str().to_owned();
        new.push(format!(".{}", std::process::id()));
        let new = Temporary(new.into());
        if fs::symlink_metadata(&new.0).is_ok_and(|found| found.file_type().is_socket()) {
            fs::remove_file(&new.0)?;
        }
        let listener = UnixListener::bind(&new.0)?;
        fs::set_permissions(&new.0, Permissions::from_mode(MODE))?;
        let identity = identity(&fs::symlink_metadata(&new.0)?);
        match renameat_with(CWD, &new.0, CWD, path, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            // Something is there, or this file system cannot tell.
            Err(Errno::EXIST | Errno::INVAL) => {
                if fs::symlink_metadata(path).is_ok() {
                    is_left_behind(path).await?;
                }
                fs::rename(&new.0, path)?;
            }
            Err(error) => return Err(io::Error::from(error).into()),
        }
        Ok(Self { listener, path: path.to_owned(), identity })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // One that another server has put there stays.
        if fs::symlink_metadata(&self.path).is_ok_and(|found| identity(&found) == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A socket under a name of its own, until it is moved to its place.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// Whether what is there is a socket at which nobody listens any more.
///
/// # Errors
/// What is there instead, and what to do.
pub(crate) async fn is_left_behind(path: &Path) -> anyhow::Result<()> {
    let found = fs::symlink_metadata(path)?;
    ensure!(
        found.file_type().is_socket(),
        "something is there that is no socket: move it away, or choose another path"
    );
    match tokio::time::timeout(PATIENCE, UnixStream::connect(path)).await {
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        Ok(Err(error)) => Err(anyhow!(error)).context("whether a server listens at this socket cannot be found out"),
        Ok(Ok(_)) | Err(_) => bail!("a server listens at this socket: stop it, or choose another path"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn a_socket_has_its_mode_and_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.sock");
        let socket = SocketFile::bind(&path).await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
        let mut client = UnixStream::connect(&path).await.unwrap();
        let mut served = socket.accept().await.unwrap();
        client.write_all(b"x").await.unwrap();
        assert_eq!(served.read_u8().await.unwrap(), b'x');
        drop(socket);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
    }

    #[tokio::test]
    async fn a_socket_that_was_left_behind_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.sock");
        // As after a crash: the file stays, and nobody listens.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let first = SocketFile::bind(&path).await.unwrap();
        let words = format!("{:#}", SocketFile::bind(&path).await.unwrap_err());
        assert!(words.contains("a server listens at this socket"), "{words}");
        UnixStream::connect(&path).await.expect("the first is still there");

        // Another server took the place: what is there now is not ours to remove.
        fs::remove_file(&path).unwrap();
        let second = SocketFile::bind(&path).await.unwrap();
        drop(first);
        UnixStream::connect(&path).await.expect("the second is still there");
        drop(second);

        fs::write(&path, "a letter").unwrap();
        let words = format!("{:#}", SocketFile::bind(&path).await.unwrap_err());
        assert!(words.contains("no socket"), "{words}");
        assert_eq!(fs::read(&path).unwrap(), b"a letter");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left");
        let nowhere = folder.path().join("none/server.sock");
        assert!(SocketFile::bind(&nowhere).await.is_err());
    }
}
