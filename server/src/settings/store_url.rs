//! Which store, and where.

use ashlink_core::text::without_mark;
use ashlink_store::files::read_in_time;
use ashlink_store::redis::RedisUrl;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where secrets are kept. Never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// This process's memory.
    Memory,
    /// A file that one process has alone.
    File(PathBuf),
    /// Redis or Valkey servers.
    Redis(RedisUrl),
}

/// The most bytes of a file with a URL.
const LARGEST: u64 = 64 * 1024;

impl StoreUrl {
    /// Reads the one URL that stands in a file, without white space and line ends around it.
    ///
    /// # Errors
    /// Why there is none, without the file's content.
    pub(super) fn in_file(path: &Path) -> Result<Self, String> {
        let bytes = read_in_time(path, LARGEST).map_err(|error| error.to_string())?;
        let text = std::str::from_utf8(without_mark(&bytes)).map_err(|_| "it is no text")?.trim();
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        text.parse().map_err(|words| format!("what stands in it {words}"))
    }
}

impl FromStr for StoreUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        if let Some(path) = text.strip_prefix("file:") {
            // As it stands: nothing is decoded. `file:///path` is a path too; a host is not.
            let host = path.starts_with("//") && !path.starts_with("///");
            if host || path.ends_with('/') || Path::new(path).file_name().is_none() {
                return Err("must name a file, such as `file:/var/lib/ashlink/store`".to_owned());
            }
            return Ok(Self::File(path.into()));
        }
        text.parse().map(Self::Redis)
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory:"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Redis(url) => fmt::Display::fmt(url, f),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
