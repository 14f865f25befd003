//! Which server of a Cluster has which keys.

use super::url::Address;
use redis::{FromRedisValue as _, Value};
use std::collections::BTreeSet;

/// How many slots the keys of a Cluster are spread over.
const SLOTS: u16 = 16_384;

/// Ranges of slots and the primaries that have them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::redis) struct SlotMap(Vec<Range>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Range {
    first: u16,
    last: u16,
    primary: Address,
}

impl SlotMap {
    /// Reads what `CLUSTER SLOTS` answers. A server that does not know its own name is found
    /// where it was asked.
    pub(in crate::redis) fn read(answer: Value, asked: &str) -> Option<Self> {
        let mut ranges = Vec::new();
        for range in Vec::<Vec<Value>>::from_redis_value(answer).ok()? {
            let mut range = range.into_iter();
            let first = u16::from_redis_value(range.next()?).ok()?;
            let last = u16::from_redis_value(range.next()?).ok()?;
            let mut primary = Vec::<Value>::from_redis_value(range.next()?).ok()?.into_iter();
            let host = Option::<String>::from_redis_value(primary.next()?).ok()?;
            let port = u16::from_redis_value(primary.next()?).ok()?;
            let host = host.filter(|host| !host.is_empty() && host != "?").unwrap_or_else(|| asked.to_owned());
            ranges.push(Range { first, last, primary: Address { host, port } });
        }
        if ranges.is_empty() { None } else { Some(Self(ranges)) }
    }

    /// The server that has this slot.
    pub(in crate::redis) fn primary(&self, slot: u16) -> Option<&Address> {
        self.0.iter().find(|range| (range.first..=range.last).contains(&slot)).map(|range| &range.primary)
    }

    /// All servers that have slots.
    pub(in crate::redis) fn primaries(&self) -> BTreeSet<&Address> {
        self.0.iter().map(|range| &range.primary).collect()
    }

    /// Whether each slot has a server.
    pub(in crate::redis) fn is_whole(&self) -> bool {
        self.0.iter().map(|range| u32::from(range.last.saturating_sub(range.first)) + 1).sum::<u32>()
            == u32::from(SLOTS)
    }

    /// A hash tag for each primary whose keys are there.
    pub(in crate::redis) fn tags(&self) -> Vec<String> {
        let mut missing = self.primaries();
        let mut tags = Vec::new();
        // A server with a single slot is found after 16,384 attempts on average.
        for n in 0..1_000_000_u32 {
            if missing.is_empty() {
                break;
            }
            let tag = n.to_string();
            if let Some(primary) = self.primary(slot_of(tag.as_bytes()))
                && missing.remove(primary)
            {
                tags.push(tag);
            }
        }
        tags
    }
}

/// The slot of a key: by what stands between its first braces, if anything does.
pub(in crate::redis) fn slot(key: &[u8]) -> u16 {
    slot_of(hash_tag(key).unwrap_or(key))
}

fn hash_tag(key: &[u8]) -> Option<&[u8]> {
    let (_, tail) = key.split_at_checked(key.iter().position(|byte| *byte == b'{')? + 1)?;
    let tag = &tail[..tail.iter().position(|byte| *byte == b'}')?];
    (!tag.is_empty()).then_some(tag)
}

fn slot_of(tag: &[u8]) -> u16 {
    crc16(tag) % SLOTS
}

/// CRC-16/XMODEM, which the Cluster specification names.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_slots_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
        assert_eq!(slot(b"foo"), 12_182);
        assert_eq!(slot(b"r:{foo}"), 12_182);
        assert_eq!(slot(b"s:{foo}:\xff\0{}"), 12_182);
        // Nothing between the braces: the whole key counts. And only the first brace does.
        assert_eq!(slot(b"foo{}{bar}"), slot_of(b"foo{}{bar}"));
        assert_eq!(slot(b"foo{{bar}}"), slot_of(b"{bar"));
        assert_eq!(slot(b"foo{bar"), slot_of(b"foo{bar"));
    }

    fn address(host: &str, port: u16) -> Address {
        Address { host: host.into(), port }
    }

    #[test]
    fn the_answer_of_a_server_is_read() {
        let text = |text: &str| Value::BulkString(text.into());
        let node = |host: Value, port| Value::Array(vec![host, Value::Int(port), text("id"), Value::Array(vec![])]);
        let range = |first, last, primary| Value::Array(vec![Value::Int(first), Value::Int(last), primary]);
        let answer = Value::Array(vec![
            range(0, 8_191, node(text("10.0.0.1"), 7000)),
            range(8_192, 16_382, node(text(""), 7001)),
        ]);
        let map = SlotMap::read(answer, "localhost").unwrap();
        assert_eq!(map.primary(0), Some(&address("10.0.0.1", 7000)));
        assert_eq!(map.primary(8_192), Some(&address("localhost", 7001)));
        assert_eq!(map.primary(16_383), None);
        assert!(!map.is_whole());
        assert_eq!(map.primaries().len(), 2);
        let tags = map.tags();
        let owners: BTreeSet<_> = tags.iter().map(|tag| map.primary(slot(format!("x:{{{tag}}}").as_bytes()))).collect();
        assert_eq!((tags.len(), owners.len()), (2, 2));

        assert_eq!(SlotMap::read(Value::Array(vec![]), "localhost"), None);
        assert_eq!(SlotMap::read(Value::Nil, "localhost"), None);
    }
}
