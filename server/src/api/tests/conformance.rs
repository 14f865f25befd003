//! The API holds what its OpenAPI document says: whatever is sent, right or broken, in whatever
//! order, is answered with a status, headers and a body that are described; and everything that
//! is described does happen. Requests are made from the document, so a new route is part of this
//! from its first day. `ASHLINK_TEST_SCALE=large` sends a hundred thousand.

mod described;
mod requests;
mod schema;
mod stores;
mod values;

use super::harness::Answer;
use crate::api::tokens::Token;
use crate::api::tokens::tests::InFile;
use crate::router;
use crate::state::AppState;
use crate::testing;
use axum::body::Body;
use axum::response::Response;
use described::{Described, Place, Seen};
use requests::{Changes, Request};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::Arc;
use tower::ServiceExt as _;
use tower::util::BoxCloneService;
use values::World;

/// A server, the document by which it is judged, and what it has answered so far.
struct Trial {
    described: Rc<Described>,
    server: Server,
    seen: BTreeSet<Seen>,
}

type Server = BoxCloneService<axum::http::Request<Body>, Response, Infallible>;

impl Trial {
    fn of(state: AppState) -> Self {
        let described = Rc::new(Described::of(&state.config));
        Self { described, server: BoxCloneService::new(router::service(state)), seen: BTreeSet::new() }
    }

    /// The same document, another server; what was seen is kept.
    fn on(&mut self, state: AppState) {
        self.server = BoxCloneService::new(router::service(state));
    }

    /// Sends a request, if a client could.
    async fn send(&mut self, request: &Request, peer: Ipv4Addr) -> Option<Answer> {
        let sent = request.to_http(peer)?;
        Some(self.deliver(request, sent).await)
    }

    /// Sends it as it is here, and fails for an answer that is not described.
    async fn deliver(&mut self, request: &Request, sent: axum::http::Request<Body>) -> Answer {
        let answer = Answer::of(self.server.clone().oneshot(sent).await.expect("routers answer")).await;
        let place = self.described.place(&request.method, &request.path);
        let judged = self.described.judge(&place, &answer, request);
        let seen = judged.unwrap_or_else(|fault| panic!("{fault}\n{request:?}\n{} {}", answer.status, answer.text));
        self.seen.extend(seen);
        answer
    }

    /// Every operation that describes it, again and again until it is too often.
    async fn send_too_often(&mut self, world: &mut World) {
        let secret = world.any();
        for operation in Rc::clone(&self.described).operations().iter().filter(|operation| operation.describes(429)) {
            let request = Request::right(&self.described, operation, world, secret);
            let mut patience = 1_000;
            while self.send(&request, Ipv4Addr::LOCALHOST).await.expect("what is right can be sent").status != 429 {
                patience -= 1;
                assert!(patience > 0, "{operation} is never too often");
            }
        }
    }

    /// Every operation that takes a token, without one and with another.
    async fn send_without_token(&mut self, world: &mut World) {
        let file = InFile::with(&[("alice", &Token::fresh())]);
        let mut state = testing::state(testing::memory());
        state.tokens = Some(Arc::clone(&file.tokens));
        self.on(state);
        let secret = world.any();
        for operation in Rc::clone(&self.described).operations().iter().filter(|operation| operation.describes(401)) {
            let mut request = Request::right(&self.described, operation, world, secret);
            for _ in 0..2 {
                let answer = self.send(&request, Ipv4Addr::LOCALHOST).await.expect("what is right can be sent");
                assert_eq!(answer.status, 401, "{operation}");
                request.set("authorization", &format!("Bearer {}", Token::fresh().as_str()));
            }
        }
    }

    /// Secrets without a passphrase, where the server wants one.
    async fn send_without_passphrase(&mut self, world: &mut World) {
        self.on(testing::state_of(&["--require-passphrase"], testing::memory()).expect("the flag names no file"));
        self.send_all(world, |method| method == "POST").await;
    }

