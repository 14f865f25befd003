//! What every store must do. Each implementation runs all of it through [`Harness`].

#![allow(clippy::unwrap_used, reason = "all of it is test code")]
#![allow(missing_docs, clippy::must_use_candidate, reason = "the names of cases are what they prove")]

mod attempts;
mod leases;
mod quota;

pub use attempts::*;
pub use leases::*;
pub use quota::*;

use crate::tag::CallerTag;
use crate::{Attempt, Claim, Create, Destroy, NewSecret, Record, SecretStore, StoreError, TOMBSTONE_MILLIS};
use ashlink_core::api::{AttemptLimit, DestroyedBy, MaxViews, State, Ttl};
use ashlink_core::bytes::{AccessVerifier, OwnerVerifier, SecretId};
use ashlink_core::envelope::{MAX_ENVELOPE, MIN_ENVELOPE};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A store under test, and what tests do to it from outside.
#[async_trait]
pub trait Harness: Send + Sync {
    /// The store.
    fn store(&self) -> Arc<dyn SecretStore>;
    /// Lets the store's time pass.
    async fn pass(&self, millis: u64);
    /// Has the store count anew what each address keeps, where it does so from time to time.
    async fn count_quotas(&self) {}
    /// Takes a secret's ciphertext away, as an evicting or broken store would.
    async fn lose(&self, id: SecretId);
}

/// Runs every case over a harness that `$harness` makes.
#[macro_export]
macro_rules! conformance {
    // What one address may keep, on a store that may hold [`QUOTA_LIMIT`].
    (quota: $harness:expr) => {
        $crate::conformance!($harness;
            one_address_keeps_a_quarter_and_others_still_store,
            a_quota_becomes_free_as_secrets_are_opened_and_expire,
            one_large_secret_has_room_in_a_small_store);
    };
    ($harness:expr) => {
        $crate::conformance!($harness;
            a_secret_is_stored_seen_and_claimed_once,
            one_of_64_claims_wins,
            each_view_is_spent_once,
            a_wrong_proof_changes_nothing,
            the_same_create_is_repeatable,
            other_content_does_not_take_an_id,
            every_byte_and_size_comes_back,
            lost_ciphertext_is_said_to_be_lost,
            a_lost_multi_view_secret_is_lost,
            expiry_comes_by_the_stores_clock,
            expiry_during_claims_is_clean,
            a_tombstone_ends,
            the_sender_destroys,
            the_recipient_destroys,
            a_destroy_comes_too_late,
            what_is_unknown_stays_unknown,
            claims_and_destroys_do_not_both_win,
            a_lease_gives_its_reader_the_same_answer_again,
            a_lease_is_for_one_reader,
            an_ack_ends_its_lease_and_no_other,
            a_claim_that_comes_after_its_ack_spends_no_view,
            every_view_has_its_lease,
            a_destroy_ends_every_lease,
            one_nonce_spends_one_view_however_often_it_comes,
            a_lease_outlives_the_secrets_time_only_with_the_last_view,
            a_lease_runs_on_while_its_caller_waits,
            a_caller_that_guesses_waits_longer_and_longer_and_no_other_does,
            a_caller_is_forgotten_a_day_after_its_last_failed_attempt,
            any_number_of_callers_fail_a_hundred_times_in_seven_days,
            whoever_has_not_failed_waits_an_hour_at_most,
            failed_attempts_destroy_where_the_sender_wants_it,
            the_last_failed_attempt_and_a_claim_do_not_both_win);
    };
    ($harness:expr; $($case:ident),*) => {
        $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            $crate::conformance::$case(&$harness.await).await;
        }
        )*

        /// All of it on one store, where no test can be made for each case.
        #[allow(dead_code, reason = "few need it")]
        async fn every_case(harness: &dyn $crate::conformance::Harness) {
            $($crate::conformance::$case(harness).await;)*
        }
    };
}

