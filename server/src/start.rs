//! From settings to a running server.

use crate::api::limit::{fit_forever, join_forever, tidy_forever};
use crate::command::unknown;
use crate::observe::metrics::{self, Watched};
use crate::output::print;
use crate::reload::{Hangups, Read, Reload};
use crate::serve::serve;
use crate::settings::{Settings, StoreUrl};
use crate::site::Site;
use crate::site::pages::Pages;
use crate::state::AppState;
use crate::web::accept::connections;
use crate::web::listener::{Listen, Listener};
use anyhow::{Context as _, ensure};
use ashlink_store::counters::Counters;
use ashlink_store::embedded::EmbeddedStore;
use ashlink_store::redis::{RedisStore, RedisUrl, Snapshots, Unsuitable};
use ashlink_store::{Capacity, SecretStore};
use axum::extract::FromRef as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// For how long a store that is just starting is waited for.
const STORE_PATIENCE: Duration = Duration::from_secs(30);
/// Between two attempts.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// What an operator should know of the store in memory, which is the default.
pub(crate) const MEMORY_ALONE: &str = "secrets are kept in this process's memory alone: a restart loses all of them. \
    To keep them, set ASHLINK_STORE to file:PATH or to a Redis";

/// Opens the store, listens, and serves this page until the process is told to stop.
///
/// # Errors
/// When the store or the address is not to be had, in words for the operator.
pub async fn run(settings: Settings, site: Site) -> anyhow::Result<()> {
    let hangups = Hangups::caught()?;
    for words in unknown::warnings() {
        tracing::warn!("{words}");
    }
    // What cannot be meant is said before anything is waited for.
    settings.api_config()?;
    let Opened { store, capacity, counters, cas } = open_store(&settings).await?;
    let state = AppState::new(&settings, store, site)?;
    if let Some(counters) = counters {
        let (tags, limiter) = (Arc::clone(&state.tags), state.limiter.clone());
        tokio::spawn(async move { join_forever(&*counters, &tags, limiter.as_deref()).await });
    }
    let (tags, limiter) = (Arc::clone(&state.tags), state.limiter.clone());
    tokio::spawn(async move { tidy_forever(&tags, limiter.as_deref()).await });
    if let Some(limiter) = state.limiter.clone() {
        let capacity = Arc::clone(&capacity);
        tokio::spawn(async move { fit_forever(&limiter, &*capacity).await });
    }
    if let Some(tokens) = &state.tokens {
        tokio::spawn(Arc::clone(tokens).refresh_forever());
    }
    Pages::from_ref(&state).prepare();
    let connections = connections();
    let listener = Listener::bind(&settings.listen).await?;
    let address = listener.place()?;
    if let Some(address) = settings.metrics_listen {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on ASHLINK_METRICS_LISTEN={address}"))?;
        let address = listener.local_addr()?;
        tracing::info!(%address, "serving metrics");
        let watched = Watched { store: Arc::clone(&state.store), capacity };
        // It ends with the process: what is under way at the end can be watched too.
        tokio::spawn(metrics::serve(listener, Arc::clone(&state.metrics), watched));
    }
    let store = &settings.store;
    tracing::info!(%address, %store, version = env!("CARGO_PKG_VERSION"), "serving");
    // For people and for scripts: the one line on standard output.
    let said = match &address {
        Listen::Tcp(address) => print(format_args!("Ashlink is at http://{address}{}/\n", settings.base())),
        Listen::Unix(_) => print(format_args!("Ashlink is at {address}\n")),
    };
    if let Err(error) = said {
        tracing::warn!(%error, "standard output cannot be written to");
    }
    let mut left = tokio::spawn(hangups.reload(Reload::new(&settings, &state, cas)));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    serve(listener, state, connections, async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            Ok(()) = &mut left => {}
        }
    })
    .await;
    Ok(())
}

/// A store, in each of its parts.
struct Opened {
    store: Arc<dyn SecretStore>,
    /// How full it is.
    capacity: Arc<dyn Capacity>,
    /// What server processes share on it.
    counters: Option<Arc<dyn Counters>>,
    /// Reads the CAs again that its servers are known by.
    cas: Option<Read>,
}

