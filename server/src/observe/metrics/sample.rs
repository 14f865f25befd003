//! What is asked of the store when somebody looks, and not for each request.

use ashlink_store::{Capacity, SecretStore, Usage};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::time::Duration;

/// For how long the store is waited for: less than Prometheus waits for the page (ten seconds).
const PATIENCE: Duration = Duration::from_secs(4);

/// A store to be looked at.
#[derive(Clone)]
pub struct Watched {
    /// Whether it is ready.
    pub store: Arc<dyn SecretStore>,
    /// How full it is.
    pub capacity: Arc<dyn Capacity>,
}

/// What a store said of itself.
#[derive(Debug, Default)]
pub(super) struct Sample {
    ready: bool,
    usage: Option<Usage>,
}

impl Watched {
    /// Asks the store. One that does not answer is not ready, and as full as nobody knows.
    pub(super) async fn sample(&self) -> Sample {
        let ready = tokio::time::timeout(PATIENCE, self.store.ping());
        let usage = tokio::time::timeout(PATIENCE, self.capacity.usage());
        let (ready, usage) = tokio::join!(ready, usage);
        Sample { ready: matches!(ready, Ok(Ok(()))), usage: usage.ok().and_then(Result::ok) }
    }
}

impl Sample {
    #[cfg(test)]
    pub(super) const fn of(ready: bool, usage: Option<Usage>) -> Self {
        Self { ready, usage }
    }

    /// Puts it on a page.
    pub(super) fn register(&self, page: &mut Registry) {
        page.register(
            "ashlink_store_ready",
            "Whether the store would take a claim now (1), as /readyz says",
            ConstGauge::new(u64::from(self.ready)),
        );
        if let Some(Usage { used, limit }) = self.usage {
            page.register(
                "ashlink_store_used_bytes",
                "What the store holds: as the budget counts it, or the used_memory of all Redis primaries. \
                 Not there when the store did not answer",
                ConstGauge::new(used),
            );
            if let Some(limit) = limit {
                page.register(
                    "ashlink_store_limit_bytes",
                    "What it may hold: the budget, or the maxmemory of all Redis primaries. \
                     Not there when there is no limit",
                    ConstGauge::new(limit),
                );
            }
        }
    }
}
