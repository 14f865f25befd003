//! Tokens: with `ASHLINK_TOKENS`, whoever creates must show one; anyone opens.
//!
//! The operator keeps their hashes in a file, a line for each with a name. A token is revoked
//! by deleting its line; the file is read again while the server runs.

pub mod issue;
pub mod list;
pub mod token;

pub use list::{Entry, LineError, TokenList, TokenName};
pub use token::{Token, TokenHash};

use ashlink_store::files::{self, ReadError};
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

/// Between two looks at the file: for so long a revoked token may still be good.
const PAUSE: Duration = Duration::from_secs(2);
/// After which time a fault that stays is logged again: a token that was revoked meanwhile is good.
const REMINDER: Duration = Duration::from_secs(10 * 60);
/// The largest file, in bytes: ten thousand tokens and more.
const LARGEST: u64 = 1024 * 1024;

/// The tokens of a file.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    list: RwLock<TokenList>,
    /// SHA-256 of the file that the list is from: not its times, which stay the same for what is
    /// written fast or put back.
    seen: Mutex<[u8; 32]>,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read, or is no file of this kind.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// There is nothing in it, not even a comment.
    #[error("it is empty; a line with # leaves nobody in it")]
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
        let bytes = files::read_in_time(path, LARGEST)?;
        let list = TokenList::parse(&bytes)?;
        warn_if_empty(&list);
        Ok(Self { path: path.to_owned(), list: RwLock::new(list), seen: Mutex::new(Sha256::digest(bytes).into()) })
    }

    /// Whether nobody can create.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.number() == 0
    }

    /// Whose token it is; `None` for one that is not, or no longer, among them.
    #[must_use]
    pub fn find(&self, token: &Token) -> Option<TokenName> {
        self.list.read().expect("nothing panics while it has this lock").find(token).cloned()
    }

    /// Looks at the file again, for as long as its file system takes. Gives the number of tokens
    /// where they are others than before.
    ///
    /// # Errors
    /// Why it cannot be used. The list stays as it was: a file that is being edited must not lock
    /// everybody out.
    pub fn refresh(&self) -> Result<Option<usize>, FileError> {
        let bytes = files::read(&self.path, LARGEST)?;
        let digest = Sha256::digest(&bytes).into();
        if *self.seen.lock().expect("nothing panics while it has this lock") == digest {
            return Ok(None);
        }
        // A shell empties a file before a program has written the first byte of the new one.
        if bytes.is_empty() {
            return Err(FileError::Empty);
        }
        let list = TokenList::parse(&bytes)?;
        warn_if_empty(&list);
        let number = list.entries().len();
        *self.list.write().expect("nothing panics while it has this lock") = list;
        *self.seen.lock().expect("nothing panics while it has this lock") = digest;
        Ok(Some(number))
    }

    /// Looks at the file for as long as the server runs. A fault is logged when it comes, and again
    /// while it stays.
    pub async fn refresh_forever(self: Arc<Self>) {
        let mut fault = Fault::default();
        loop {
            tokio::time::sleep(PAUSE).await;
            let tokens = Arc::clone(&self);
            let looked = match files::apart(move || tokens.refresh()) {
                Ok(look) => answered(look, |late| self.complain(&mut fault, &late)).await,
                Err(error) => Err(ReadError::Io(error).into()),
            };
            match looked {
                Ok(changed) => {
                    if fault.is_over() || changed.is_some() {
                        let tokens = self.number();
                        tracing::info!(tokens, "the token file was read again");
                    }
                }
                Err(error) => self.complain(&mut fault, &error),
            }
        }
    }

    fn number(&self) -> usize {
        self.list.read().expect("nothing panics while it has this lock").entries().len()
    }

    fn complain(&self, fault: &mut Fault, error: &FileError) {
        if fault.is_news(&error.to_string()) {
            let file = self.path.display();
            tracing::warn!(%file, %error, "the token file cannot be used; the tokens of before stay valid");
        }
    }
}

/// What one look at the file comes to, however long it takes; each time that it takes long again is
/// told meanwhile.
async fn answered(
    mut look: oneshot::Receiver<Result<Option<usize>, FileError>>,
    mut late: impl FnMut(FileError),
) -> Result<Option<usize>, FileError> {
    loop {
        match timeout(files::PATIENCE, &mut look).await {
            Ok(looked) => return looked.unwrap_or_else(|error| Err(ReadError::Io(io::Error::other(error)).into())),
            Err(_) => late(ReadError::NoAnswer.into()),
        }
    }
}

/// What was complained of last, and when.
#[derive(Debug, Default)]
struct Fault(Option<(String, Instant)>);

impl Fault {
    /// Whether there was one, which ends with this.
    fn is_over(&mut self) -> bool {
        self.0.take().is_some()
    }

    /// Whether this is to be said: it is another fault than before, or was said long ago.
    fn is_news(&mut self, words: &str) -> bool {
        if self.0.as_ref().is_some_and(|(before, since)| before == words && since.elapsed() < REMINDER) {
            return false;
        }
        self.0 = Some((words.to_owned(), Instant::now()));
        true
    }
}

fn warn_if_empty(list: &TokenList) {
    if list.entries().is_empty() {
        tracing::warn!("the token file has no token: nobody can create");
    }
}

#[cfg(test)]
pub(crate) mod tests;
