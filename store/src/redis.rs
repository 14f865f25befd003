//! The Redis or Valkey store, for more than one server process or machine.
//!
//! A secret is two keys with one hash tag: the ciphertext at `s:{ID}:<verifier>`, whose
//! name only a right proof can spell, and a record at `r:{ID}`, a hash:
//!
//! | field | holds |
//! |---|---|
//! | `c`, `x`, `e` | created, expires, ended; milliseconds by this Redis' clock |
//! | `n`, `l` | views in all, views left |
//! | `z` | bytes of the envelope |
//! | `a`, `o` | access and owner verifier, 32 bytes each |
//! | `t` | when it was opened, joined by commas |
//! | `k` | the leases (`leases.lua`) |
//! | `f` | failed attempts that destroy it |
//! | `w`, `q` | failed attempts in all; when the last one was |
//! | `y` | against which quota group it counts (`quota.rs`) |
//! | `s`, `b` | in a tombstone: how it ended; who destroyed it |
//!
//! With the last view the ciphertext moves to `l:{ID}` for the time of its lease. How often
//! a caller tried a wrong proof stands at `w:{ID}:<caller>` until a day after its last one.
//!
//! Create, claim, ack and both ways to destroy are one script each, so each is one atomic step.

mod attempts;
mod check;
mod counters;
mod quota;
pub(crate) mod record;
mod sweep;
mod topology;
mod usage;

pub use check::{Snapshots, Unsuitable};
pub use topology::url::RedisUrl;

use super::{
    Ack, Attempt, Claim, Create, Destroy, Lease, LeaseName, NewSecret, Record, SecretStore, StoreError,
    TOMBSTONE_MILLIS,
};
use ashlink_core::api::State;
use ashlink_core::bytes::{AccessVerifier, OwnerVerifier, SecretId};
use async_trait::async_trait;
use quota::{Quotas, Share};
use redis::{FromRedisValue, Value};
use std::path::Path;
use topology::failure::{self, Change, Refusal};
use topology::link::Link;
use topology::script::{Call, Script};
use topology::tls::Trust;

struct Scripts {
    create: Script,
    lookup: Script,
    claim: Script,
    ack: Script,
    destroy: Script,
    destroy_as_sender: Script,
    expire: Script,
    tag_key: Script,
    quota_key: Script,
    count: Script,
}

impl Scripts {
    fn new() -> Self {
        let clock = include_str!("redis/clock.lua");
        let tombstone = include_str!("redis/tombstone.lua");
        let leases = include_str!("redis/leases.lua");
        let attempts = &attempts::script();
        let joined = |parts: &[&str]| Script::new(&parts.concat());
        Self {
            create: joined(&[clock, include_str!("redis/create.lua")]),
            lookup: joined(&[clock, include_str!("redis/lookup.lua")]),
            claim: joined(&[clock, tombstone, leases, attempts, include_str!("redis/claim.lua")]),
            ack: joined(&[clock, leases, include_str!("redis/ack.lua")]),
            destroy: joined(&[clock, tombstone, attempts, include_str!("redis/destroy_as_recipient.lua")]),
            destroy_as_sender: joined(&[clock, tombstone, include_str!("redis/destroy_as_sender.lua")]),
            expire: joined(&[clock, tombstone, include_str!("redis/expire.lua")]),
            tag_key: Script::new(include_str!("redis/tag_key.lua")),
            quota_key: Script::new(include_str!("redis/quota_key.lua")),
            count: Script::new(include_str!("redis/count.lua")),
        }
    }
}

/// Secrets in Redis or Valkey.
pub struct RedisStore {
    link: Link,
    scripts: Scripts,
    quotas: Quotas,
}

impl RedisStore {
    /// Connects, and checks that these servers can keep the promises of this program. With
    /// TLS, the file holds the CA to trust, in place of the system's.
    ///
    /// # Errors
    /// When they cannot be reached, or [`Unsuitable`] says what to change about them.
    pub async fn connect(url: &RedisUrl, ca: Option<&Path>, snapshots: Snapshots) -> anyhow::Result<Self> {
        let (link, warnings) = Self::reach(url, ca, snapshots).await?;
        for warning in warnings {
            tracing::warn!("{warning}");
        }
        Ok(Self { link, scripts: Scripts::new(), quotas: Quotas::default() })
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.link.trust().is_some()
    }

    /// Reads the CAs again that connections from now on trust.
    ///
    /// # Errors
    /// When they cannot be used, in words for the operator; those of before stay.
    pub fn refresh_trust(&self) -> anyhow::Result<()> {
        self.link.trust().map_or(Ok(()), Trust::refresh)
    }

