//! The table: sizes, connections and stores, each by all contenders.

use crate::Options;
use crate::load::{Load, Outcome, Side, Speaker, drive};
use crate::one_sync;
use crate::process::Usage;
use crate::redis_server::Redis;
use crate::servers::{Server, fresh_file};
use crate::stock::{self, Store};
use ashlink_core::bytes::to_base64url;
use serde::Serialize;
use std::time::Duration;

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Contender {
    /// The store's own operations.
    Raw,
    /// A handler that does no more than that.
    Bare,
    /// The server: store and claim.
    Ashlink,
    /// The server: store, claim and acknowledge, which are three requests, as browsers do it.
    AshlinkAck,
}

/// One line of the table.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    pub(crate) store: Store,
    /// Bytes of the secret's text.
    pub(crate) size: usize,
    /// Bytes of what is stored.
    pub(crate) envelope: usize,
    pub(crate) connections: usize,
    pub(crate) contender: Contender,
    /// The runs, in order: the same place in two cells is the same time.
    pub(crate) runs: Vec<Outcome>,
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for &store in &options.stores {
        for &size in &options.sizes {
            for &connections in &options.connections {
                cells.extend(measure_together(options, store, size, connections)?);
            }
        }
    }
    Ok(cells)
}

fn contenders(store: Store, connections: usize) -> Vec<Contender> {
    use Contender::{Ashlink, AshlinkAck, Bare, Raw};
    let mut contenders = match store {
        Store::Redis | Store::Memory => vec![Raw, Bare, Ashlink],
        Store::File => vec![Raw, Ashlink],
    };
    // What the third request costs is the same everywhere.
    if connections == 32 {
        contenders.push(AshlinkAck);
    }
    contenders
}

/// All contenders in turn, and again.
fn measure_together(options: &Options, store: Store, size: usize, connections: usize) -> anyhow::Result<Vec<Cell>> {
    let envelope = stock::envelope(size)?;
    let mut cells: Vec<_> = contenders(store, connections)
        .into_iter()
        .map(|contender| Cell { store, size, envelope: envelope.len(), connections, contender, runs: Vec::new() })
        .collect();
    let redis = match store {
        Store::Redis => Some(Redis::start(&options.redis)?),
        Store::Memory | Store::File => None,
    };
    for run in 0..options.runs {
        for cell in &mut cells {
            let outcome = once(options, cell, &envelope, redis.as_ref())?;
            eprintln!(
                "{store:?}, {size} bytes, {connections} connections, run {}: {:?} {:.0} cycles/s, p99 {:.0} µs{}",
                run + 1,
                cell.contender,
                outcome.cycles_per_second,
                outcome.p99_micros,
                if outcome.driver_limits { " (the driver was the limit)" } else { "" },
            );
            cell.runs.push(outcome);
        }
    }
    Ok(cells)
}

/// One contender, on a store that is empty.
fn once(options: &Options, cell: &Cell, envelope: &[u8], redis: Option<&Redis>) -> anyhow::Result<Outcome> {
    if let Some(redis) = redis {
        redis.flush()?;
    }
    let window = options.window();
    let text = || to_base64url(envelope).into();
    let (server, speaker) = match (cell.contender, cell.store) {
        (Contender::Raw, Store::Memory) => return one_sync::measure(None, envelope, window),
        (Contender::Raw, Store::File) => {
            std::fs::create_dir_all(&options.folder)?;
            return one_sync::measure(Some(&options.folder.join("raw.redb")), envelope, window);
        }
        (Contender::Raw, Store::Redis) => (None, Speaker::Resp { envelope: envelope.into() }),
        (Contender::Bare, _) => {
            let server = Server::bare(redis.map(Redis::url).as_deref())?;
            (Some(server), Speaker::Bare { envelope: envelope.into() })
        }
        (contender @ (Contender::Ashlink | Contender::AshlinkAck), store) => {
            let url = match (store, redis) {
                (Store::File, _) => fresh_file(&options.folder)?,
                (_, Some(redis)) => redis.url(),
                (_, None) => "memory:".to_owned(),
            };
            let acknowledge = contender == Contender::AshlinkAck;
            (Some(Server::ashlink(options, &url)?), Speaker::Ashlink { envelope: text(), acknowledge })
        }
    };
    let address = match (&server, redis) {
        (Some(server), _) => server.address,
        (None, redis) => redis.expect("raw without a Redis was measured above").address,
    };
    let load = Load { addresses: vec![address], speaker, connections: cell.connections, window };
    let servers: Vec<_> = server.iter().collect();
    observed(&load, &servers, redis)
}

/// Drives a load, and looks at what the processes use meanwhile.
pub(crate) fn observed(load: &Load, servers: &[&Server], redis: Option<&Redis>) -> anyhow::Result<Outcome> {
    let look = || -> anyhow::Result<(Usage, Option<Usage>)> {
        let mut cpu = Duration::ZERO;
        for server in servers {
            cpu += server.process.usage()?.cpu;
        }
        Ok((Usage { cpu }, redis.map(|redis| redis.process.usage()).transpose()?))
    };
    let (mut outcome, before, after) = drive(load, look)?;
    if !servers.is_empty() {
        outcome.add(Side::Server, before.0, after.0, load.window);
    }
    if let (Some(before), Some(after)) = (before.1, after.1) {
        outcome.add(Side::Redis, before, after, load.window);
    }
    if let [server] = servers {
        outcome.peak_bytes = Some(server.process.resident()?.1);
    }
    Ok(outcome)
}