/// A secret of its own for each call.
pub fn secret(views: u64) -> NewSecret {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut id = [0; 16];
    getrandom::fill(&mut id).unwrap();
    let mut access = [0xA5; 32];
    access[..8].copy_from_slice(&n.to_le_bytes());
    let mut owner = [0x0F; 32];
    owner[..8].copy_from_slice(&n.to_le_bytes());
    NewSecret {
        id: SecretId::new(id),
        access_verifier: AccessVerifier::new(access),
        owner_verifier: OwnerVerifier::new(owner),
        envelope: (0..MIN_ENVELOPE).map(|i| (i as u64 * 31 + n) as u8).collect(),
        ttl: Ttl::MIN,
        max_views: MaxViews::new(views).unwrap(),
        attempt_limit: None,
        quota_address: None,
    }
}

/// A right attempt by a caller that has not failed.
pub fn attempt(secret: &NewSecret) -> Attempt {
    attempt_with(secret, secret.access_verifier)
}

/// An attempt with this proof.
fn attempt_with(secret: &NewSecret, access: AccessVerifier) -> Attempt {
    Attempt { id: secret.id, access, caller: CallerTag::test(0) }
}

/// Stores a secret that must fit.
pub async fn stored(harness: &dyn Harness, views: u64) -> NewSecret {
    let secret = secret(views);
    let outcome = harness.store().create(secret.clone()).await.unwrap();
    assert!(matches!(outcome, Create::Stored { .. }), "{outcome:?}");
    secret
}

async fn claim(harness: &dyn Harness, secret: &NewSecret) -> Claim {
    harness.store().claim(attempt(secret), None).await.unwrap()
}

async fn state(harness: &dyn Harness, secret: &NewSecret) -> State {
    harness.store().lookup(secret.id).await.unwrap().unwrap().state
}

fn granted(secret: &NewSecret, views_left: u32) -> Claim {
    Claim::Granted { envelope: secret.envelope.clone(), views_left }
}

fn wrong(secret: &NewSecret) -> Attempt {
    attempt_with(secret, AccessVerifier::new([0xEE; 32]))
}

pub async fn a_secret_is_stored_seen_and_claimed_once(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    let before = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!(before.state, State::Waiting);
    assert_eq!(before.views_left, 1);
    assert_eq!(before.size, Some(secret.envelope.len() as u64));
    assert_eq!(before.expires_at - before.created_at, secret.ttl.as_millis());
    assert_eq!(before.owner_verifier, secret.owner_verifier);
    assert!(before.opened_at.is_empty() && before.ended_at.is_none() && before.destroyed_by.is_none());

    assert_eq!(claim(h, &secret).await, granted(&secret, 0));
    assert_eq!(claim(h, &secret).await, Claim::Gone(State::Opened));

    let after = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!(after.state, State::Opened);
    assert_eq!((after.views_left, after.size), (0, None));
    assert_eq!(after.opened_at.len(), 1);
    assert_eq!(after.ended_at, Some(after.opened_at[0]));
    assert!(after.opened_at[0] >= before.created_at);
    assert_eq!((after.created_at, after.expires_at), (before.created_at, before.expires_at));
    assert_eq!(after.owner_verifier, secret.owner_verifier);
}

