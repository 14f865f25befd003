//! Tokens: with `ASHLINK_TOKENS`, whoever creates must show one; anyone opens.
//!
//! The operator keeps their hashes in a file, a line for each with a name. A token is revoked
//! by deleting its line; the file is read again while the server runs.

pub mod issue;
pub mod list;
pub mod token;

pub use list::{Entry, LineError, TokenList, TokenName};
pub use token::{Token, TokenHash};

use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

/// Between two looks at the file: for so long a revoked token may still be good.
const PAUSE: Duration = Duration::from_secs(2);
/// The largest file, in bytes: ten thousand tokens and more.
const LARGEST: u64 = 1024 * 1024;

/// The tokens of a file.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    list: RwLock<TokenList>,
    seen: Mutex<Seen>,
}

/// What was found at the last look: SHA-256 of the content, or why there was none. The content
/// and not the times of the file, which stay the same for what is written fast or put back.
type Seen = Result<[u8; 32], String>;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It is something else, by its size.
    #[error("is larger than 1 MiB")]
    TooLarge,
    /// There is nothing in it, not even a comment.
    #[error("is empty; a line with # leaves nobody in it")]
    Empty,
    /// A line is wrong.
    #[error(transparent)]
    Line(#[from] LineError),
}

impl Tokens {
    /// Reads the file for the first time.
    ///
    /// # Errors
    /// Why it cannot be used, with the line where one is wrong.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let bytes = read(path)?;
        let list = TokenList::parse(&bytes)?;
        warn_if_empty(&list);
        Ok(Self { path: path.to_owned(), list: RwLock::new(list), seen: Mutex::new(Ok(Sha256::digest(bytes).into())) })
    }

    /// Whether nobody can create.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.read().expect("nothing panics while it has this lock").entries().is_empty()
    }

    /// Whose token it is; `None` for one that is not, or no longer, among them.
    #[must_use]
    pub fn find(&self, token: &Token) -> Option<TokenName> {
        self.list.read().expect("nothing panics while it has this lock").find(token).cloned()
    }

    /// Looks at the file again. What is wrong with it is logged once, and changes nothing: a
    /// file that is being edited must not lock everybody out.
    pub fn refresh(&self) {
        let content = read(&self.path);
        let seen = match &content {
            Ok(bytes) => Ok(Sha256::digest(bytes).into()),
            Err(error) => Err(error.to_string()),
        };
        if std::mem::replace(&mut *self.seen.lock().expect("nothing panics while it has this lock"), seen.clone())
            == seen
        {
            return;
        }
        // A shell empties a file before a program has written the first byte of the new one.
        let content = content.and_then(|bytes| if bytes.is_empty() { Err(FileError::Empty) } else { Ok(bytes) });
        match content.and_then(|bytes| Ok(TokenList::parse(&bytes)?)) {
            Ok(list) => {
                tracing::info!(tokens = list.entries().len(), "the token file was read again");
                warn_if_empty(&list);
                *self.list.write().expect("nothing panics while it has this lock") = list;
            }
            Err(error) => {
                let file = self.path.display();
                tracing::warn!(%file, %error, "the token file cannot be used; the tokens of before stay valid");
            }
        }
    }

    /// Looks at the file for as long as the server runs.
    pub async fn refresh_forever(self: Arc<Self>) {
        loop {
            tokio::time::sleep(PAUSE).await;
            let tokens = Arc::clone(&self);
            // A file can be slow, as on a network.
            if let Err(error) = tokio::task::spawn_blocking(move || tokens.refresh()).await {
                tracing::warn!(%error, "the token file was not looked at");
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(FileError::TooLarge) } else { Ok(bytes) }
}

fn warn_if_empty(list: &TokenList) {
    if list.entries().is_empty() {
        tracing::warn!("the token file has no token: nobody can create");
    }
}

#[cfg(test)]
pub(crate) mod tests;
