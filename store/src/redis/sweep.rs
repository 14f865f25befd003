//! Tidying up. Redis tells nobody that a key has expired, so the record of a secret that
//! was never read would keep what only a living one needs. Nothing depends on when, or by
//! how many processes, this is done.

use super::topology::failure::{self, Trouble};
use super::topology::node::{Asking, Node, RESPONSE_TIMEOUT};
use super::{RedisStore, absent_key};
use crate::TOMBSTONE_MILLIS;
use ashlink_core::bytes::SecretId;
use redis::{FromRedisValue as _, RedisError};
use std::time::{Duration, Instant};

/// Between two looks at a part of the keys.
const STEP_PAUSE: Duration = Duration::from_secs(1);
/// Between two passes over all of them.
const PASS_PAUSE: Duration = Duration::from_secs(60);
/// About how many keys are looked at in one step: a fraction of a millisecond of Redis' time.
const STEP_KEYS: usize = 500;

impl RedisStore {
    /// Tidies up for as long as the store is used.
    pub async fn sweep_forever(&self) {
        loop {
            self.begin_pass().await;
            let mut whole = true;
            for node in self.link.primaries() {
                let mut cursor = 0;
                loop {
                    // What failed is tried again with the next pass.
                    cursor = self.sweep_step(&node, cursor).await.unwrap_or_else(|trouble| {
                        failure::log(&trouble);
                        whole = false;
                        0
                    });
                    if cursor == 0 {
                        break;
                    }
                    tokio::time::sleep(STEP_PAUSE).await;
                }
            }
            if whole {
                self.end_pass();
            }
            tokio::time::sleep(PASS_PAUSE).await;
        }
    }

    /// Looks at some of a server's keys; gives the cursor for the next ones, or 0 at the end. What
    /// other programs keep under such names is passed over, whatever it is, and so is a record at which
    /// the script fails: the others are still swept and counted.
    pub(super) async fn sweep_step(&self, node: &Node, cursor: u64) -> Result<u64, Trouble> {
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg("r:{*}").arg("COUNT").arg(STEP_KEYS).arg("TYPE").arg("hash");
        let answer = node.send(&scan, Asking::No, RESPONSE_TIMEOUT).await?;
        let (next, records) =
            <(u64, Vec<Vec<u8>>)>::from_redis_value(answer).map_err(|error| Trouble::Sent(RedisError::from(error)))?;
        let (mut failed, mut counted_any) = (0_u64, false);
        let mut last = None;
        for record in records.iter().filter_map(|key| read_record_key(key)) {
            let mut call = self.scripts.expire.keys(&[record.as_bytes(), absent_key(record).as_bytes()]);
            call.arg(TOMBSTONE_MILLIS);
            let asked = Instant::now();
            match self.link.run(&call).await.map(Vec::<u64>::from_redis_value) {
                Ok(Ok(counted)) => {
                    counted_any = true;
                    self.met(&counted, asked);
                }
                // Numbers that no record of ours has.
                Ok(Err(_)) => failed += 1,
                Err(trouble) if failure::is_of_keys(&trouble) => {
                    if failed == 0 {
                        failure::log(&trouble);
                    }
                    failed += 1;
                    last = Some(trouble);
                }
                Err(trouble) => return Err(trouble),
            }
        }
        // Where it fails at all of several, it is not the records: a right is missing, say. A pass that
        // counted nothing must not count as one, or every quota would be free.
        if let (true, false, Some(trouble)) = (failed > 1, counted_any, last) {
            return Err(trouble);
        }
        if failed > 0 {
            tracing::error!(records = failed, "redis holds records that cannot be read; the sweep passes over them");
        }
        Ok(next)
    }
}

/// The key, if a record can have it.
fn read_record_key(key: &[u8]) -> Option<&str> {
    let key = std::str::from_utf8(key).ok()?;
    SecretId::parse(key.strip_prefix("r:{")?.strip_suffix('}')?).ok()?;
    Some(key)
}
