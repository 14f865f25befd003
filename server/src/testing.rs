//! Stores that misbehave as a test tells them to.

use crate::settings::Settings;
use crate::site::Site;
use crate::state::AppState;
use ashlink_core::bytes::{OwnerVerifier, SecretId};
use ashlink_store::embedded::{EmbeddedStore, ManualClock};
use ashlink_store::{
    Ack, Attempt, Claim, Create, Destroy, Lease, LeaseName, NewSecret, Record, SecretStore, StoreError,
};
use async_trait::async_trait;
use clap::Parser as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A server's parts around a store, with the settings' defaults.
pub(crate) fn state(store: Arc<dyn SecretStore>) -> AppState {
    state_of(&[], store).expect("the defaults name no file")
}

/// The same with settings.
pub(crate) fn state_of(flags: &[&str], store: Arc<dyn SecretStore>) -> anyhow::Result<AppState> {
    let arguments = std::iter::once("ashlink-server").chain(flags.iter().copied());
    AppState::new(&Settings::parse_from(arguments), store, Site::none())
}

/// A store in memory.
pub(crate) fn memory() -> Arc<EmbeddedStore> {
    Arc::new(EmbeddedStore::in_memory(64 * 1024 * 1024))
}

/// The same, by a clock that the test sets.
pub(crate) fn memory_by(clock: Arc<ManualClock>) -> Arc<EmbeddedStore> {
    Arc::new(EmbeddedStore::in_memory_by(64 * 1024 * 1024, clock))
}

/// A store whose claims are done at once and answered when the test lets them.
pub(crate) struct SlowClaims {
    pub(crate) inner: Arc<EmbeddedStore>,
    pub(crate) done: Semaphore,
    pub(crate) answers: Semaphore,
}

#[async_trait]
impl SecretStore for SlowClaims {
    async fn create(&self, secret: NewSecret) -> Result<Create, StoreError> {
        self.inner.create(secret).await
    }

    async fn lookup(&self, id: SecretId) -> Result<Option<Record>, StoreError> {
        self.inner.lookup(id).await
    }

    async fn claim(&self, attempt: Attempt, lease: Option<Lease>) -> Result<Claim, StoreError> {
        let claimed = self.inner.claim(attempt, lease).await;
        self.done.add_permits(1);
        self.answers.acquire().await.unwrap().forget();
        claimed
    }

    async fn ack(&self, id: SecretId, lease: LeaseName) -> Result<Ack, StoreError> {
        self.inner.ack(id, lease).await
    }

    async fn destroy(&self, attempt: Attempt) -> Result<Destroy, StoreError> {
        self.inner.destroy(attempt).await
    }

    async fn destroy_as_sender(&self, id: SecretId, owner: OwnerVerifier) -> Result<Destroy, StoreError> {
        self.inner.destroy_as_sender(id, owner).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.inner.ping().await
    }
}

/// A store that fails in one way.
pub(crate) struct Failing(pub(crate) StoreError);

#[async_trait]
impl SecretStore for Failing {
    async fn create(&self, _: NewSecret) -> Result<Create, StoreError> {
        Err(self.0)
    }

    async fn lookup(&self, _: SecretId) -> Result<Option<Record>, StoreError> {
        Err(self.0)
    }

    async fn claim(&self, _: Attempt, _: Option<Lease>) -> Result<Claim, StoreError> {
        Err(self.0)
    }

    async fn ack(&self, _: SecretId, _: LeaseName) -> Result<Ack, StoreError> {
        Err(self.0)
    }

    async fn destroy(&self, _: Attempt) -> Result<Destroy, StoreError> {
        Err(self.0)
    }

    async fn destroy_as_sender(&self, _: SecretId, _: OwnerVerifier) -> Result<Destroy, StoreError> {
        Err(self.0)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Err(self.0)
    }
}

/// A FIFO at this place, which nobody writes into.
pub(crate) fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}