    /// Does all that [`connect`](Self::connect) does before a store is used, and says what is risky
    /// about these servers or cannot be seen, in sentences. Leaves nothing in them.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub async fn examine(url: &RedisUrl, ca: Option<&Path>, snapshots: Snapshots) -> anyhow::Result<Vec<String>> {
        Self::reach(url, ca, snapshots).await.map(|(_, warnings)| warnings)
    }

    async fn reach(url: &RedisUrl, ca: Option<&Path>, snapshots: Snapshots) -> anyhow::Result<(Link, Vec<String>)> {
        let link = Link::new(url, ca).map_err(|error| Unsuitable::Refuses(format!("{error:#}")))?;
        link.connect().await.map_err(|failure| {
            if failure.lasting { Unsuitable::Refuses(failure.to_string()).into() } else { anyhow::Error::from(failure) }
        })?;
        let mut warnings = Vec::new();
        for node in link.primaries() {
            for warning in check::check(&node, &url.topology, snapshots).await? {
                // Servers of a Cluster are mostly set up alike.
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
        }
        link.rehearse().await.map_err(check::unrehearsed)?;
        Ok((link, warnings))
    }

    /// Runs a script that changes something.
    ///
    /// Only what Redis says it did not run is repeated.
    async fn change<T: FromRedisValue>(&self, call: &Call<'_>) -> Result<T, Change> {
        self.link.run(call).await.map_err(|trouble| failure::of_change(&trouble))
    }

    /// Runs a script that destroys a secret.
    async fn end(&self, call: &Call<'_>) -> Result<Destroy, StoreError> {
        let answer: Vec<Value> = self.change(call).await?;
        match answer.as_slice() {
            [word] if is(word, "destroyed") => Ok(Destroy::Destroyed),
            [word] if is(word, "unknown") => Ok(Destroy::Unknown),
            [word, own, all, most] if is(word, "wrong") => {
                attempts::after_failure(own, all, most).map(Destroy::WrongProof).ok_or(StoreError::Corrupt)
            }
            [word] if is(word, "not sender") => Ok(Destroy::NotSender),
            [word, state] if is(word, "gone") => state_of(state).map(Destroy::Gone).ok_or(StoreError::Corrupt),
            [word, Value::Int(wait)] if is(word, "wait") => Ok(Destroy::TooManyAttempts { wait: millis(*wait) }),
            _ => Err(StoreError::Corrupt),
        }
    }
}

fn ciphertext_key(id: SecretId, access: &AccessVerifier) -> Vec<u8> {
    let mut key = ciphertext_stem(id).into_bytes();
    key.extend_from_slice(access.as_bytes());
    key
}

fn ciphertext_stem(id: SecretId) -> String {
    format!("s:{{{}}}:", id.to_text())
}

fn record_key(id: SecretId) -> String {
    format!("r:{{{}}}", id.to_text())
}

/// Where the ciphertext is while the lease of its last view runs.
fn leased_key(id: SecretId) -> String {
    format!("l:{{{}}}", id.to_text())
}

/// Where the failed attempts of a client at a secret are counted.
fn attempts_key(attempt: &Attempt) -> Vec<u8> {
    let mut key = format!("w:{{{}}}:", attempt.id.to_text()).into_bytes();
    key.extend_from_slice(attempt.caller.as_bytes());
    key
}

/// A name with a record's hash tag under which nothing is ever stored.
fn absent_key(record: &str) -> String {
    format!("x:{record}")
}

#[async_trait]
impl SecretStore for RedisStore {
    async fn create(&self, secret: NewSecret) -> Result<Create, StoreError> {
        let share = self.share(secret.quota_address, secret.envelope.len()).await;
        let ciphertext = ciphertext_key(secret.id, &secret.access_verifier);
        let mut call = self.scripts.create.keys(&[&ciphertext, record_key(secret.id).as_bytes()]);
        call.arg(&secret.envelope)
            .arg(secret.access_verifier.as_bytes())
            .arg(secret.owner_verifier.as_bytes())
            .arg(secret.ttl.as_millis())
            .arg(secret.max_views.get())
            .arg(secret.ttl.as_millis() + TOMBSTONE_MILLIS)
            .arg(secret.attempt_limit.map_or_else(String::new, |attempts| attempts.get().to_string()))
            .arg(secret.envelope.len())
            .arg(share.argument());
        // It is in the call now, and need not be there twice while the call is on its way.
        drop(secret);
        let answer: Result<(String, Option<u64>), Change> = self.change(&call).await;
        // Where nobody knows whether it was stored, it counts until the next pass.
        if !matches!(&answer, Ok((word, _)) if word == "stored") && !matches!(answer, Err(Change::Unknown)) {
            self.not_stored(share);
        }
        match answer {
            Ok((word, Some(expires_at))) if word == "stored" || word == "again" => Ok(Create::Stored { expires_at }),
            Ok((word, None)) if word == "taken" => Ok(Create::IdTaken),
            Ok((word, None)) if word == "over" && share == Share::Exceeded => Ok(Create::QuotaExceeded),
            Ok(_) => Err(StoreError::Corrupt),
            Err(Change::Refused(Refusal::Full)) => Ok(Create::Full),
            Err(error) => Err(error.into()),
        }
    }

