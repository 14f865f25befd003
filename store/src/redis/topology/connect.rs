//! Making a connection: TCP, TLS or a unix socket, login. Whatever fails here has asked for nothing yet.

use super::tls::Trust;
use super::url::{Address, Login};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, ProtocolVersion, PushInfo, PushKind, RedisConnectionInfo, RedisError};
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::ServerName;

/// For how long a connection may take to come about.
pub(in crate::redis) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Why there is no connection, in words. Nothing was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub(in crate::redis) struct NotConnected {
    words: String,
    /// Whether only somebody who changes a setting can help.
    pub(in crate::redis) lasting: bool,
}

impl NotConnected {
    pub(in crate::redis) fn new(words: impl fmt::Display) -> Self {
        Self { words: words.to_string(), lasting: false }
    }

    pub(in crate::redis) fn lasting(words: impl fmt::Display) -> Self {
        Self { words: words.to_string(), lasting: true }
    }
}

/// A task that ends with whoever needs it.
pub(in crate::redis) struct Task(JoinHandle<()>);

impl Task {
    pub(in crate::redis) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A connection, for as many requests at once as there are.
#[derive(Clone)]
pub(in crate::redis) struct Connection {
    pub(in crate::redis) channel: MultiplexedConnection,
    _driver: Arc<Task>,
}

/// What all servers of a store are connected to with.
#[derive(Clone)]
pub(in crate::redis) struct Connector {
    info: RedisConnectionInfo,
    tls: Option<Arc<Trust>>,
}

impl Connector {
    pub(in crate::redis) fn new(login: &Login, database: i64, tls: Option<Arc<Trust>>) -> Self {
        // With RESP3 the driver notices a lost connection while idle, and not only when
        // the next request fails on it.
        let mut info = RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP3).set_db(database);
        if let Some(user) = &login.user {
            info = info.set_username(user);
        }
        if let Some(password) = &login.password {
            info = info.set_password(password);
        }
        Self { info, tls }
    }

    /// Connects within a limit of time; `lost` is called when the connection ends.
    pub(in crate::redis) async fn connect(
        &self,
        address: &Address,
        lost: impl Fn() + Send + Sync + 'static,
    ) -> Result<Connection, NotConnected> {
        in_time(address, async {
            let stream = TcpStream::connect((address.host.as_str(), address.port)).await;
            let stream = stream.map_err(|error| unreached(address, &error))?;
            // Requests are small and wanted at once.
            stream.set_nodelay(true).map_err(|error| unreached(address, &error))?;
            self.encrypt(address, stream, lost).await
        })
        .await
    }

    /// Connects to a socket of this machine, as [`connect`](Self::connect) does to an address.
    pub(in crate::redis) async fn connect_socket(
        &self,
        path: &Path,
        lost: impl Fn() + Send + Sync + 'static,
    ) -> Result<Connection, NotConnected> {
        let place = path.display();
        in_time(&place, async {
            let stream = UnixStream::connect(path).await.map_err(|error| unreached(&place, &error))?;
            self.log_in(&place, stream, lost).await
        })
        .await
    }

    async fn encrypt(
        &self,
        address: &Address,
        stream: TcpStream,
        lost: impl Fn() + Send + Sync + 'static,
    ) -> Result<Connection, NotConnected> {
        let Some(tls) = &self.tls else {
            return self.log_in(address, stream, lost).await;
        };
        let name = ServerName::try_from(address.host.clone())
            .map_err(|_| NotConnected::lasting(format_args!("{address} has no name that a certificate can have")))?;
        let stream = tls.connector().connect(name, stream).await.map_err(|error| not_encrypted(address, &error))?;
        self.log_in(address, stream, lost).await
    }

    async fn log_in(
        &self,
        place: &(impl fmt::Display + Sync),
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        lost: impl Fn() + Send + Sync + 'static,
    ) -> Result<Connection, NotConnected> {
        // How long an answer may take is the caller's decision.
        let config = AsyncConnectionConfig::new().set_response_timeout(None).set_push_sender(move |info: PushInfo| {
            if info.kind == PushKind::Disconnection {
                lost();
            }
            Ok::<(), ()>(())
        });
        let (channel, driver) = MultiplexedConnection::new_with_config(&self.info, stream, config)
            .await
            .map_err(|error| not_logged_in(place, &error))?;
        Ok(Connection { channel, _driver: Arc::new(Task::spawn(driver)) })
    }
}

/// Gives up on a connection that takes too long to come about.
async fn in_time(
    place: &impl fmt::Display,
    attempt: impl Future<Output = Result<Connection, NotConnected>>,
) -> Result<Connection, NotConnected> {
    let late = |_| Err(NotConnected::new(format_args!("{place} does not answer")));
    tokio::time::timeout(CONNECT_TIMEOUT, attempt).await.unwrap_or_else(late)
}

fn unreached(place: &impl fmt::Display, error: &io::Error) -> NotConnected {
    NotConnected::new(format_args!("{place} cannot be reached: {error}"))
}

fn not_encrypted(address: &Address, error: &io::Error) -> NotConnected {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(rustls::Error::InvalidCertificate(fault)) => NotConnected::lasting(format_args!(
            "the certificate of {address} is not accepted ({fault}): \
             ASHLINK_REDIS_CA must name the file of the CA that signed it, and it must be made out to that name"
        )),
        Some(fault) => NotConnected::new(format_args!("no TLS with {address}: {fault}")),
        None => NotConnected::new(format_args!("no TLS with {address}: {error}")),
    }
}

fn not_logged_in(place: &impl fmt::Display, error: &RedisError) -> NotConnected {
    let refused = error.kind() == ErrorKind::AuthenticationFailed
        || error.code().is_some_and(|code| ["WRONGPASS", "NOAUTH", "NOPERM"].contains(&code));
    if refused {
        NotConnected::lasting(format_args!("{place} refuses the user or the password"))
    } else {
        NotConnected::new(format_args!("{place} does not let us in: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_is_not_there_may_come() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let connector = Connector::new(&Login::default(), 0, None);
        for (host, port) in [("nowhere.invalid", 6379), ("127.0.0.1", closed)] {
            let failure = connector.connect(&Address { host: host.into(), port }, || {}).await.err().unwrap();
            assert!(!failure.lasting && failure.to_string().contains(host), "{failure}");
        }
    }
}
