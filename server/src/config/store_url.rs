//! Which store, and where.

use crate::store::redis::RedisUrl;
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
