//! What a page costs: `/s`, compressed, as a browser asks for it that has nothing.

use crate::Options;
use crate::cells::observed;
use crate::load::{Load, Outcome, Speaker};
use crate::servers::Server;

const CONNECTIONS: usize = 32;

pub(crate) fn measure(options: &Options) -> anyhow::Result<Vec<Outcome>> {
    let server = Server::ashlink(options, "memory:")?;
    let load = Load {
        addresses: vec![server.address],
        speaker: Speaker::Page,
        connections: CONNECTIONS,
        window: options.window(),
    };
    (0..options.runs).map(|_| observed(&load, &[&server], None)).collect()
}
