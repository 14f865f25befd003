//! What is counted while the server runs, and the page that a Prometheus reads.
//!
//! Every label has a closed list of values (`label.rs`), so what is counted cannot grow, and cannot tell
//! of one secret, client or token.

mod connections;
mod families;
mod http;
mod label;
mod listen;
mod measured;
#[cfg(target_os = "linux")]
mod process;
mod sample;
mod store;

pub(crate) use http::Method;
pub(crate) use label::Label;
#[cfg(test)]
pub(crate) use listen::router;
pub use listen::serve;
pub use measured::Measured;
pub use sample::Watched;

use http::Http;
use prometheus_client::encoding::text::{encode, encode_registry};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use sample::Sample;
use std::fmt;
use store::Store;

/// All that is counted. One for each server.
#[derive(Debug)]
pub struct Metrics {
    pub(crate) http: Http,
    pub(crate) store: Store,
    /// What of it stands on the page, with its words.
    registry: Registry,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("ashlink_build", "What runs", build);
        Self { http: Http::new(&mut registry), store: Store::new(&mut registry), registry }
    }
}

impl Metrics {
    /// As text, in the format OpenMetrics 1.0, with what the store said of itself.
    fn page(&self, sample: &Sample) -> Result<String, fmt::Error> {
        let mut now = Registry::default();
        sample.register(&mut now);
        #[cfg(target_os = "linux")]
        process::register(&mut now);
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode(&mut text, &now)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests;
