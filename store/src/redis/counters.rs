//! What server processes on one Redis share besides secrets: the key for tags, and how often
//! clients asked.

use super::RedisStore;
use crate::StoreError;
use crate::counters::{Counted, Counters, Whose};
use crate::tag::TagKey;
use async_trait::async_trait;
use std::time::Duration;

/// Where the key is. It is never on a disk unless this Redis writes one.
const TAG_KEY: &str = "k:tags";

#[async_trait]
impl Counters for RedisStore {
    async fn tag_key(&self, proposal: TagKey) -> Result<TagKey, StoreError> {
        let mut call = self.scripts.tag_key.keys(&[TAG_KEY.as_bytes()]);
        call.arg(&proposal.bytes).arg(proposal.rest.as_millis() as u64);
        let (bytes, rest): (Vec<u8>, u64) = self.change(&call).await?;
        let bytes = bytes.try_into().map_err(|_| StoreError::Corrupt)?;
        Ok(TagKey { bytes, rest: Duration::from_millis(rest) })
    }

    async fn add(&self, window: u64, counts: &[(Counted, u64)]) -> Result<Vec<u64>, StoreError> {
        let mut totals = Vec::with_capacity(counts.len());
        for (counted, by) in counts {
            let mut key = format!("q:{}:{window}:", counted.class.name()).into_bytes();
            match &counted.whose {
                // Tags of both are of the same kind, and never the same.
                Whose::Caller(tag) | Whose::Network(tag) => key.extend_from_slice(tag.as_bytes()),
                Whose::Region(number) => key.extend_from_slice(&number.to_be_bytes()),
            }
            let mut call = self.scripts.count.keys(&[&key]);
            // Twice the window, for processes whose clocks do not agree.
            call.arg(by).arg(2 * counted.class.window_secs() * 1000);
            match self.change(&call).await {
                Ok::<u64, _>(total) => totals.push(total),
                Err(_) if !totals.is_empty() => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(totals)
    }
}
