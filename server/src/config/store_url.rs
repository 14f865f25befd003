//! Which store, and where.

use redis::IntoConnectionInfo as _;
use std::fmt;
use std::str::FromStr;
use url::Url;

/// Where secrets are kept. Never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// This process's memory.
    Memory,
    /// A Redis or Valkey server.
    Redis(Url),
}

impl FromStr for StoreUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str = "must be `memory:` or `redis://[user:password@]host[:port][/database]`";
        if text == "memory:" {
            return Ok(Self::Memory);
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