async fn storm(h: &dyn Harness, secret: &NewSecret, claims: usize) -> Vec<Claim> {
    let tasks: Vec<_> = (0..claims)
        .map(|_| {
            let (store, attempt) = (h.store(), attempt(secret));
            tokio::spawn(async move { store.claim(attempt, None).await.unwrap() })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

pub async fn one_of_64_claims_wins(h: &dyn Harness) {
    for _ in 0..8 {
        let secret = stored(h, 1).await;
        let outcomes = storm(h, &secret, 64).await;
        let won = outcomes.iter().filter(|outcome| **outcome == granted(&secret, 0)).count();
        let late = outcomes.iter().filter(|outcome| **outcome == Claim::Gone(State::Opened)).count();
        assert_eq!((won, late), (1, 63));
    }
}

pub async fn each_view_is_spent_once(h: &dyn Harness) {
    let secret = stored(h, 5).await;
    let outcomes = storm(h, &secret, 64).await;
    for left in 0..5 {
        let times = outcomes.iter().filter(|outcome| **outcome == granted(&secret, left)).count();
        assert_eq!(times, 1, "{left} views left");
    }
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Claim::Gone(State::Opened)).count(), 59);
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!(record.opened_at.len(), 5);
    assert!(record.opened_at.is_sorted());

    let most = stored(h, 100).await;
    for left in (0..100).rev() {
        assert_eq!(claim(h, &most).await, granted(&most, left));
    }
    assert_eq!(h.store().lookup(most.id).await.unwrap().unwrap().opened_at.len(), 100);
}

pub async fn a_wrong_proof_changes_nothing(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    let before = h.store().lookup(secret.id).await.unwrap();
    assert!(matches!(h.store().claim(wrong(&secret), None).await.unwrap(), Claim::WrongProof(_)));
    assert!(matches!(h.store().destroy(wrong(&secret)).await.unwrap(), Destroy::WrongProof(_)));
    let wrong_owner = OwnerVerifier::new([0xEE; 32]);
    assert_eq!(h.store().destroy_as_sender(secret.id, wrong_owner).await.unwrap(), Destroy::NotSender);
    let after = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!(after.failed_attempts, 2);
    assert!(after.last_failed_at.unwrap() >= after.created_at);
    assert_eq!(Record { failed_attempts: 0, last_failed_at: None, ..after }, before.unwrap());
    assert_eq!(claim(h, &secret).await, granted(&secret, 0));
}

pub async fn the_same_create_is_repeatable(h: &dyn Harness) {
    let secret = stored(h, 2).await;
    let expires_at = h.store().lookup(secret.id).await.unwrap().unwrap().expires_at;
    h.pass(1000).await;
    let again = h.store().create(secret.clone()).await.unwrap();
    assert_eq!(again, Create::Stored { expires_at });
    // Parallel repetitions store it once.
    let parallel = self::secret(1);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (store, secret) = (h.store(), parallel.clone());
            tokio::spawn(async move { store.create(secret).await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert!(matches!(task.await.unwrap(), Create::Stored { .. }));
    }
    assert_eq!(claim(h, &parallel).await, granted(&parallel, 0));
    assert_eq!(claim(h, &parallel).await, Claim::Gone(State::Opened));
    // What was opened does not come back.
    assert_eq!(h.store().create(parallel.clone()).await.unwrap(), Create::IdTaken);
    assert_eq!(claim(h, &parallel).await, Claim::Gone(State::Opened));
}

pub async fn other_content_does_not_take_an_id(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    let other = self::secret(1);
    let changed = [
        NewSecret { envelope: other.envelope, ..secret.clone() },
        NewSecret { access_verifier: other.access_verifier, ..secret.clone() },
        NewSecret { owner_verifier: other.owner_verifier, ..secret.clone() },
        NewSecret { ttl: Ttl::MAX, ..secret.clone() },
        NewSecret { max_views: MaxViews::MAX, ..secret.clone() },
        NewSecret { attempt_limit: Some(AttemptLimit::MIN), ..secret.clone() },
    ];
    for changed in changed {
        assert_eq!(h.store().create(changed).await.unwrap(), Create::IdTaken);
    }
    assert_eq!(claim(h, &secret).await, granted(&secret, 0));
}

pub async fn every_byte_and_size_comes_back(h: &dyn Harness) {
    for size in [MIN_ENVELOPE, 4096, 1024 * 1024, MAX_ENVELOPE] {
        for views in [1, 2] {
            let mut secret = secret(views);
            secret.envelope = (0..size).map(|i| (i ^ (i >> 8)) as u8).collect();
            h.store().create(secret.clone()).await.unwrap();
            assert_eq!(claim(h, &secret).await, granted(&secret, secret.max_views.get() - 1));
        }
    }
}

pub async fn lost_ciphertext_is_said_to_be_lost(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    h.lose(secret.id).await;
    // Nobody may be told that a passphrase was wrong, or right, because of the loss.
    assert!(matches!(h.store().claim(wrong(&secret), None).await.unwrap(), Claim::WrongProof(_)));
    assert_eq!(claim(h, &secret).await, Claim::Gone(State::Lost));
    assert_eq!(claim(h, &secret).await, Claim::Gone(State::Lost));
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!(record.state, State::Lost);
    assert!(record.opened_at.is_empty() && record.ended_at.is_some());
}

pub async fn a_lost_multi_view_secret_is_lost(h: &dyn Harness) {
    let secret = stored(h, 3).await;
    assert_eq!(claim(h, &secret).await, granted(&secret, 2));
    h.lose(secret.id).await;
    assert_eq!(claim(h, &secret).await, Claim::Gone(State::Lost));
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().opened_at.len(), 1);
}

pub async fn expiry_comes_by_the_stores_clock(h: &dyn Harness) {
    let early = stored(h, 1).await;
    let late = stored(h, 3).await;
    h.pass(early.ttl.as_millis() - 5_000).await;
    assert_eq!(claim(h, &early).await, granted(&early, 0));
    assert_eq!(claim(h, &late).await, granted(&late, 2));
    h.pass(5_001).await;
    let seen = h.store().lookup(late.id).await.unwrap().unwrap();
    assert_eq!(seen.state, State::Expired);
    assert_eq!((seen.views_left, seen.size, seen.ended_at), (0, None, Some(seen.expires_at)));
    assert_eq!(seen.opened_at.len(), 1);
    assert_eq!(claim(h, &late).await, Claim::Gone(State::Expired));
    assert_eq!(h.store().destroy(attempt(&late)).await.unwrap(), Destroy::Gone(State::Expired));
    assert_eq!(h.store().destroy_as_sender(late.id, late.owner_verifier).await.unwrap(), Destroy::Gone(State::Expired));
    assert_eq!(state(h, &late).await, State::Expired);
    assert_eq!(state(h, &early).await, State::Opened);
    assert_eq!(h.store().create(late.clone()).await.unwrap(), Create::IdTaken);

    let by_sender = stored(h, 1).await;
    h.pass(by_sender.ttl.as_millis() + 1).await;
    assert_eq!(
        h.store().destroy_as_sender(by_sender.id, by_sender.owner_verifier).await.unwrap(),
        Destroy::Gone(State::Expired)
    );
    let destroyed = stored(h, 1).await;
    h.pass(destroyed.ttl.as_millis() + 1).await;
    let outcome = h.store().destroy(attempt(&destroyed)).await.unwrap();
    assert_eq!(outcome, Destroy::Gone(State::Expired));
}

pub async fn expiry_during_claims_is_clean(h: &dyn Harness) {
    for _ in 0..4 {
        let secret = stored(h, 100).await;
        h.pass(secret.ttl.as_millis() - 40).await;
        let claims = storm(h, &secret, 48);
        let expiry = h.pass(80);
        let (outcomes, ()) = tokio::join!(claims, expiry);
        let mut left: Vec<u32> = Vec::new();
        for outcome in outcomes {
            match outcome {
                Claim::Granted { envelope, views_left } => {
                    assert_eq!(envelope, secret.envelope);
                    left.push(views_left);
                }
                other => assert_eq!(other, Claim::Gone(State::Expired)),
            }
        }
        left.sort_unstable();
        left.dedup();
        let record = h.store().lookup(secret.id).await.unwrap().unwrap();
        assert_eq!(left.len(), record.opened_at.len());
        assert!(record.opened_at.iter().all(|time| *time < record.expires_at));
        h.pass(100).await;
        assert_eq!(claim(h, &secret).await, Claim::Gone(State::Expired));
    }
}

pub async fn a_tombstone_ends(h: &dyn Harness) {
    let opened = stored(h, 1).await;
    claim(h, &opened).await;
    let expired = stored(h, 1).await;
    h.pass(expired.ttl.as_millis() + 1).await;
    h.pass(TOMBSTONE_MILLIS - 120_000).await;
    assert_eq!(state(h, &opened).await, State::Opened);
    assert_eq!(state(h, &expired).await, State::Expired);
    h.pass(240_000).await;
    assert_eq!(h.store().lookup(opened.id).await.unwrap(), None);
    assert_eq!(h.store().lookup(expired.id).await.unwrap(), None);
    assert_eq!(claim(h, &opened).await, Claim::Unknown);
    assert_eq!(h.store().destroy_as_sender(expired.id, expired.owner_verifier).await.unwrap(), Destroy::Unknown);
}

pub async fn the_sender_destroys(h: &dyn Harness) {
    let secret = stored(h, 3).await;
    claim(h, &secret).await;
    for _ in 0..2 {
        assert_eq!(h.store().destroy_as_sender(secret.id, secret.owner_verifier).await.unwrap(), Destroy::Destroyed);
    }
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!((record.state, record.destroyed_by), (State::Destroyed, Some(DestroyedBy::Sender)));
    assert_eq!((record.views_left, record.opened_at.len()), (0, 1));
    assert_eq!(claim(h, &secret).await, Claim::Gone(State::Destroyed));
    let wrong = OwnerVerifier::new([1; 32]);
    assert_eq!(h.store().destroy_as_sender(secret.id, wrong).await.unwrap(), Destroy::NotSender);
    let outcome = h.store().destroy(attempt(&secret)).await.unwrap();
    assert_eq!(outcome, Destroy::Gone(State::Destroyed));
}

pub async fn the_recipient_destroys(h: &dyn Harness) {
    let secret = stored(h, 3).await;
    for _ in 0..2 {
        let outcome = h.store().destroy(attempt(&secret)).await.unwrap();
        assert_eq!(outcome, Destroy::Destroyed);
    }
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!((record.state, record.destroyed_by), (State::Destroyed, Some(DestroyedBy::Recipient)));
    assert_eq!(claim(h, &secret).await, Claim::Gone(State::Destroyed));
    assert_eq!(
        h.store().destroy_as_sender(secret.id, secret.owner_verifier).await.unwrap(),
        Destroy::Gone(State::Destroyed)
    );
}

pub async fn a_destroy_comes_too_late(h: &dyn Harness) {
    let secret = stored(h, 1).await;
    claim(h, &secret).await;
    assert_eq!(
        h.store().destroy_as_sender(secret.id, secret.owner_verifier).await.unwrap(),
        Destroy::Gone(State::Opened)
    );
    let outcome = h.store().destroy(attempt(&secret)).await.unwrap();
    assert_eq!(outcome, Destroy::Gone(State::Opened));
    assert_eq!(state(h, &secret).await, State::Opened);
}

pub async fn what_is_unknown_stays_unknown(h: &dyn Harness) {
    let secret = secret(1);
    assert_eq!(h.store().lookup(secret.id).await, Ok::<_, StoreError>(None));
    assert_eq!(claim(h, &secret).await, Claim::Unknown);
    assert_eq!(h.store().destroy_as_sender(secret.id, secret.owner_verifier).await.unwrap(), Destroy::Unknown);
    assert_eq!(h.store().destroy(attempt(&secret)).await.unwrap(), Destroy::Unknown);
    assert_eq!(h.store().lookup(secret.id).await, Ok(None));
}

pub async fn claims_and_destroys_do_not_both_win(h: &dyn Harness) {
    for _ in 0..16 {
        let secret = stored(h, 1).await;
        let (store, s) = (h.store(), secret.clone());
        let destroy = tokio::spawn(async move { store.destroy_as_sender(s.id, s.owner_verifier).await.unwrap() });
        let claimed = claim(h, &secret).await;
        match (claimed, destroy.await.unwrap()) {
            (Claim::Granted { .. }, Destroy::Gone(State::Opened))
            | (Claim::Gone(State::Destroyed), Destroy::Destroyed) => {}
            both => panic!("{both:?}"),
        }
    }
}
