//! One server that is kept connected: a given one, or whichever is the master now.

use super::connect::{CONNECT_TIMEOUT, Connection, Connector, NotConnected, Task};
use super::failure::Trouble;
use super::script::Call;
use super::sentinel::Sentinels;
use super::url::Address;
use redis::aio::ConnectionLike as _;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, ServerErrorKind, Value};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;

/// For how long an answer may take. Generous: the driver's own half second would turn a
/// slow claim into a secret that is lost to both sides.
pub(in crate::redis) const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
/// Between attempts to come back after a loss: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Which server is meant.
pub(in crate::redis) enum Door {
    /// Always the one at this address.
    At(Address),
    /// The one of this machine that listens at this socket.
    Socket(PathBuf),
    /// The master that Sentinels name.
    Master(Sentinels),
}

/// Whether a request goes to where its keys are just moving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redis) enum Asking {
    No,
    /// Preceded by ASKING, as a Cluster wants it during a move.
    Yes,
}

/// A server and the connection to it, which is made again after it was lost, in the
/// background and by whoever asks.
pub(in crate::redis) struct Node {
    inner: Arc<Inner>,
    _keeper: Task,
}

struct Inner {
    door: Door,
    connector: Connector,
    line: Mutex<Line>,
    lost: Arc<Notify>,
}

#[derive(Default)]
struct Line {
    held: Option<Held>,
    /// The last attempt that came to nothing, and when it ended.
    failed: Option<(Instant, NotConnected)>,
}

#[derive(Clone)]
struct Held {
    connection: Connection,
    alive: Arc<AtomicBool>,
}

impl Node {
    pub(in crate::redis) fn new(door: Door, connector: Connector) -> Self {
        let lost = Arc::new(Notify::new());
        let inner = Arc::new(Inner { door, connector, line: Mutex::default(), lost: Arc::clone(&lost) });
        let keeper = Task::spawn(keep(Arc::downgrade(&inner), lost));
        Self { inner, _keeper: keeper }
    }

    /// Where it is, for a server that does not say so itself when it names others.
    pub(in crate::redis) fn host(&self) -> &str {
        match &self.inner.door {
            Door::At(address) => &address.host,
            Door::Socket(_) | Door::Master(_) => "",
        }
    }

    /// Connects, if it is not connected.
    pub(in crate::redis) async fn ready(&self) -> Result<(), NotConnected> {
        self.inner.held().await.map(drop)
    }

    /// Has a script run: once, or not at all.
    pub(in crate::redis) async fn call(
        &self,
        call: &Call<'_>,
        asking: Asking,
        limit: Duration,
    ) -> Result<Value, Trouble> {
        match self.send(call.by_hash(), asking, limit).await {
            // It has not run. The other form leaves nothing that could be unknown to the server.
            Err(Trouble::Sent(error)) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.send(&call.in_full(), asking, limit).await
            }
            outcome => outcome,
        }
    }

    /// Sends one command, once.
    pub(in crate::redis) async fn send(
        &self,
        command: &Cmd,
        asking: Asking,
        limit: Duration,
    ) -> Result<Value, Trouble> {
        let mut held = self.inner.held().await?;
        let answer = async {
            match asking {
                Asking::No => held.connection.channel.req_packed_command(command).await,
                Asking::Yes => {
                    // In one piece: on a shared connection another request could come between.
                    let mut both = Pipeline::with_capacity(2);
                    both.add_command(redis::cmd("ASKING")).add_command(command.clone());
                    let answers = held.connection.channel.req_packed_commands(&both, 0, 2).await?;
                    Ok(answers.into_iter().nth(1).unwrap_or(Value::Nil))
                }
            }
        };
        let outcome = match tokio::time::timeout(limit, answer).await {
            Ok(answer) => answer.and_then(Value::extract_error),
            Err(_) => Err(RedisError::from(io::Error::from(io::ErrorKind::TimedOut))),
        };
        outcome.map_err(|error| {
            // Who was silent once is not waited for again: the next request asks anew, and is
            // told that nothing happened when there is no answer to that.
            if error.is_io_error() || error.is_unrecoverable_error() {
                held.lose(&self.inner.lost);
            }
            Trouble::Sent(error)
        })
    }

    /// Gives the connection up, because another server may be the right one now.
    pub(in crate::redis) async fn forget(&self) {
        if let Some(held) = &self.inner.line.lock().await.held {
            held.lose(&self.inner.lost);
        }
    }
}

impl Held {
    fn lose(&self, lost: &Notify) {
        self.alive.store(false, Ordering::Relaxed);
        lost.notify_one();
    }
}

impl Inner {
    /// The connection. Those who wait for it while it cannot be made are told so together,
    /// instead of each trying in turn.
    async fn held(&self) -> Result<Held, NotConnected> {
        let since = Instant::now();
        let mut line = self.line.lock().await;
        if let Some(held) = &line.held
            && held.alive.load(Ordering::Relaxed)
        {
            return Ok(held.clone());
        }
        line.held = None;
        if let Some((at, failure)) = &line.failed
            && *at > since
        {
            return Err(failure.clone());
        }
        match self.open().await {
            Ok(held) => {
                *line = Line { held: Some(held.clone()), failed: None };
                Ok(held)
            }
            Err(failure) => {
                line.failed = Some((Instant::now(), failure.clone()));
                Err(failure)
            }
        }
    }

    async fn open(&self) -> Result<Held, NotConnected> {
        let alive = Arc::new(AtomicBool::new(true));
        let lost = {
            let (alive, lost) = (Arc::clone(&alive), Arc::clone(&self.lost));
            move || {
                alive.store(false, Ordering::Relaxed);
                lost.notify_one();
            }
        };
        let connection = match &self.door {
            Door::At(address) => self.connector.connect(address, lost).await?,
            Door::Socket(path) => self.connector.connect_socket(path, lost).await?,
            Door::Master(sentinels) => {
                // The Sentinels and the server are each given their time, but not any number of them.
                let found = sentinels.connect_to_master(&self.connector, lost);
                tokio::time::timeout(2 * CONNECT_TIMEOUT, found)
                    .await
                    .unwrap_or_else(|_| Err(NotConnected::new("the Sentinels name no master that answers")))?
            }
        };
        Ok(Held { connection, alive })
    }
}

/// Comes back after a loss, so that nobody's request needs to.
async fn keep(node: Weak<Inner>, lost: Arc<Notify>) {
    loop {
        lost.notified().await;
        let mut pause = PAUSES.0;
        loop {
            let Some(node) = node.upgrade() else {
                return;
            };
            if node.held().await.is_ok() {
                break;
            }
            drop(node);
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(PAUSES.1);
        }
    }
}
