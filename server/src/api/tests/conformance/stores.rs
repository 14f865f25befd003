//! What only a broken store, a full server or a lost line brings about.

use super::Trial;
use super::requests::Request;
use super::values::World;
use crate::testing::{self, Failing};
use ashlink_core::api::State;
use ashlink_core::bytes::{OwnerVerifier, SecretId};
use ashlink_store::embedded::EmbeddedStore;
use ashlink_store::{
    Ack, Attempt, Claim, Create, Destroy, Lease, LeaseName, NewSecret, Record, SecretStore, StoreError,
};
use async_trait::async_trait;
use axum::body::{Body, Bytes};
use hyper::body::Frame;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Sends everything to servers with each trouble.
pub(super) async fn misbehave(trial: &mut Trial, world: &mut World) {
    for error in [StoreError::Unavailable, StoreError::Corrupt] {
        trial.on(testing::state(Arc::new(Failing(error))));
        trial.send_all(world, |_| true).await;
    }
    trial.on(testing::state(Arc::new(Failing(StoreError::OutcomeUnknown))));
    // Looking has no outcome that could be unknown.
    trial.send_all(world, |method| method != "GET").await;
    trial.on(testing::state(Arc::new(Lossy)));
    trial.send_all(world, |method| method != "GET").await;
    trial.on(testing::state(Arc::new(EmbeddedStore::in_memory(1))));
    trial.send_all(world, |_| true).await;
    trial.on(testing::state(Arc::new(EmbeddedStore::in_memory(8_000))));
    trial.store_until_refused(world).await;
    let state = testing::state(testing::memory());
    let all = [state.rooms.bodies.take_all(), state.rooms.proofs.take_all()];
    trial.on(state);
    trial.send_all(world, |_| true).await;
    drop(all);
    trial.send_all_unfinished(world).await;
}

impl Trial {
    /// Secrets from one address, until its quota is used up.
    async fn store_until_refused(&mut self, world: &mut World) {
        let described = Rc::clone(&self.described);
        let create = described.operations().iter().find(|operation| operation.path.ends_with("/secrets"));
        for _ in 0..20 {
            let secret = world.any();
            world.renew(secret);
            let request = Request::right(&described, create.expect("secrets are stored"), world, secret);
            if self.send(&request, Ipv4Addr::LOCALHOST).await.expect("what is right can be sent").status == 429 {
                return;
            }
        }
        panic!("one address fills the store");
    }

    /// Every operation with a body of which the rest never comes.
    async fn send_all_unfinished(&mut self, world: &mut World) {
        let secret = world.any();
        let described = Rc::clone(&self.described);
        for operation in described.operations().iter().filter(|operation| operation.body().is_some()) {
            let mut request = Request::right(&described, operation, world, secret);
            // What is judged has no body that could have been read.
            request.body = None;
            for end in [Unfinished::Stalled, Unfinished::Broken] {
                let body = Body::new(end);
                let sent = request.to_http(Ipv4Addr::LOCALHOST).expect("what is right can be sent").map(|_| body);
                self.deliver(&request, sent).await;
            }
        }
    }
}

/// A body that does not come.
enum Unfinished {
    /// Its line is there, and silent.
    Stalled,
    /// Its line is cut.
    Broken,
}

impl hyper::body::Body for Unfinished {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match *self {
            Self::Stalled => Poll::Pending,
            Self::Broken => Poll::Ready(Some(Err(io::Error::other("cut")))),
        }
    }
}

/// A store that has lost everything.
struct Lossy;

#[async_trait]
impl SecretStore for Lossy {
    async fn create(&self, _: NewSecret) -> Result<Create, StoreError> {
        Ok(Create::IdTaken)
    }

    async fn lookup(&self, _: SecretId) -> Result<Option<Record>, StoreError> {
        Ok(None)
    }

    async fn claim(&self, _: Attempt, _: Option<Lease>) -> Result<Claim, StoreError> {
        Ok(Claim::Gone(State::Lost))
    }

    async fn ack(&self, _: SecretId, _: LeaseName) -> Result<Ack, StoreError> {
        Ok(Ack::Unknown)
    }

    async fn destroy(&self, _: Attempt) -> Result<Destroy, StoreError> {
        Ok(Destroy::Gone(State::Lost))
    }

    async fn destroy_as_sender(&self, _: SecretId, _: OwnerVerifier) -> Result<Destroy, StoreError> {
        Ok(Destroy::Gone(State::Lost))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
