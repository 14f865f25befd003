//! What every store must do with wrong tries.

use super::{Harness, attempt, granted, secret, stored};
use crate::client::ClientTag;
use crate::store::{Attempt, Burn, Claim, Create, NewSecret, Tries};
use ashlink_core::api::{BurnAfter, BurnedBy, State, Ttl};
use ashlink_core::bytes::AccessVerifier;

fn by(client: u8, attempt: Attempt) -> Attempt {
    Attempt { client: ClientTag::test(client), ..attempt }
}

fn wrong(secret: &NewSecret, client: u8) -> Attempt {
    by(client, Attempt { access: AccessVerifier::new([0xEE; 32]), ..attempt(secret) })
}

/// One that outlives every wait.
async fn lasting(h: &dyn Harness, views: u64) -> NewSecret {
    let secret = NewSecret { ttl: Ttl::DEFAULT, ..secret(views) };
    assert!(matches!(h.store().create(secret.clone()).await.unwrap(), Create::Stored { .. }));
    secret
}

pub(crate) async fn a_client_that_guesses_waits_and_no_other_does(h: &dyn Harness) {
    let secret = lasting(h, 2).await;
    for _ in 0..Tries::OF_CLIENT.most - 1 {
        assert_eq!(h.store().claim(wrong(&secret, 1), None).await.unwrap(), Claim::WrongProof);
    }
    assert_eq!(h.store().destroy(wrong(&secret, 1)).await.unwrap(), Burn::WrongProof, "either way is a try");
    h.pass(100_000).await;
    // Its right proof is not looked at either, or the wait would tell nothing from all.
    for try_again in [wrong(&secret, 1), by(1, attempt(&secret))] {
        let Claim::TooManyTries { wait } = h.store().claim(try_again, None).await.unwrap() else { panic!("looked at") };
        let rest = Tries::OF_CLIENT.millis - 100_000;
        assert!((rest - 60_000..=rest).contains(&wait), "{wait}");
        assert!(matches!(h.store().destroy(try_again).await.unwrap(), Burn::TooManyTries { .. }));
    }
    let other = stored(h, 1).await;
    assert_eq!(h.store().claim(by(1, attempt(&other)), None).await.unwrap(), granted(&other, 0), "at another secret");
    assert_eq!(h.store().claim(by(2, attempt(&secret)), None).await.unwrap(), granted(&secret, 1), "another client");
    let record = h.store().look(secret.id).await.unwrap().unwrap();
    assert_eq!(record.wrong_tries, Tries::OF_CLIENT.most, "what was not looked at was no try");

    h.pass(Tries::OF_CLIENT.millis - 99_000).await;
    assert_eq!(h.store().claim(wrong(&secret, 1), None).await.unwrap(), Claim::WrongProof);
    assert_eq!(h.store().claim(by(1, attempt(&secret)), None).await.unwrap(), granted(&secret, 0));
    let record = h.store().look(secret.id).await.unwrap().unwrap();
    assert_eq!(record.wrong_tries, Tries::OF_CLIENT.most + 1, "the sender still sees it");
}

pub(crate) async fn many_clients_that_guess_wait_together(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    for n in 0..Tries::OF_ALL.most {
        let outcome = h.store().claim(wrong(&secret, 1 + n as u8 / 4), None).await.unwrap();
        assert_eq!(outcome, Claim::WrongProof);
    }
    let Claim::TooManyTries { wait } = h.store().claim(by(200, attempt(&secret)), None).await.unwrap() else {
        panic!("looked at")
    };
    assert!((Tries::OF_ALL.millis - 60_000..=Tries::OF_ALL.millis).contains(&wait), "{wait}");
    let other = stored(h, 1).await;
    assert_eq!(h.store().claim(attempt(&other), None).await.unwrap(), granted(&other, 0));
    assert_eq!(h.store().burn(secret.id, secret.owner_verifier).await.unwrap(), Burn::Burned, "the sender never waits");
}

fn fragile(views: u64) -> NewSecret {
    NewSecret { burn_after: Some(BurnAfter::MIN), ..secret(views) }
}

pub(crate) async fn wrong_tries_burn_where_the_sender_wants_it(h: &dyn Harness) {
    let secret = fragile(2);
    assert!(matches!(h.store().create(secret.clone()).await.unwrap(), Create::Stored { .. }));
    assert!(matches!(h.store().create(secret.clone()).await.unwrap(), Create::Stored { .. }));
    assert_eq!(h.store().look(secret.id).await.unwrap().unwrap().burn_after, Some(BurnAfter::MIN));
    for n in 1..BurnAfter::MIN.get() {
        assert_eq!(h.store().claim(wrong(&secret, n as u8), None).await.unwrap(), Claim::WrongProof);
    }
    // Views in between change nothing about it.
    assert_eq!(h.store().claim(attempt(&secret), None).await.unwrap(), granted(&secret, 1));
    assert_eq!(h.store().claim(wrong(&secret, 9), None).await.unwrap(), Claim::Gone(State::Burned));
    assert_eq!(h.store().claim(attempt(&secret), None).await.unwrap(), Claim::Gone(State::Burned));
    let record = h.store().look(secret.id).await.unwrap().unwrap();
    assert_eq!((record.state, record.burned_by), (State::Burned, Some(BurnedBy::WrongTries)));
    assert_eq!((record.wrong_tries, record.opened_at.len()), (BurnAfter::MIN.get(), 1));
    assert_eq!(record.wrong_at, record.ended_at);
}

pub(crate) async fn the_last_wrong_try_and_a_claim_do_not_both_win(h: &dyn Harness) {
    for _ in 0..16 {
        let secret = fragile(1);
        h.store().create(secret.clone()).await.unwrap();
        for n in 1..BurnAfter::MIN.get() {
            h.store().claim(wrong(&secret, n as u8), None).await.unwrap();
        }
        let (store, guess) = (h.store(), wrong(&secret, 9));
        let guess = tokio::spawn(async move { store.claim(guess, None).await.unwrap() });
        let claimed = h.store().claim(attempt(&secret), None).await.unwrap();
        match (claimed, guess.await.unwrap()) {
            (Claim::Granted { .. }, Claim::Gone(State::Opened))
            | (Claim::Gone(State::Burned), Claim::Gone(State::Burned)) => {}
            both => panic!("{both:?}"),
        }
    }
}
