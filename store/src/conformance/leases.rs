//! What every store must do with leases.

use super::{Harness, attempt, claim, granted, secret, state, stored};
use crate::{Ack, Claim, Create, Destroy, Lease, LeaseName, NewSecret};
use ashlink_core::api::{State, Ttl};
use ashlink_core::bytes::ClaimNonce;

/// A minute, as by default.
const LEASE: u64 = 60_000;

fn lease(secret: &NewSecret, nonce: u8) -> Lease {
    let name = LeaseName::of(&secret.access_verifier, &ClaimNonce::new([nonce; 16]));
    Lease { name, millis: LEASE }
}

async fn claim_as(h: &dyn Harness, secret: &NewSecret, nonce: u8) -> Claim {
    h.store().claim(attempt(secret), Some(lease(secret, nonce))).await.unwrap()
}

async fn ack(h: &dyn Harness, secret: &NewSecret, nonce: u8) -> Ack {
    h.store().ack(secret.id, lease(secret, nonce).name).await.unwrap()
}

pub async fn a_lease_gives_its_reader_the_same_answer_again(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    for _ in 0..3 {
        assert_eq!(claim_as(h, &secret, 1).await, granted(&secret, 0));
        assert_eq!(state(h, &secret).await, State::Opened, "the view is spent at the first claim");
    }
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!((record.opened_at.len(), record.size), (1, None));
    h.pass(LEASE - 5_000).await;
    assert_eq!(claim_as(h, &secret, 1).await, granted(&secret, 0));
    h.pass(5_001).await;
    assert_eq!(claim_as(h, &secret, 1).await, Claim::Gone(State::Opened), "a lease ends, and is not prolonged");
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap(), record);
}

pub async fn a_lease_is_for_one_reader(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    assert_eq!(claim_as(h, &secret, 1).await, granted(&secret, 0));
    assert_eq!(claim_as(h, &secret, 2).await, Claim::Gone(State::Opened), "another nonce is another reader");
    assert_eq!(claim(h, &secret).await, Claim::Gone(State::Opened), "so is none");
    let other = stored(h, 1).await;
    let foreign = h.store().claim(attempt(&secret), Some(lease(&other, 1))).await.unwrap();
    assert_eq!(foreign, Claim::Gone(State::Opened), "a nonce counts with its proof alone");
    assert_eq!(h.store().create(secret.clone()).await.unwrap(), Create::IdTaken);
    assert_eq!(claim_as(h, &secret, 1).await, granted(&secret, 0));
    // Without a lease there is nothing to repeat.
    assert_eq!(claim(h, &other).await, granted(&other, 0));
    assert_eq!(claim_as(h, &other, 1).await, Claim::Gone(State::Opened));
}

pub async fn an_ack_ends_its_lease_and_no_other(h: &dyn Harness) {
    let once = stored(h, 1).await;
    claim_as(h, &once, 1).await;
    assert_eq!(ack(h, &once, 2).await, Ack::Ended);
    assert_eq!(claim_as(h, &once, 1).await, granted(&once, 0), "a stranger's ack ends nothing");
    for _ in 0..2 {
        assert_eq!(ack(h, &once, 1).await, Ack::Ended);
        assert_eq!(claim_as(h, &once, 1).await, Claim::Gone(State::Opened));
    }
    assert_eq!(ack(h, &secret(1), 1).await, Ack::Unknown);

    let twice = stored(h, 2).await;
    claim_as(h, &twice, 1).await;
    claim_as(h, &twice, 2).await;
    assert_eq!(ack(h, &twice, 2).await, Ack::Ended);
    assert_eq!(claim_as(h, &twice, 2).await, Claim::Gone(State::Opened));
    assert_eq!(claim_as(h, &twice, 1).await, granted(&twice, 1));
    assert_eq!(ack(h, &twice, 1).await, Ack::Ended);
    assert_eq!(claim_as(h, &twice, 1).await, Claim::Gone(State::Opened));
}

pub async fn a_claim_that_comes_after_its_ack_spends_no_view(h: &dyn Harness) {
    // It must outlive the leases.
    let secret = NewSecret { ttl: Ttl::from_secs(600).unwrap(), ..secret(4) };
    h.store().create(secret.clone()).await.unwrap();
    assert_eq!(claim_as(h, &secret, 1).await, granted(&secret, 3));
    assert_eq!(claim_as(h, &secret, 2).await, granted(&secret, 2));
    for _ in 0..2 {
        assert_eq!(ack(h, &secret, 1).await, Ack::Ended);
        assert_eq!(claim_as(h, &secret, 1).await, Claim::Acknowledged);
    }
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!((record.state, record.views_left, record.opened_at.len()), (State::Waiting, 2, 2));
    // It is no other reader's matter, and outlasts what they do.
    assert_eq!(claim_as(h, &secret, 2).await, granted(&secret, 2));
    h.pass(LEASE / 2).await;
    assert_eq!(claim_as(h, &secret, 3).await, granted(&secret, 1));
    assert_eq!(ack(h, &secret, 2).await, Ack::Ended);
    assert_eq!(claim_as(h, &secret, 1).await, Claim::Acknowledged);
    assert_eq!(claim_as(h, &secret, 2).await, Claim::Acknowledged);
    // For the lease's time: a nonce that comes later is a new one.
    h.pass(LEASE / 2 + 1).await;
    assert_eq!(claim_as(h, &secret, 3).await, granted(&secret, 1));
    assert_eq!(claim_as(h, &secret, 1).await, granted(&secret, 0));
    assert_eq!(ack(h, &secret, 3).await, Ack::Ended);
    for (nonce, outcome) in [(3, Claim::Gone(State::Opened)), (1, granted(&secret, 0))] {
        assert_eq!(claim_as(h, &secret, nonce).await, outcome, "the last view is spent");
    }
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().opened_at.len(), 4);
}

