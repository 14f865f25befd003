//! How full the servers are, as they say themselves.

use super::RedisStore;
use super::topology::failure::{self, Trouble};
use super::topology::node::{Asking, Node, RESPONSE_TIMEOUT};
use crate::{Capacity, StoreError, Usage};
use async_trait::async_trait;
use redis::{FromRedisValue as _, RedisError};

#[async_trait]
impl Capacity for RedisStore {
    /// Of all primaries together. All that is in them counts, whoever wrote it, since all of it
    /// fills them.
    async fn usage(&self) -> Result<Usage, StoreError> {
        let mut sum = Usage { used: 0, limit: Some(0) };
        for node in self.link.primaries() {
            let usage = of(&node).await.map_err(|trouble| {
                failure::log(&trouble);
                StoreError::Unavailable
            })?;
            sum.used += usage.used;
            // One that nothing bounds makes a sum that nothing bounds.
            sum.limit = sum.limit.zip(usage.limit).map(|(sum, limit)| sum + limit);
        }
        Ok(sum)
    }
}

async fn of(node: &Node) -> Result<Usage, Trouble> {
    let mut command = redis::cmd("INFO");
    command.arg("memory");
    let answer = node.send(&command, Asking::No, RESPONSE_TIMEOUT).await?;
    let info = String::from_redis_value(answer).map_err(|error| Trouble::Sent(RedisError::from(error)))?;
    Ok(read(&info))
}

fn read(info: &str) -> Usage {
    let number = |name: &str| {
        let values = info.lines().filter_map(|line| line.trim_end().split_once(':'));
        values.into_iter().find(|(found, _)| *found == name).and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
    };
    // To Redis, 0 is "no limit".
    Usage { used: number("used_memory"), limit: Some(number("maxmemory")).filter(|limit| *limit > 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_two_numbers_count() {
        let info = |most: &str| {
            format!(
                "# Memory\r\nused_memory:1041544\r\nused_memory_human:1017.13K\r\nused_memory_peak:9041544\r\n\
                 maxmemory:{most}\r\nmaxmemory_human:0B\r\nmaxmemory_policy:noeviction\r\n"
            )
        };
        assert_eq!(read(&info("0")), Usage { used: 1_041_544, limit: None });
        assert_eq!(read(&info("268435456")), Usage { used: 1_041_544, limit: Some(268_435_456) });
    }
}
