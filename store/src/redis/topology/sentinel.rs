//! Finding the master that Sentinels watch over.

use super::connect::{Connection, Connector, NotConnected};
use super::url::Address;
use redis::aio::ConnectionLike as _;
use redis::{FromRedisValue as _, Value};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// For how long one Sentinel is waited for.
const SENTINEL_TIMEOUT: Duration = Duration::from_secs(2);

/// Sentinels, and the name by which they know the master.
pub(in crate::redis) struct Sentinels {
    pub(in crate::redis) addresses: Vec<Address>,
    pub(in crate::redis) master: String,
    /// They have users and passwords of their own.
    pub(in crate::redis) connector: Connector,
}

impl Sentinels {
    /// Connects to the first server that a Sentinel calls the master and that says so itself.
    ///
    /// All are asked at once: a dead one must not cost its time-out, and after a failover one
    /// that was cut off still names the old master.
    pub(in crate::redis) async fn connect_to_master(
        &self,
        connector: &Connector,
        lost: impl Fn() + Send + Sync + 'static,
    ) -> Result<Connection, NotConnected> {
        let lost = Arc::new(lost);
        let mut asked = JoinSet::new();
        for address in self.addresses.clone() {
            asked.spawn(ask(self.connector.clone(), address, self.master.clone()));
        }
        let mut tried = Vec::new();
        let mut failure = NotConnected::new(format_args!("no Sentinel knows a master `{}`", self.master));
        while let Some(answer) = asked.join_next().await {
            let Ok(answer) = answer else { continue };
            let address = match answer {
                Ok(address) if !tried.contains(&address) => address,
                Ok(_) => continue,
                Err(error) => {
                    // A server that was named and failed says more than a Sentinel that is gone.
                    if tried.is_empty() {
                        failure = error;
                    }
                    continue;
                }
            };
            let lost = Arc::clone(&lost);
            match connector.connect(&address, move || lost()).await {
                Ok(connection) if is_master(connection.clone()).await => return Ok(connection),
                Ok(_) => failure = NotConnected::new(format_args!("{address} is not the master it is said to be")),
                Err(error) => failure = error,
            }
            tried.push(address);
        }
        Err(failure)
    }
}

async fn ask(connector: Connector, address: Address, master: String) -> Result<Address, NotConnected> {
    let mut connection = connector.connect(&address, || {}).await?;
    let mut command = redis::cmd("SENTINEL");
    command.arg("GET-MASTER-ADDR-BY-NAME").arg(&master);
    let answer = tokio::time::timeout(SENTINEL_TIMEOUT, connection.channel.req_packed_command(&command)).await;
    let answer = answer
        .map_err(|_| NotConnected::new(format_args!("the Sentinel at {address} does not answer")))?
        .and_then(Value::extract_error)
        .map_err(|error| NotConnected::new(format_args!("the Sentinel at {address} does not answer: {error}")))?;
    let named = Option::<(String, u16)>::from_redis_value(answer).ok().flatten();
    named
        .map(|(host, port)| Address { host, port })
        .ok_or_else(|| NotConnected::new(format_args!("the Sentinel at {address} knows no master `{master}`")))
}

async fn is_master(mut connection: Connection) -> bool {
    let mut command = redis::cmd("INFO");
    command.arg("replication");
    let answer = tokio::time::timeout(SENTINEL_TIMEOUT, connection.channel.req_packed_command(&command)).await;
    let Ok(Ok(info)) = answer else {
        return false;
    };
    String::from_redis_value(info).is_ok_and(|info| info.lines().any(|line| line.trim_end() == "role:master"))
}
