//! What becomes of the cycles when more is stored, and when more processes serve.

use crate::Options;
use crate::cells::observed;
use crate::load::{Load, Outcome, Speaker, fill};
use crate::redis_server::Redis;
use crate::servers::Server;
use crate::stock::Store;
use crate::stock::{envelope, url};
use ashlink_core::bytes::to_base64url;
use serde::Serialize;

const SIZE: usize = 1024;
const CONNECTIONS: usize = 32;
/// Secrets beside the measured ones.
const STEPS: [usize; 4] = [1, 10_000, 100_000, 1_000_000];
/// Server processes on one Redis.
const PROCESSES: [usize; 3] = [1, 2, 3];

/// The same load with so many secrets waiting, or so many processes.
#[derive(Debug, Serialize)]
pub(crate) struct Scaled {
    pub(crate) store: Store,
    pub(crate) number: usize,
    pub(crate) runs: Vec<Outcome>,
}

fn speaker() -> anyhow::Result<Speaker> {
    Ok(Speaker::Ashlink { envelope: to_base64url(&envelope(SIZE)?).into(), acknowledge: false })
}

/// From one to a million stored secrets.
pub(crate) fn by_number(options: &Options) -> anyhow::Result<Vec<Scaled>> {
    let mut found = Vec::new();
    for store in options.stores.iter().copied().filter(|store| *store != Store::File) {
        let redis = (store == Store::Redis).then(|| Redis::start(&options.redis)).transpose()?;
        let server = Server::ashlink(options, &url(options, store, redis.as_ref())?)?;
        let mut stored = 0;
        for number in STEPS.into_iter().filter(|number| *number <= options.stored) {
            fill(&[server.address], &speaker()?, number - stored)?;
            stored = number;
            let runs = repeated(options, &[&server], redis.as_ref())?;
            eprintln!("{store:?} with {number} secrets: {:.0} cycles/s", runs[0].cycles_per_second);
            found.push(Scaled { store, number, runs });
        }
    }
    Ok(found)
}

/// One to three processes on one Redis.
pub(crate) fn by_processes(options: &Options) -> anyhow::Result<Vec<Scaled>> {
    let mut found = Vec::new();
    if !options.stores.contains(&Store::Redis) {
        return Ok(found);
    }
    let redis = Redis::start(&options.redis)?;
    for number in PROCESSES {
        redis.flush()?;
        let servers: Result<Vec<_>, _> = (0..number).map(|_| Server::ashlink(options, &redis.url())).collect();
        let servers = servers?;
        let runs = repeated(options, &servers.iter().collect::<Vec<_>>(), Some(&redis))?;
        eprintln!("{number} processes: {:.0} cycles/s", runs[0].cycles_per_second);
        found.push(Scaled { store: Store::Redis, number, runs });
    }
    Ok(found)
}

fn repeated(options: &Options, servers: &[&Server], redis: Option<&Redis>) -> anyhow::Result<Vec<Outcome>> {
    let addresses = servers.iter().map(|server| server.address).collect();
    let load = Load { addresses, speaker: speaker()?, connections: CONNECTIONS, window: options.window() };
    (0..options.runs).map(|_| observed(&load, servers, redis)).collect()
}
