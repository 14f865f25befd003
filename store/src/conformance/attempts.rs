//! What every store must do with failed attempts.

use super::{Harness, attempt, granted, secret, stored};
use crate::attempt_waits::{CALLER_KEPT, MOST, OF_ALL, OF_CALLER, WINDOW};
use crate::tag::CallerTag;
use crate::{AfterFailure, Attempt, Claim, Create, Destroy, Lease, LeaseName, NewSecret};
use ashlink_core::api::{AtLimit, AttemptLimit, DestroyedBy, State, Ttl};
use ashlink_core::bytes::{AccessVerifier, ClaimNonce};

fn by(client: u8, attempt: Attempt) -> Attempt {
    Attempt { caller: CallerTag::test(client), ..attempt }
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

/// A failed attempt of this caller, and what it leads to.
async fn fail(h: &dyn Harness, secret: &NewSecret, caller: u8) -> AfterFailure {
    match h.store().claim(wrong(secret, caller), None).await.unwrap() {
        Claim::WrongProof(next) => next,
        other => panic!("{other:?}"),
    }
}

/// For how long this attempt is not looked at.
async fn refused(h: &dyn Harness, attempt: Attempt) -> u64 {
    let destroyed = h.store().destroy(attempt).await.unwrap();
    match h.store().claim(attempt, None).await.unwrap() {
        Claim::TooManyAttempts { wait } if matches!(destroyed, Destroy::TooManyAttempts { .. }) => wait,
        other => panic!("{other:?} {destroyed:?}"),
    }
}

/// Whether a wait is so long; real time may have passed since.
fn is_about(wait: u64, expected: u64) -> bool {
    (expected.saturating_sub(SLACK)..=expected).contains(&wait)
}

const SLACK: u64 = 30_000;
const HOUR: u64 = 60 * 60 * 1000;

pub async fn a_lease_runs_on_while_its_caller_waits(h: &dyn Harness) {
    let secret = lasting(h, 2).await;
    let lease = Lease { name: LeaseName::of(&secret.access_verifier, &ClaimNonce::new([1; 16])), millis: HOUR };
    assert_eq!(h.store().claim(attempt(&secret), Some(lease)).await, Ok(granted(&secret, 1)));
    for _ in 0..5 {
        fail(h, &secret, 0).await;
    }
    assert!(matches!(h.store().claim(attempt(&secret), None).await, Ok(Claim::TooManyAttempts { .. })));
    assert_eq!(
        h.store().claim(attempt(&secret), Some(lease)).await,
        Ok(granted(&secret, 1)),
        "what was bought is kept"
    );
}

pub async fn a_caller_that_guesses_waits_longer_and_longer_and_no_other_does(h: &dyn Harness) {
    let secret = lasting(h, 10).await;
    for (failed, pause) in (1..).zip(OF_CALLER) {
        let next = if failed == 2 {
            let Destroy::WrongProof(next) = h.store().destroy(wrong(&secret, 1)).await.unwrap() else { panic!() };
            next
        } else {
            fail(h, &secret, 1).await
        };
        if pause == 0 {
            assert_eq!(next, AfterFailure::Attempts { left: 5 - failed, at_limit: AtLimit::Wait });
            continue;
        }
        assert_eq!(next, AfterFailure::Wait(pause));
        // Its right proof is not looked at either, or the wait would tell nothing from all.
        for again in [wrong(&secret, 1), by(1, attempt(&secret))] {
            let wait = refused(h, again).await;
            assert!(is_about(wait, pause), "{wait} after {failed}");
        }
        let other = h.store().claim(by(2, attempt(&secret)), None).await.unwrap();
        assert!(matches!(other, Claim::Granted { .. }), "{other:?} after {failed}");
        h.pass(pause - SLACK).await;
        refused(h, by(1, attempt(&secret))).await;
        h.pass(SLACK).await;
    }
    let other = stored(h, 1).await;
    assert_eq!(h.store().claim(by(1, attempt(&other)), None).await.unwrap(), granted(&other, 0), "at another secret");
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!(record.failed_attempts, OF_CALLER.len() as u32, "what was not looked at was no attempt");
    assert_eq!(record.paused_until, None, "nobody else waits");
    let right = h.store().claim(by(1, attempt(&secret)), None).await.unwrap();
    assert!(matches!(right, Claim::Granted { .. }), "{right:?}");
}

pub async fn a_caller_is_forgotten_a_day_after_its_last_failed_attempt(h: &dyn Harness) {
    let secret = lasting(h, 1).await;
    for _ in 0..5 {
        fail(h, &secret, 1).await;
    }
    h.pass(CALLER_KEPT - SLACK).await;
    assert_eq!(fail(h, &secret, 1).await, AfterFailure::Wait(OF_CALLER[5]));
    h.pass(CALLER_KEPT + 1).await;
    assert_eq!(fail(h, &secret, 1).await, AfterFailure::Attempts { left: 4, at_limit: AtLimit::Wait });
}

/// A caller with an address of its own for every attempt, which comes as soon as one is looked at.
struct Attacker {
    secret: NewSecret,
    attempts: u32,
    /// When its attempts failed, by what it let pass.
    failed_at: Vec<u64>,
    now: u64,
}

impl Attacker {
    fn of(secret: &NewSecret) -> Self {
        Self { secret: secret.clone(), attempts: 0, failed_at: Vec::new(), now: 0 }
    }

    /// One more; the wait, if it was not looked at.
    async fn attempt(&mut self, h: &dyn Harness) -> Option<u64> {
        self.attempts += 1;
        let caller = 1 + (self.attempts % 250) as u8;
        match h.store().claim(wrong(&self.secret, caller), None).await.unwrap() {
            Claim::WrongProof(_) => self.failed_at.push(self.now),
            Claim::TooManyAttempts { wait } => return Some(wait),
            other => panic!("{other:?}"),
        }
        None
    }

    async fn pass(&mut self, h: &dyn Harness, millis: u64) {
        h.pass(millis).await;
        self.now += millis;
    }
}

pub async fn any_number_of_callers_fail_a_hundred_times_in_seven_days(h: &dyn Harness) {
    let secret = NewSecret { ttl: Ttl::MAX, ..secret(2) };
    h.store().create(secret.clone()).await.unwrap();
    let mut attacker = Attacker::of(&secret);
    while attacker.failed_at.len() < 2 * MOST {
        if let Some(wait) = attacker.attempt(h).await {
            attacker.pass(h, wait.div_ceil(2)).await;
            let Some(rest) = attacker.attempt(h).await else { panic!("half the wait is none") };
            attacker.pass(h, rest).await;
        }
    }
    // Time passes in the store also while it is asked, so by this count waits end a little early.
    let failed_at = &attacker.failed_at;
    for (n, at) in failed_at.iter().enumerate() {
        let within = failed_at[n..].iter().filter(|later| **later < at + WINDOW - HOUR).count();
        assert!(within <= MOST, "{within} from the one at {at} on");
    }
    assert_eq!(
        attacker.attempts as usize,
        2 * (MOST + 2 * 89) + 2,
        "each wait was seen at its begin and in its middle"
    );
    let wait = attacker.attempt(h).await.expect("nobody's proof is looked at");
    assert!(is_about(wait, WINDOW), "{wait}");

    // The sender sees it and can end it; nobody waits at another secret.
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!(record.failed_attempts, 2 * MOST as u32, "what was not looked at was no attempt");
    let paused_until = record.paused_until.expect("nobody's proof is looked at");
    assert_eq!(paused_until, record.last_failed_at.unwrap() + WINDOW);
    let other = stored(h, 1).await;
    assert_eq!(h.store().claim(attempt(&other), None).await.unwrap(), granted(&other, 0));
    assert_eq!(
        h.store().destroy_as_sender(secret.id, secret.owner_verifier).await.unwrap(),
        Destroy::Destroyed,
        "the sender never waits"
    );
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().paused_until, None);
}