async fn open_store(settings: &Settings) -> anyhow::Result<Opened> {
    match &settings.store {
        StoreUrl::Memory => {
            tracing::warn!("{MEMORY_ALONE}");
            Ok(embedded(EmbeddedStore::in_memory(settings.store_budget.as_u64())))
        }
        StoreUrl::File(path) => {
            let store = EmbeddedStore::in_file(path, settings.store_budget.as_u64())
                .with_context(|| format!("cannot use ASHLINK_STORE={}", settings.store))?;
            Ok(embedded(store))
        }
        StoreUrl::Redis(url) => {
            let snapshots = snapshots(settings);
            let ca = redis_ca(settings, url)?;
            let patience = tokio::time::Instant::now() + STORE_PATIENCE;
            loop {
                match RedisStore::connect(url, ca, snapshots).await {
                    Ok(store) => {
                        let store = Arc::new(store);
                        let sweeper = Arc::clone(&store);
                        tokio::spawn(async move { sweeper.sweep_forever().await });
                        let capacity = Arc::<RedisStore>::clone(&store);
                        let counters = Arc::<RedisStore>::clone(&store);
                        let trusting = Arc::clone(&store);
                        let read = move || trusting.refresh_trust().map(|()| true);
                        let cas = store.is_tls().then(|| Arc::new(read) as Read);
                        return Ok(Opened { store, capacity, counters: Some(counters), cas });
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

/// Whether a Redis may take snapshots.
pub(crate) fn snapshots(settings: &Settings) -> Snapshots {
    if settings.allow_snapshots { Snapshots::Allow } else { Snapshots::Refuse }
}

/// The CA to trust in place of the system's.
pub(crate) fn redis_ca<'a>(settings: &'a Settings, url: &RedisUrl) -> anyhow::Result<Option<&'a Path>> {
    let ca = settings.redis_ca.as_deref();
    ensure!(
        ca.is_none() || url.is_tls(),
        "ASHLINK_REDIS_CA is set, but ASHLINK_STORE={url} is without TLS: it must begin with rediss"
    );
    Ok(ca)
}

/// An embedded store that tidies up after itself.
fn embedded(store: EmbeddedStore) -> Opened {
    let store = Arc::new(store);
    let sweeper = Arc::clone(&store);
    tokio::spawn(async move { sweeper.sweep_forever().await });
    let capacity = Arc::<EmbeddedStore>::clone(&store);
    Opened { store, capacity, counters: None, cas: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_store::conformance::{attempt, secret};
    use ashlink_store::embedded::ManualClock;
    use clap::Parser as _;

    /// Waits until something is so, in a time that passes by itself.
    async fn becomes(what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..5_000 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            // The thread that writes a file needs some of the real one.
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("{what}");
    }

    #[tokio::test]
    async fn what_has_expired_goes_though_nobody_asks() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new());
        let in_memory = EmbeddedStore::in_memory_by(1 << 20, Arc::clone(&clock) as _);
        let path = folder.path().join("ashlink.redb");
        let in_file = EmbeddedStore::in_file_by(&path, 1 << 20, Arc::clone(&clock) as _).unwrap();
        let stores = [embedded(in_memory), embedded(in_file)];
        for Opened { store, .. } in &stores {
            let mut large = secret(1);
            large.envelope = vec![0; 100_000];
            store.create(large).await.unwrap();
        }
        clock.advance(61_000);
        tokio::time::pause();
        for Opened { capacity, .. } in &stores {
            // It may take longer to answer than this time allows.
            let used = async || capacity.usage().await.map_or(u64::MAX, |usage| usage.used);
            becomes("the ciphertext stays", async || used().await < 10_000).await;
        }
    }

    #[tokio::test]
    async fn a_file_becomes_small_again_though_nobody_asks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ashlink.redb");
        let clock = Arc::new(ManualClock::new());
        let Opened { store, .. } =
            embedded(EmbeddedStore::in_file_by(&path, 64 << 20, Arc::clone(&clock) as _).unwrap());
        for _ in 0..40 {
            let mut large = secret(1);
            large.envelope = vec![0; 100_000];
            store.create(large.clone()).await.unwrap();
            store.claim(attempt(&large), None).await.unwrap();
        }
        let bytes = || std::fs::metadata(&path).unwrap().len();
        let large = bytes();
        clock.advance(15_000);
        tokio::time::pause();
        becomes("the file stays large", async || bytes() < large).await;
    }

    #[tokio::test]
    async fn a_ca_without_tls_is_a_mistake() {
        let settings = ["ashlink-server", "--store=redis://:hunter2@localhost", "--redis-ca=/ca.pem"];
        let error = open_store(&Settings::parse_from(settings)).await.err().unwrap().to_string();
        assert!(
            error.contains("ASHLINK_REDIS_CA") && error.contains("rediss") && !error.contains("hunter2"),
            "{error}"
        );
    }
}
