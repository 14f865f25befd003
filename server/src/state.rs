//! What every handler can reach.

use crate::http::headers::Transport;
use crate::site::Site;
use crate::store::SecretStore;
use ashlink_core::api::Config;
use std::sync::Arc;

/// The running server's parts. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Where secrets are.
    pub store: Arc<dyn SecretStore>,
    /// What the operator allows.
    pub config: Arc<Config>,
    /// The page's files.
    pub site: Arc<Site>,
    /// What stands before every path: empty, or `/prefix`.
    pub base: Arc<str>,
    /// Whether the public URL is https.
    pub transport: Transport,
}