    /// Every operation as it should be, about one secret.
    async fn send_all(&mut self, world: &mut World, wanted: impl Fn(&str) -> bool) {
        let secret = world.any();
        for operation in Rc::clone(&self.described).operations() {
            if wanted(&operation.method) {
                let request = Request::right(&self.described, operation, world, secret);
                self.send(&request, Ipv4Addr::LOCALHOST).await;
            }
        }
    }
}

fn many() -> u32 {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    if large { 100_000 } else { 5_000 }
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_described_and_every_description_is_answered() {
    let clock = Arc::new(ashlink_store::embedded::ManualClock::new());
    let mut trial = Trial::of(testing::state(testing::memory_by(Arc::clone(&clock))));
    let mut world = World::new(fastrand::Rng::with_seed(1));
    for _ in 0..many() {
        if world.rng.u32(..80) == 0 {
            clock.advance(world.rng.u64(..24 * 60 * 60 * 1000));
        }
        let described = Rc::clone(&trial.described);
        let operations = described.operations();
        let secret = world.any();
        // Most of what can happen happens to a secret that waits.
        if world.rng.u32(..20) == 0 {
            world.renew(secret);
            let create = operations.iter().find(|operation| operation.path.ends_with("/secrets"));
            let request = Request::right(&described, create.expect("secrets are stored"), &mut world, secret);
            trial.send(&request, world.peer(secret)).await;
        }
        let operation = &operations[world.rng.usize(..operations.len())];
        let mut request = Request::right(&described, operation, &mut world, secret);
        if world.rng.bool() {
            Changes { described: &described, operation, world: &mut world }.apply(&mut request);
        }
        let peer = world.peer(secret);
        let answer = trial.send(&request, peer).await;
        // Who is refused may insist.
        if answer.is_some_and(|answer| answer.status == 403) && world.rng.u32(..3) == 0 {
            for _ in 0..8 {
                trial.send(&request, peer).await;
            }
        }
    }
    trial.on(testing::state(testing::memory()));
    trial.send_too_often(&mut world).await;
    stores::misbehave(&mut trial, &mut world).await;
    trial.send_without_token(&mut world).await;
    trial.send_without_passphrase(&mut world).await;
    trial.everything_was_answered();
}

impl Trial {
    fn everything_was_answered(&self) {
        let missing: Vec<_> =
            self.described.promises().into_iter().filter(|promise| !self.seen.contains(promise)).collect();
        assert!(missing.is_empty(), "described, and never answered: {missing:#?}");
    }
}

/// The judge finds what it is there for.
#[tokio::test]
async fn an_answer_that_is_not_described_is_found() {
    let trial = Trial::of(testing::state(testing::memory()));
    let described = &trial.described;
    let place = described.place("GET", "/api/v1/config");
    assert!(matches!(place, Place::Operation(_)));
    let request = Request::get("/api/v1/config");
    let good =
        Answer::of(trial.server.clone().oneshot(request.to_http(Ipv4Addr::LOCALHOST).unwrap()).await.unwrap()).await;
    described.judge(&place, &good, &request).unwrap();
    let spoiled = |spoil: &dyn Fn(&mut Answer)| {
        let mut answer = good.clone();
        spoil(&mut answer);
        described.judge(&place, &answer, &request).unwrap_err()
    };
    assert!(spoiled(&|answer| answer.status = 418.try_into().unwrap()).contains("418"));
    assert!(spoiled(&|answer| drop(answer.headers.remove("content-type"))).contains("content-type"));
    assert!(spoiled(&|answer| drop(answer.headers.remove("cache-control"))).contains("cache-control"));
    assert!(spoiled(&|answer| drop(answer.headers.insert("x-more", "1".parse().unwrap()))).contains("x-more"));
    assert!(spoiled(&|answer| answer.json["lease"] = "60".into()).contains("lease"));
    assert!(spoiled(&|answer| answer.json["more"] = 1.into()).contains("more"));
    assert!(spoiled(&|answer| answer.json["max_views"] = 101.into()).contains("max_views"));
    assert!(spoiled(&|answer| drop(answer.json.as_object_mut().unwrap().remove("version"))).contains("version"));
}
