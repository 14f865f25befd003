//! Which store, and where.

use redis::IntoConnectionInfo as _;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use url::Url;

/// Where secrets are kept. Never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// This process's memory.
    Memory,
    /// A file that one process has alone.
    File(PathBuf),
    /// A Redis or Valkey server.
    Redis(Url),
}

impl FromStr for StoreUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str = "must be `memory:`, `file:PATH` or `redis://[user:password@]host[:port][/database]`";
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        if let Some(path) = text.strip_prefix("file:") {
            // As it stands: nothing is decoded. `file:///path` is a path too; a host is not.
            let host = path.starts_with("//") && !path.starts_with("///");
            if host || path.is_empty() || path.ends_with('/') {
                return Err("must name a file, such as `file:/var/lib/ashlink/store`".to_owned());
            }
            return Ok(Self::File(path.into()));
        }
        let url = Url::parse(text).map_err(|_| FORM)?;
        if url.scheme() != "redis" || url.host_str().is_none_or(str::is_empty) {
            return Err(FORM.to_owned());
        }
        // The driver's own reading, so that what is wrong is said at the start.
        text.into_connection_info().map_err(|_| FORM)?;
        Ok(Self::Redis(url))
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory:"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Redis(url) => {
                let host = url.host_str().unwrap_or_default();
                write!(f, "redis://{host}:{}", url.port().unwrap_or(6379))
            }
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
