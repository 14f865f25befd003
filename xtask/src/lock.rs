//! One xtask at a time writes below `target/site`, `target/vectors` and `node_modules`.

use std::fs::{self, File, TryLockError};

use anyhow::{Context, Result};

use crate::places::Places;

/// Waits for other xtasks on this checkout; the lock ends with the value, or with the process.
pub(crate) fn alone(places: &Places) -> Result<File> {
    let dir = places.notes();
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let path = dir.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Waiting for another xtask that is building.");
            file.lock().context("cannot lock")?;
        }
        // Some network file systems have no locks; there it is as if we were alone.
        Err(TryLockError::Error(error)) => println!("Going on without a lock on {}: {error}.", path.display()),
    }
    Ok(file)
}