pub async fn whoever_has_not_failed_waits_an_hour_at_most(h: &dyn Harness) {
    let secret = lasting(h, 100).await;
    let recipient = by(255, attempt(&secret));
    let mut attacker = Attacker::of(&secret);
    while attacker.failed_at.len() < MOST - 1 {
        assert_eq!(attacker.attempt(h).await, None);
        let failed = attacker.failed_at.len();
        let pause = OF_ALL[failed - 1];
        assert!(pause <= HOUR);
        if pause > 0 {
            let wait = refused(h, recipient).await;
            assert!(is_about(wait, pause), "{wait} after {failed}");
            let record = h.store().lookup(secret.id).await.unwrap().unwrap();
            assert_eq!(record.paused_until, Some(record.last_failed_at.unwrap() + pause));
            attacker.pass(h, pause).await;
        }
        let outcome = h.store().claim(recipient, None).await.unwrap();
        assert!(matches!(outcome, Claim::Granted { .. }), "{outcome:?} after {failed}");
    }
}

fn fragile(views: u64) -> NewSecret {
    NewSecret { attempt_limit: Some(AttemptLimit::MIN), ..secret(views) }
}

pub async fn failed_attempts_destroy_where_the_sender_wants_it(h: &dyn Harness) {
    let secret = fragile(2);
    assert!(matches!(h.store().create(secret.clone()).await.unwrap(), Create::Stored { .. }));
    assert!(matches!(h.store().create(secret.clone()).await.unwrap(), Create::Stored { .. }));
    assert_eq!(h.store().lookup(secret.id).await.unwrap().unwrap().attempt_limit, Some(AttemptLimit::MIN));
    for n in 1..AttemptLimit::MIN.get() {
        let next = AfterFailure::Attempts { left: AttemptLimit::MIN.get() - n, at_limit: AtLimit::Destroyed };
        assert_eq!(fail(h, &secret, n as u8).await, next);
    }
    // Views in between change nothing about it.
    assert_eq!(h.store().claim(attempt(&secret), None).await.unwrap(), granted(&secret, 1));
    assert_eq!(h.store().claim(wrong(&secret, 9), None).await.unwrap(), Claim::Gone(State::Destroyed));
    assert_eq!(h.store().claim(attempt(&secret), None).await.unwrap(), Claim::Gone(State::Destroyed));
    let record = h.store().lookup(secret.id).await.unwrap().unwrap();
    assert_eq!((record.state, record.destroyed_by), (State::Destroyed, Some(DestroyedBy::FailedAttempts)));
    assert_eq!((record.failed_attempts, record.opened_at.len()), (AttemptLimit::MIN.get(), 1));
    assert_eq!(record.last_failed_at, record.ended_at);
}

pub async fn the_last_failed_attempt_and_a_claim_do_not_both_win(h: &dyn Harness) {
    for _ in 0..16 {
        let secret = fragile(1);
        h.store().create(secret.clone()).await.unwrap();
        for n in 1..AttemptLimit::MIN.get() {
            h.store().claim(wrong(&secret, n as u8), None).await.unwrap();
        }
        let (store, guess) = (h.store(), wrong(&secret, 9));
        let guess = tokio::spawn(async move { store.claim(guess, None).await.unwrap() });
        let claimed = h.store().claim(attempt(&secret), None).await.unwrap();
        match (claimed, guess.await.unwrap()) {
            (Claim::Granted { .. }, Claim::Gone(State::Opened))
            | (Claim::Gone(State::Destroyed), Claim::Gone(State::Destroyed)) => {}
            both => panic!("{both:?}"),
        }
    }
}
