//! From settings to a running server.

use crate::config::{Settings, StoreUrl};
use crate::serve::serve;
use crate::site::Site;
use crate::state::AppState;
use crate::store::SecretStore;
use crate::store::embedded::EmbeddedStore;
use crate::store::redis::{RedisStore, Snapshots, Unsuitable};
use anyhow::Context as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// For how long a store that is just starting is waited for.
const STORE_PATIENCE: Duration = Duration::from_secs(30);
/// Between two attempts.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Opens the store, listens, and serves this page until the process is told to stop.
///
/// # Errors
/// When the store or the address is not to be had, in words for the operator.
pub async fn run(settings: Settings, site: Site) -> anyhow::Result<()> {
    let state = AppState {
        site: Arc::new(site),
        store: open_store(&settings).await?,
        config: Arc::new(settings.api_config()),
        base: settings.base().into(),
        transport: settings.transport(),
    };
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on ASHLINK_LISTEN={}", settings.listen))?;
    let address = listener.local_addr()?;
    let store = &settings.store;
    tracing::info!(%address, %store, version = env!("CARGO_PKG_VERSION"), "serving");
    // For people and for scripts: the one line on standard output.
    println!("Ashlink is at http://{address}{}/", settings.base());
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    serve(listener, state, async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
    .await;
    Ok(())
}

async fn open_store(settings: &Settings) -> anyhow::Result<Arc<dyn SecretStore>> {
    match &settings.store {
        StoreUrl::Memory => Ok(embedded(EmbeddedStore::in_memory(settings.store_budget.as_u64())?)),
        StoreUrl::File(path) => {
            let store = EmbeddedStore::in_file(path, settings.store_budget.as_u64())
                .with_context(|| format!("cannot use ASHLINK_STORE={}", settings.store))?;
            Ok(embedded(store))
        }
        StoreUrl::Redis(url) => {
            let snapshots = if settings.allow_snapshots { Snapshots::Allow } else { Snapshots::Refuse };
            let patience = tokio::time::Instant::now() + STORE_PATIENCE;
            loop {
                match RedisStore::connect(url.as_str(), snapshots).await {
                    Ok(store) => {
                        let store = Arc::new(store);
                        let sweeper = Arc::clone(&store);
                        tokio::spawn(async move { sweeper.sweep_forever().await });
                        return Ok(store);
                    }
                    // One that must be set up otherwise will not become suitable by waiting.
                    Err(error) if error.is::<Unsuitable>() || tokio::time::Instant::now() >= patience => {
                        return Err(error).with_context(|| format!("cannot use ASHLINK_STORE={}", settings.store));
                    }
                    Err(error) => {
                        tracing::warn!(store = %settings.store, %error, "waiting for the store");
                        tokio::time::sleep(STORE_PAUSE).await;
                    }
                }
            }
        }
    }
}

/// An embedded store that tidies up after itself.
fn embedded(store: EmbeddedStore) -> Arc<EmbeddedStore> {
    let store = Arc::new(store);
    let sweeper = Arc::clone(&store);
    tokio::spawn(async move { sweeper.sweep_forever().await });
    store
}
