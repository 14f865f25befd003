//! For whoever watches the process.

use crate::api::error::ApiError;
use ashlink_store::{SecretStore, StoreError};
use axum::extract::State;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The process is alive. Says nothing about the store, so that a store's trouble does not
/// make an orchestrator kill a healthy server.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The store can be reached.
pub async fn readyz(
    State(store): State<Arc<dyn SecretStore>>,
    State(readiness): State<Arc<Readiness>>,
) -> Result<&'static str, ApiError> {
    readiness.ask(&*store).await?;
    Ok("ok\n")
}

/// For how long the store is not asked again.
const FRESH: Duration = Duration::from_millis(250);

/// What the store said last. Anyone may ask, and asking it takes a write on each of its servers: so
/// those who ask at once share one answer.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Result<(), StoreError>)>>);

impl Readiness {
    async fn ask(&self, store: &dyn SecretStore) -> Result<(), StoreError> {
        let mut last = self.0.lock().await;
        match *last {
            Some((asked, answer)) if asked.elapsed() < FRESH => answer,
            _ => {
                let answer = store.ping().await;
                *last = Some((Instant::now(), answer));
                answer
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Failing, memory};

    #[tokio::test(start_paused = true)]
    async fn who_asks_at_once_shares_one_answer() {
        let readiness = Readiness::default();
        let unavailable = Err(StoreError::Unavailable);
        assert_eq!(readiness.ask(&Failing(StoreError::Unavailable)).await, unavailable);
        let store = memory();
        assert_eq!(readiness.ask(&*store).await, unavailable, "the store is not asked again so soon");
        tokio::time::advance(FRESH).await;
        assert_eq!(readiness.ask(&*store).await, Ok(()));
    }
}
