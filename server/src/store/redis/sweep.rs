//! Tidying up. Redis tells nobody that a key has expired, so the record of a secret that
//! was never read would keep what only a living one needs. Nothing depends on when, or by
//! how many processes, this is done.

use super::{RedisStore, absent_key};
use crate::store::TOMBSTONE_MILLIS;
use redis::RedisResult;
use std::time::Duration;

/// Between two looks at a part of the keys.
const STEP_PAUSE: Duration = Duration::from_secs(1);
/// Between two passes over all of them.
const PASS_PAUSE: Duration = Duration::from_secs(60);
/// About how many keys are looked at in one step: a fraction of a millisecond of Redis' time.
const STEP_KEYS: usize = 500;

impl RedisStore {
    /// Tidies up for as long as the store is used.
    pub async fn sweep_forever(&self) {
        let mut cursor = 0;
        loop {
            // What failed is tried again with the next pass.
            cursor = self.sweep_step(cursor).await.unwrap_or(0);
            tokio::time::sleep(if cursor == 0 { PASS_PAUSE } else { STEP_PAUSE }).await;
        }
    }

    /// Looks at some of the keys; gives the cursor for the next ones, or 0 at the end.
    pub(super) async fn sweep_step(&self, cursor: u64) -> RedisResult<u64> {
        let mut connection = self.connection.clone();
        let (next, records): (u64, Vec<String>) = redis::cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg("r:{*}")
            .arg("COUNT")
            .arg(STEP_KEYS)
            .query_async(&mut connection)
            .await?;
        for record in records {
            let mut call = self.scripts.expire.key(&record);
            call.key(absent_key(&record)).arg(TOMBSTONE_MILLIS);
            let () = call.invoke_async(&mut connection).await?;
        }
        Ok(next)
    }
}
