//! What is counted while the server runs, and the page that a Prometheus reads.
//!
//! A request costs some additions to numbers that were there from the start: nothing is
//! allocated, looked up or locked for it. Every label has a closed list of values (`label.rs`),
//! so what is counted cannot grow, and cannot tell of one secret, client or token.

mod encode;
mod http;
mod label;
mod listen;
mod measured;
#[cfg(target_os = "linux")]
mod process;
mod sample;
mod store;
mod table;
mod timings;

pub use http::Connection;
pub(crate) use http::{Level, Method};
pub(crate) use label::Label;
#[cfg(test)]
pub(crate) use listen::router;
pub use listen::serve;
pub use measured::Measured;
pub use sample::Watched;
pub(crate) use store::Operation;

use encode::Page;
use http::Http;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use sample::Sample;
use std::fmt;
use std::sync::Arc;
use store::Store;

/// All that is counted. One for each server.
#[derive(Debug, Default)]
pub struct Metrics {
    pub(crate) http: Http,
    pub(crate) store: Store,
}

/// One look at everything.
#[derive(Debug)]
struct Scrape {
    metrics: Arc<Metrics>,
    sample: Sample,
}

impl Scrape {
    /// As text, in the format OpenMetrics 1.0.
    fn text(self) -> Result<String, fmt::Error> {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

impl Collector for Scrape {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let page = &mut Page(encoder);
        page.info("ashlink_build", "What runs.", &[("version", env!("CARGO_PKG_VERSION"))])?;
        self.metrics.http.write(page)?;
        self.metrics.store.write(page)?;
        self.sample.write(page)?;
        #[cfg(target_os = "linux")]
        process::write(page)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
