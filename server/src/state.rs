//! What every handler can reach.

use crate::api::largest_body;
use crate::brand::Brand;
use crate::client::{Proxies, Tags};
use crate::config::Settings;
use crate::health::Readiness;
use crate::http::headers::Transport;
use crate::http::room::Room;
use crate::limit::{Limiter, RateLimit};
use crate::listener::Listen;
use crate::metrics::{Measured, Metrics};
use crate::site::Site;
use crate::store::SecretStore;
use crate::tokens::Tokens;
use anyhow::Context as _;
use ashlink_core::api::Config;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// What bodies that arrive may take together at least, in bytes.
const LEAST_UNDER_WAY: usize = 32 * 1024 * 1024;
/// At least so many of the largest body find room at once.
const LARGEST_AT_ONCE: usize = 4;
/// Answers that are not read yet may take so many times as much: bodies are gone once they are stored, and
/// these wait for somebody's line.
const UNREAD: usize = 4;

/// What bodies that arrive may take together, in bytes.
fn most_under_way(config: &Config) -> usize {
    LEAST_UNDER_WAY.max(LARGEST_AT_ONCE * largest_body(config))
}

/// The running server's parts. Cheap to clone, which happens several times for each request.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// What the running server is made of.
#[derive(Clone)]
pub struct Parts {
    /// Where secrets are; what it does is counted.
    pub store: Arc<dyn SecretStore>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What the operator allows; the logo, which can change, is in [`told`](AppState::told).
    pub config: Arc<Config>,
    /// The page's files.
    pub site: Arc<Site>,
    /// The site's own look.
    pub brand: Arc<Brand>,
    /// What stands before every path: empty, or `/prefix`.
    pub base: Arc<str>,
    /// Whether the public URL is https.
    pub transport: Transport,
    /// Memory for bodies that arrive.
    pub bodies: Room,
    /// The same for those of claims, which are small: nobody's upload keeps them out.
    pub proofs: Room,
    /// Memory for secrets that are on their way out.
    pub answers: Room,
    /// What the store last said of itself.
    pub readiness: Arc<Readiness>,
    /// For how long the reader of a view can fetch it again.
    pub lease: Duration,
    /// Whom to believe about who asks.
    pub proxies: Arc<Proxies>,
    /// Makes what is kept of who asks.
    pub tags: Arc<Tags>,
    /// Counts how often and how much; `None` where everybody is trusted.
    pub limiter: Option<Arc<Limiter>>,
    /// Who may create; `None` where everyone may.
    pub tokens: Option<Arc<Tokens>>,
}

impl AppState {
    /// With these settings.
    ///
    /// # Errors
    /// When a file that they name cannot be used, in words for the operator.
    pub fn new(settings: &Settings, store: Arc<dyn SecretStore>, site: Site) -> anyhow::Result<Self> {
        let limiter = match settings.rate_limit {
            RateLimit::On => Some(Arc::new(Limiter::new(settings.max_size.as_u64()))),
            RateLimit::Off => None,
        };
        let tokens = tokens(settings)?;
        let brand = Brand::read(settings)?;
        let config = settings.api_config()?;
        let metrics = Arc::<Metrics>::default();
        Ok(Self(Arc::new(Parts {
            store: Arc::new(Measured::new(store, Arc::clone(&metrics))),
            metrics,
            bodies: Room::of(most_under_way(&config), settings.rate_limit),
            proofs: Room::of(LEAST_UNDER_WAY, settings.rate_limit),
            answers: Room::of(UNREAD * most_under_way(&config), settings.rate_limit),
            config: Arc::new(config),
            site: Arc::new(site),
            brand: Arc::new(brand),
            readiness: Arc::default(),
            base: settings.base().into(),
            transport: settings.transport(),
            lease: settings.lease,
            proxies: Arc::new(Proxies {
                trusted: settings.trusted_proxies.clone(),
                header: settings.client_header,
                all_peers: matches!(settings.listen, Listen::Unix(_)),
            }),
            tags: Arc::default(),
            limiter,
            tokens: tokens.map(Arc::new),
        })))
    }

    /// What callers are told of the settings.
    #[must_use]
    pub fn told(&self) -> Config {
        let mut config = Config::clone(&self.config);
        config.logo = self.brand.logo().map(|path| format!("{}/{path}", self.base));
        config
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Tests put parts of their own in.
#[cfg(test)]
impl std::ops::DerefMut for AppState {
    fn deref_mut(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.0)
    }
}

/// The tokens of the file that the settings name.
pub(crate) fn tokens(settings: &Settings) -> anyhow::Result<Option<Tokens>> {
    let Some(path) = settings.tokens.as_deref() else { return Ok(None) };
    Tokens::open(path).map(Some).with_context(|| format!("cannot use ASHLINK_TOKENS={}", path.display()))
}