    async fn lookup(&self, id: SecretId) -> Result<Option<Record>, StoreError> {
        let fields =
            self.link.run(&self.scripts.lookup.keys(&[record_key(id).as_bytes()])).await.map_err(|trouble| {
                failure::log(&trouble);
                StoreError::Unavailable
            })?;
        record::read(fields).map_err(|_| StoreError::Corrupt)
    }

    async fn claim(&self, attempt: Attempt, lease: Option<Lease>) -> Result<Claim, StoreError> {
        let Attempt { id, access, .. } = attempt;
        let record = record_key(id);
        let mut call = self.scripts.claim.keys(&[
            &ciphertext_key(id, &access),
            record.as_bytes(),
            absent_key(&record).as_bytes(),
            leased_key(id).as_bytes(),
            &attempts_key(&attempt),
        ]);
        call.arg(access.as_bytes()).arg(TOMBSTONE_MILLIS);
        match lease {
            Some(lease) => call.arg(lease.name.as_bytes()).arg(lease.millis),
            None => call.arg("").arg(0),
        };
        let answer: Vec<Value> = self.change(&call).await?;
        // Taken apart by hand: the ciphertext has left the store, and must not be lost to
        // a conversion that stumbles over the words around it.
        let mut answer = answer.into_iter();
        match (answer.next(), answer.next(), answer.next()) {
            (Some(word), Some(Value::BulkString(envelope)), Some(Value::Int(left))) if is(&word, "granted") => {
                Ok(Claim::Granted { envelope, views_left: u32::try_from(left).unwrap_or(0) })
            }
            (Some(word), None, None) if is(&word, "unknown") => Ok(Claim::Unknown),
            (Some(word), None, None) if is(&word, "acknowledged") => Ok(Claim::Acknowledged),
            (Some(word), Some(own), Some(all)) if is(&word, "wrong") => {
                let next = answer.next().and_then(|most| attempts::after_failure(&own, &all, &most));
                next.map(Claim::WrongProof).ok_or(StoreError::Corrupt)
            }
            (Some(word), Some(Value::Int(wait)), None) if is(&word, "wait") => {
                Ok(Claim::TooManyAttempts { wait: millis(wait) })
            }
            (Some(word), Some(state), None) if is(&word, "gone") => {
                state_of(&state).map(Claim::Gone).ok_or(StoreError::Corrupt)
            }
            _ => Err(StoreError::Corrupt),
        }
    }

    async fn ack(&self, id: SecretId, lease: LeaseName) -> Result<Ack, StoreError> {
        let mut call = self.scripts.ack.keys(&[record_key(id).as_bytes(), leased_key(id).as_bytes()]);
        call.arg(lease.as_bytes());
        let answer: Vec<Value> = self.change(&call).await?;
        match answer.as_slice() {
            [word] if is(word, "ended") => Ok(Ack::Ended),
            [word] if is(word, "unknown") => Ok(Ack::Unknown),
            _ => Err(StoreError::Corrupt),
        }
    }

    async fn destroy(&self, attempt: Attempt) -> Result<Destroy, StoreError> {
        let Attempt { id, access, .. } = attempt;
        let record = record_key(id);
        let mut call = self.scripts.destroy.keys(&[
            &ciphertext_key(id, &access),
            record.as_bytes(),
            absent_key(&record).as_bytes(),
            &attempts_key(&attempt),
        ]);
        call.arg(access.as_bytes()).arg(TOMBSTONE_MILLIS);
        self.end(&call).await
    }

    async fn destroy_as_sender(&self, id: SecretId, owner: OwnerVerifier) -> Result<Destroy, StoreError> {
        let (record, ciphertext, leased) = (record_key(id), ciphertext_stem(id), leased_key(id));
        let mut call =
            self.scripts.destroy_as_sender.keys(&[record.as_bytes(), ciphertext.as_bytes(), leased.as_bytes()]);
        call.arg(owner.as_bytes()).arg(TOMBSTONE_MILLIS);
        self.end(&call).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.link.probe().await.map_err(|trouble| {
            failure::log(&trouble);
            StoreError::Unavailable
        })
    }
}

fn millis(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn is(value: &Value, word: &str) -> bool {
    matches!(value, Value::BulkString(bytes) if bytes == word.as_bytes())
}

fn state_of(value: &Value) -> Option<State> {
    match value {
        Value::BulkString(word) => record::state(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
