//! The links that were created, in a CSV file that is whole at every moment.

use crate::exit::{Exit, Failure};
use serde::{Deserialize, Serialize};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How far one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// About to be sent; whether it was, the server knows.
    Sending,
    /// Stored on the server.
    Sent,
}

/// A row of the file; its fields are the columns, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) recipient: String,
    pub(super) id: String,
    pub(super) state: State,
    pub(super) link: String,
    pub(super) receipt_link: String,
    /// RFC 3339; empty where it is not known.
    pub(super) expires_at: String,
}

/// All rows of the file; each change writes the file anew.
pub(super) struct Results {
    path: PathBuf,
    rows: Vec<Row>,
}

impl Results {
    /// A new file, or one of an earlier run where that is wanted.
    pub(super) fn open(path: &Path, resume: bool) -> Result<Self, Failure> {
        let path = path.to_owned();
        let rows = match (path.exists(), resume) {
            (false, _) => Vec::new(),
            (true, true) => read(&path).map_err(|error| unusable(&path, &error))?,
            (true, false) => {
                return Err(Failure::new(
                    Exit::Local,
                    format!("{} exists already", path.display()),
                    "Continue it with --resume, or name another file. Nothing was sent.",
                ));
            }
        };
        let results = Self { path, rows };
        // A folder that cannot be written to is found before anything is sent.
        results.write()?;
        Ok(results)
    }

    pub(super) fn get(&self, recipient: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.recipient == recipient)
    }

    /// Adds a row, or replaces the one of the same recipient; it is on disk when this returns.
    pub(super) fn put(&mut self, row: Row) -> Result<(), Failure> {
        match self.rows.iter_mut().find(|old| old.recipient == row.recipient) {
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
        self.write()
    }

    /// Written beside it and put in its place, so that a power cut leaves the old or the new.
    fn write(&self) -> Result<(), Failure> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || -> io::Result<()> {
            // Its owner alone can read it: `tempfile` makes it so.
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
            writer.write_record(["recipient", "id", "state", "link", "receipt_link", "expires_at"])?;
            for row in &self.rows {
                writer.serialize(row)?;
            }
            file.write_all(&writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?)?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().map_err(|error| unusable(&self.path, &error))
    }
}

fn read(path: &Path) -> io::Result<Vec<Row>> {
    let rows = csv::Reader::from_path(path)?.into_deserialize().collect::<Result<Vec<Row>, _>>();
    rows.map_err(io::Error::other)
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    let next = "Fix that, and continue with --resume: nothing is sent twice.";
    Failure::new(Exit::Local, format!("cannot use {}: {error}", path.display()), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(recipient: &str, state: State) -> Row {
        let text = |what: &str| format!("{what} of {recipient}");
        Row {
            recipient: recipient.to_owned(),
            id: text("id"),
            state,
            link: text("link"),
            receipt_link: text("receipt link"),
            expires_at: String::new(),
        }
    }

    #[test]
    fn what_was_put_is_there_in_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.csv");
        let mut results = Results::open(&path, false).ok().unwrap();
        results.put(row("a, \"b\"", State::Sending)).unwrap();
        results.put(row("c", State::Sending)).unwrap();
        results.put(row("a, \"b\"", State::Sent)).unwrap();
        assert!(Results::open(&path, false).err().unwrap().next.contains("--resume"));
        let again = Results::open(&path, true).ok().unwrap();
        assert_eq!(again.rows, [row("a, \"b\"", State::Sent), row("c", State::Sending)]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.csv");
        Results::open(&path, false).ok().unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
