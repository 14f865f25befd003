//! What lies there: memory of a server at rest, and of a secret in a store.

use crate::Options;
use crate::load::{Speaker, fill};
use crate::redis_server::Redis;
use crate::servers::{Server, fresh_file};
use anyhow::Context as _;
use ashlink_core::bytes::to_base64url;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, seal};
use clap::ValueEnum;
use serde::Serialize;
use std::time::Duration;

/// Where the values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Store {
    Redis,
    Memory,
    File,
}

/// Secrets that are counted together, so that tables that grow in steps do not matter.
const COUNTED: usize = 100_000;
/// After which a server that was just started is at rest.
const REST: Duration = Duration::from_secs(2);

/// A sealed text of this length, as a browser would send it.
pub(crate) fn envelope(size: usize) -> anyhow::Result<Vec<u8>> {
    let sealed = seal(&Payload::text("x".repeat(size)), Protection::Link, Entropy::fresh()?);
    Ok(sealed.context("a text is sealed")?.envelope)
}

/// A server that has nothing to do.
#[derive(Debug, Serialize)]
pub(crate) struct Idle {
    pub(crate) store: Store,
    /// Resident memory.
    pub(crate) bytes: u64,
}

pub(crate) fn idle(options: &Options) -> anyhow::Result<Vec<Idle>> {
    let mut idle = Vec::new();
    for &store in &options.stores {
        let redis = (store == Store::Redis).then(|| Redis::start(&options.redis)).transpose()?;
        let server = Server::ashlink(options, &url(options, store, redis.as_ref())?)?;
        std::thread::sleep(REST);
        idle.push(Idle { store, bytes: server.process.resident()?.0 });
    }
    Ok(idle)
}

/// What a secret takes while it waits.
#[derive(Debug, Serialize)]
pub(crate) struct Stored {
    pub(crate) store: Store,
    pub(crate) size: usize,
    pub(crate) secrets: usize,
    /// By `used_memory` of Redis, by the resident memory of the server, or by the blocks of the file.
    pub(crate) bytes_each: f64,
}

pub(crate) fn per_secret(options: &Options) -> anyhow::Result<Vec<Stored>> {
    let mut found = Vec::new();
    let size = 1024;
    let secrets = COUNTED.min(options.stored);
    for &store in &options.stores {
        let redis = (store == Store::Redis).then(|| Redis::start(&options.redis)).transpose()?;
        let server = Server::ashlink(options, &url(options, store, redis.as_ref())?)?;
        let used = || -> anyhow::Result<u64> {
            match (store, &redis) {
                (Store::Redis, Some(redis)) => redis.used_memory(),
                (Store::File, _) => {
                    use std::os::unix::fs::MetadataExt as _;
                    // Blocks of 512 bytes, whatever the file system's are (stat(2)).
                    Ok(std::fs::metadata(options.folder.join("bench.redb"))?.blocks() * 512)
                }
                _ => Ok(server.process.resident()?.0),
            }
        };
        let speaker = Speaker::Ashlink { envelope: to_base64url(&envelope(size)?).into(), acknowledge: false };
        // What the first ones cost besides, such as buffers, is not the secrets'.
        fill(&[server.address], &speaker, secrets / 10)?;
        let before = used()?;
        fill(&[server.address], &speaker, secrets)?;
        let bytes_each = (used()?.saturating_sub(before)) as f64 / secrets as f64;
        eprintln!("{store:?}: {bytes_each:.0} bytes for each of {secrets} secrets of {size} bytes");
        found.push(Stored { store, size, secrets, bytes_each });
    }
    Ok(found)
}

/// Where a server is to keep its secrets; a file is a new one.
pub(crate) fn url(options: &Options, store: Store, redis: Option<&Redis>) -> anyhow::Result<String> {
    match (store, redis) {
        (Store::File, _) => fresh_file(&options.folder),
        (Store::Redis, Some(redis)) => Ok(redis.url()),
        (Store::Redis | Store::Memory, _) => Ok("memory:".to_owned()),
    }
}