pub async fn every_view_has_its_lease(h: &dyn Harness) {
    let secret = stored(h, 3).await;
    for (nonce, left) in [(1, 2), (2, 1), (3, 0)] {
        assert_eq!(claim_as(h, &secret, nonce).await, granted(&secret, left));
        h.pass(20_000).await;
    }
    // The first one's ends just now; the others' run on, each for its own time.
    assert_eq!(claim_as(h, &secret, 1).await, Claim::Gone(State::Opened));
    for (nonce, left) in [(2, 1), (3, 0)] {
        assert_eq!(claim_as(h, &secret, nonce).await, granted(&secret, left));
    }
    h.pass(20_000).await;
    assert_eq!(claim_as(h, &secret, 2).await, Claim::Gone(State::Opened));
    assert_eq!(claim_as(h, &secret, 3).await, granted(&secret, 0));
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().opened_at.len(), 3);
    h.pass(20_000).await;
    assert_eq!(claim_as(h, &secret, 3).await, Claim::Gone(State::Opened));

    let most = stored(h, 100).await;
    for nonce in 0..100 {
        assert_eq!(claim_as(h, &most, nonce).await, granted(&most, 99 - u32::from(nonce)));
    }
    for nonce in 0..100 {
        assert_eq!(claim_as(h, &most, nonce).await, granted(&most, 99 - u32::from(nonce)));
    }
}

pub async fn a_destroy_ends_every_lease(h: &dyn Harness) {
    let opened = stored(h, 1).await;
    claim_as(h, &opened, 1).await;
    assert_eq!(
        h.store().destroy_as_sender(opened.id, opened.owner_verifier).await.unwrap(),
        Destroy::Gone(State::Opened)
    );
    assert_eq!(claim_as(h, &opened, 1).await, Claim::Gone(State::Opened));

    let waiting = stored(h, 2).await;
    claim_as(h, &waiting, 1).await;
    assert_eq!(h.store().destroy_as_sender(waiting.id, waiting.owner_verifier).await.unwrap(), Destroy::Destroyed);
    assert_eq!(claim_as(h, &waiting, 1).await, Claim::Gone(State::Destroyed));

    let destroyed = stored(h, 2).await;
    claim_as(h, &destroyed, 1).await;
    assert_eq!(h.store().destroy(attempt(&destroyed)).await.unwrap(), Destroy::Destroyed);
    assert_eq!(claim_as(h, &destroyed, 1).await, Claim::Gone(State::Destroyed));
}

pub async fn one_nonce_spends_one_view_however_often_it_comes(h: &dyn Harness) {
    let secret = stored(h, 5).await;
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            let (store, attempt, lease) = (h.store(), attempt(&secret), lease(&secret, n % 4));
            tokio::spawn(async move { (n % 4, store.claim(attempt, Some(lease)).await.unwrap()) })
        })
        .collect();
    let mut left = [None; 4];
    for task in tasks {
        let (nonce, Claim::Granted { envelope, views_left }) = task.await.unwrap() else {
            panic!("a view was refused")
        };
        assert_eq!(envelope, secret.envelope);
        assert_eq!(*left[usize::from(nonce)].get_or_insert(views_left), views_left);
    }
    let mut left = left.map(Option::unwrap);
    left.sort_unstable();
    assert_eq!(left, [1, 2, 3, 4]);
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().opened_at.len(), 4);
}

pub async fn a_lease_outlives_the_secrets_time_only_with_the_last_view(h: &dyn Harness) {
    let last = stored(h, 1).await;
    let more = stored(h, 2).await;
    h.pass(last.ttl.as_millis() - 10_000).await;
    claim_as(h, &last, 1).await;
    claim_as(h, &more, 1).await;
    h.pass(11_000).await;
    // What was opened in time was opened; what waits dies at its time, whoever has a lease.
    assert_eq!(claim_as(h, &last, 1).await, granted(&last, 0));
    assert_eq!(claim_as(h, &more, 1).await, Claim::Gone(State::Expired));
    assert_eq!(state(h, &last).await, State::Opened);
    assert_eq!(state(h, &more).await, State::Expired);
}
