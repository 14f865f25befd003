//! What the running server is made of, and which part of it is whose: handlers take parts, and never
//! the whole.

use crate::api::health::Readiness;
use crate::api::limit::{Limiter, Limits};
use crate::api::state::{ApiState, Creators, LeaseTime, Rooms};
use crate::api::tokens::Tokens;
use crate::api::{self, largest_body};
use crate::observe::metrics::{Measured, Metrics};
use crate::settings::Settings;
use crate::site::Site;
use crate::site::brand::Brand;
use crate::site::pages::{Look, Pages, Rendered};
use crate::web::caller::{Callers, Proxies, Tags};
use crate::web::headers::Transport;
use crate::web::listener::Listen;
use crate::web::rate_limit::RateLimit;
use crate::web::room::Room;
use anyhow::Context as _;
use ashlink_core::api::Config;
use ashlink_store::SecretStore;
use axum::extract::FromRef;
use axum::http::HeaderValue;
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
pub struct AppState(Arc<ServerParts>);

/// What the running server is made of.
#[derive(Clone)]
pub struct ServerParts {
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
    /// The origin of the page that is on another host.
    pub client: Option<HeaderValue>,
    /// Whether the public URL is https.
    pub transport: Transport,
    /// The pages, once they are made.
    pub rendered: Arc<Rendered>,
    /// Memory for what is on its way.
    pub rooms: Rooms,
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

/// What pages are rendered from, with these settings.
///
/// # Errors
/// When the API cannot have them, or the logo is none, in words for the operator.
pub fn look(settings: &Settings, site: Site) -> anyhow::Result<Look> {
    let base: Arc<str> = settings.base().into();
    Ok(Look {
        site: Arc::new(site),
        brand: Arc::new(Brand::read(settings.accent, settings.logo.as_deref())?),
        api: Arc::clone(&base),
        base,
        config: Arc::new(settings.api_config()?),
    })
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
        let Look { site, brand, base, config, .. } = look(settings, site)?;
        let metrics = Arc::<Metrics>::default();
        Ok(Self(Arc::new(ServerParts {
            store: Arc::new(Measured::new(store, Arc::clone(&metrics))),
            metrics,
            rooms: Rooms {
                bodies: Room::of(most_under_way(&config), settings.rate_limit),
                proofs: Room::of(LEAST_UNDER_WAY, settings.rate_limit),
                answers: Room::of(UNREAD * most_under_way(&config), settings.rate_limit),
            },
            config,
            site,
            brand,
            readiness: Arc::default(),
            base,
            client: settings.client_origin.as_deref().map(HeaderValue::from_str).transpose()?,
            transport: settings.transport(),
            rendered: Arc::default(),
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
        Look::from_ref(self).told()
    }
}

impl Deref for AppState {
    type Target = ServerParts;

    fn deref(&self) -> &ServerParts {
        &self.0
    }
}

/// Tests put parts of their own in.
#[cfg(test)]
impl std::ops::DerefMut for AppState {
    fn deref_mut(&mut self) -> &mut ServerParts {
        Arc::make_mut(&mut self.0)
    }
}

impl FromRef<AppState> for ApiState {
    fn from_ref(state: &AppState) -> Self {
        let look = Look::from_ref(state);
        Self::from(api::state::ApiParts {
            store: Arc::clone(&state.store),
            config: Arc::clone(&state.config),
            told: Arc::new(move || look.told()),
            rooms: state.rooms.clone(),
            lease: LeaseTime(state.lease),
            limits: Limits::from_ref(state),
            creators: Creators(state.tokens.clone()),
        })
    }
}

impl FromRef<AppState> for Arc<dyn SecretStore> {
    fn from_ref(state: &AppState) -> Self {
        Self::clone(&state.store)
    }
}

impl FromRef<AppState> for Arc<Readiness> {
    fn from_ref(state: &AppState) -> Self {
        Self::clone(&state.readiness)
    }
}

impl FromRef<AppState> for Arc<Brand> {
    fn from_ref(state: &AppState) -> Self {
        Self::clone(&state.brand)
    }
}

impl FromRef<AppState> for Pages {
    fn from_ref(state: &AppState) -> Self {
        Self { look: Look::from_ref(state), rendered: Arc::clone(&state.rendered) }
    }
}

impl FromRef<AppState> for Look {
    fn from_ref(state: &AppState) -> Self {
        Self {
            site: Arc::clone(&state.site),
            brand: Arc::clone(&state.brand),
            base: Arc::clone(&state.base),
            api: Arc::clone(&state.base),
            config: Arc::clone(&state.config),
        }
    }
}

impl FromRef<AppState> for Callers {
    fn from_ref(state: &AppState) -> Self {
        Self { proxies: Arc::clone(&state.proxies), tags: Arc::clone(&state.tags) }
    }
}

impl FromRef<AppState> for Limits {
    fn from_ref(state: &AppState) -> Self {
        Self { limiter: state.limiter.clone(), metrics: Arc::clone(&state.metrics) }
    }
}

/// The tokens of the file that the settings name.
pub(crate) fn tokens(settings: &Settings) -> anyhow::Result<Option<Tokens>> {
    let Some(path) = settings.tokens.as_deref() else { return Ok(None) };
    Tokens::open(path).map(Some).with_context(|| format!("cannot use ASHLINK_TOKENS={}", path.display()))
}
