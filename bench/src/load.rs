//! The driver: one thread, many connections, one cycle after the other on each.

mod outcome;
mod speaker;
mod wire;

pub(crate) use outcome::{Outcome, Side};
pub(crate) use speaker::Speaker;

use anyhow::Context as _;
use rustix::time::{ClockId, clock_gettime};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::LocalSet;
use wire::Wire;

/// Before what is counted, as a share of it.
const WARM_UP: f64 = 0.25;

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    /// Where to; connections are dealt out in turn.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) speaker: Speaker,
    pub(crate) connections: usize,
    /// For how long is counted.
    pub(crate) window: Duration,
}

/// The microseconds of each cycle that ended within the window.
type Counted = Rc<RefCell<Vec<u32>>>;

/// Runs cycles for the window, and calls the function at its beginning and end.
pub(crate) fn drive<T>(load: &Load, look: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<(Outcome, T, T)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    let counted = Counted::default();
    local.block_on(&runtime, async {
        let mut wires = Vec::new();
        for number in 0..load.connections {
            let address = load.addresses[number % load.addresses.len()];
            let wire = Wire::connect(address).await.context("the driver cannot connect")?;
            wires.push(wire);
        }
        // From when all are connected: that can take longer than a window.
        let begin = Instant::now() + load.window.mul_f64(WARM_UP);
        let end = begin + load.window;
        let start = |wire| repeat(wire, load.speaker.clone(), begin, end, Rc::clone(&counted));
        let tasks: Vec<_> = wires.into_iter().map(|wire| tokio::task::spawn_local(start(wire))).collect();
        tokio::time::sleep_until(begin.into()).await;
        let (cpu, before, wall) = (thread_cpu(), look()?, Instant::now());
        tokio::time::sleep_until(end.into()).await;
        let (busy, after) = (thread_cpu().saturating_sub(cpu), look()?);
        let elapsed = wall.elapsed();
        for task in tasks {
            task.await??;
        }
        let counted = std::mem::take(&mut *counted.borrow_mut());
        Ok((Outcome::new(counted, elapsed, busy), before, after))
    })
}

/// One cycle after the other; those that end within the window are counted.
async fn repeat(
    mut wire: Wire,
    mut speaker: Speaker,
    begin: Instant,
    end: Instant,
    counted: Counted,
) -> anyhow::Result<()> {
    loop {
        let start = Instant::now();
        if start >= end {
            return Ok(());
        }
        speaker.cycle(&mut wire).await?;
        let now = Instant::now();
        if now >= begin && now < end {
            counted.borrow_mut().push(u32::try_from((now - start).as_micros()).unwrap_or(u32::MAX));
        }
    }
}

/// Stores so many secrets and leaves them there.
pub(crate) fn fill(addresses: &[SocketAddr], speaker: &Speaker, number: usize) -> anyhow::Result<()> {
    const CONNECTIONS: usize = 32;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let left = Rc::new(RefCell::new(number));
    LocalSet::new().block_on(&runtime, async {
        let mut tasks = Vec::new();
        for connection in 0..CONNECTIONS {
            let mut wire = Wire::connect(addresses[connection % addresses.len()]).await?;
            let (mut speaker, left) = (speaker.clone(), Rc::clone(&left));
            tasks.push(tokio::task::spawn_local(async move {
                loop {
                    {
                        let mut left = left.borrow_mut();
                        let Some(rest) = left.checked_sub(1) else { return anyhow::Ok(()) };
                        *left = rest;
                    }
                    speaker.create(&mut wire).await?;
                }
            }));
        }
        for task in tasks {
            task.await??;
        }
        Ok(())
    })
}

fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
