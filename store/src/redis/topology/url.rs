//! Where a Redis is and how to log in, as `ASHLINK_STORE` says it.

use redis::{IntoConnectionInfo as _, RedisConnectionInfo};
use std::fmt;
use std::os::unix::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use url::Url;

/// The port of a Redis.
const REDIS_PORT: u16 = 6379;
/// The port of a Sentinel.
const SENTINEL_PORT: u16 = 26379;

/// One Redis, Redis servers under Sentinels, or a Cluster. Never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl {
    pub(in crate::redis) topology: Topology,
    /// Whether everything is asked through TLS, Sentinels too.
    pub(in crate::redis) tls: bool,
    /// Where to begin: the server, the Sentinels, or some of a Cluster's servers. Nothing for a socket.
    pub(in crate::redis) hosts: Vec<Address>,
    pub(in crate::redis) login: Login,
    pub(in crate::redis) sentinel_login: Login,
    pub(in crate::redis) database: i64,
}

/// How the servers belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::redis) enum Topology {
    Standalone,
    /// One server, at a unix socket of this machine.
    Socket(Socket),
    /// Sentinels know which server is the master of this name.
    Sentinel(String),
    Cluster,
}

/// A unix socket that a server listens at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::redis) struct Socket {
    pub(in crate::redis) path: PathBuf,
    /// The path as a URL has it: percent-encoded.
    encoded: String,
}

/// A user and a password, as far as there are any.
#[derive(Clone, Default, PartialEq, Eq)]
pub(in crate::redis) struct Login {
    pub(in crate::redis) user: Option<String>,
    pub(in crate::redis) password: Option<String>,
}

/// A server's name or IP address, and its port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::redis) struct Address {
    pub(in crate::redis) host: String,
    pub(in crate::redis) port: u16,
}

impl Address {
    /// Reads `host:port` as Redis writes it, where IPv6 addresses have no brackets.
    pub(in crate::redis) fn of_redis(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        Some(Self { host: host.to_owned(), port: port.parse().ok()? })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl RedisUrl {
    /// Whether connections are encrypted.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    fn scheme(&self) -> &'static str {
        match (&self.topology, self.tls) {
            (Topology::Standalone, false) => "redis",
            (Topology::Standalone, true) => "rediss",
            (Topology::Socket(_), _) => "redis+unix",
            (Topology::Sentinel(_), false) => "redis+sentinel",
            (Topology::Sentinel(_), true) => "rediss+sentinel",
            (Topology::Cluster, false) => "redis+cluster",
            (Topology::Cluster, true) => "rediss+cluster",
        }
    }
}

impl FromStr for RedisUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let (tls, kind) = match scheme.strip_prefix("rediss") {
            Some(kind) => (true, kind),
            None => (false, scheme.strip_prefix("redis").unwrap_or("?")),
        };
        match kind {
            "" => standalone(tls, rest),
            "+sentinel" => sentinel(tls, rest),
            "+cluster" => cluster(tls, rest),
            "+unix" => socket(tls, rest),
            _ => None,
        }
        .ok_or_else(|| form(kind).to_owned())
    }
}

/// What would be right, for whoever comes near it.
fn form(kind: &str) -> &'static str {
    match kind {
        "+sentinel" => {
            "must be `redis+sentinel://[user:password@]host[:port],host[:port]…/master[/database]\
             [?sentinel_user=…&sentinel_password=…]`, and begin with `rediss` for TLS"
        }
        "+cluster" => {
            "must be `redis+cluster://[user:password@]host[:port],host[:port]…`, and begin with `rediss` for TLS"
        }
        "+unix" => {
            "must be `redis+unix://[user:password@]/path/of/socket[?db=database]`: the path begins with `/` and \
             has at most 107 bytes. There is no TLS at a socket"
        }
        _ => {
            "must be `memory:`, `file:PATH`, `redis://[user:password@]host[:port][/database]`, \
             `redis+unix:///path/of/socket`, `redis+sentinel://…` or `redis+cluster://…`; with TLS `rediss…`"
        }
    }
}

fn standalone(tls: bool, rest: &str) -> Option<RedisUrl> {
    let parts = Parts::of(rest, REDIS_PORT)?;
    let database = match parts.path.as_slice() {
        [] => 0,
        [database] => parsed_database(database)?,
        _ => return None,
    };
    if parts.hosts.len() != 1 || !parts.query.is_empty() {
        return None;
    }
    Some(RedisUrl {
        topology: Topology::Standalone,
        tls,
        hosts: parts.hosts,
        login: parts.login,
        sentinel_login: Login::default(),
        database,
    })
}

fn socket(tls: bool, rest: &str) -> Option<RedisUrl> {
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let login = match authority {
        "" => Login::default(),
        login => read_login(login.strip_suffix('@')?)?,
    };
    let tail = Url::parse(&format!("redis+unix://{tail}")).ok()?;
    let path = tail.to_file_path().ok()?;
    let mut database = 0;
    for (name, value) in tail.query_pairs() {
        match &*name {
            "db" => database = parsed_database(&value)?,
            _ => return None,
        }
    }
    // What has no name, has a NUL in it or is too long for a socket's address is no mistake that time mends.
    let is_path = path.file_name().is_some() && !tail.path().ends_with('/') && SocketAddr::from_pathname(&path).is_ok();
    if tls || !is_path || tail.fragment().is_some() {
        return None;
    }
    Some(RedisUrl {
        topology: Topology::Socket(Socket { path, encoded: tail.path().to_owned() }),
        tls,
        hosts: Vec::new(),
        login,
        sentinel_login: Login::default(),
        database,
    })
}

fn sentinel(tls: bool, rest: &str) -> Option<RedisUrl> {
    let parts = Parts::of(rest, SENTINEL_PORT)?;
    let (master, database) = match parts.path.as_slice() {
        [master] => (master, 0),
        [master, database] => (master, parsed_database(database)?),
        _ => return None,
    };
    let mut sentinel_login = Login::default();
    for (name, value) in parts.query {
        match name.as_str() {
            "sentinel_user" => sentinel_login.user = Some(value),
            "sentinel_password" => sentinel_login.password = Some(value),
            _ => return None,
        }
    }
    Some(RedisUrl {
        topology: Topology::Sentinel(master.clone()),
        tls,
        hosts: parts.hosts,
        login: parts.login,
        sentinel_login,
        database,
    })
}

fn cluster(tls: bool, rest: &str) -> Option<RedisUrl> {
    let parts = Parts::of(rest, REDIS_PORT)?;
    // A Cluster has one database.
    if !parts.path.is_empty() || !parts.query.is_empty() {
        return None;
    }
    Some(RedisUrl {
        topology: Topology::Cluster,
        tls,
        hosts: parts.hosts,
        login: parts.login,
        sentinel_login: Login::default(),
        database: 0,
    })
}

fn parsed_database(text: &str) -> Option<i64> {
    text.parse::<u16>().ok().map(i64::from)
}

/// What stands behind the scheme.
struct Parts {
    login: Login,
    hosts: Vec<Address>,
    path: Vec<String>,
    query: Vec<(String, String)>,
}

impl Parts {
    fn of(rest: &str, port: u16) -> Option<Self> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (login, hosts) = match authority.rsplit_once('@') {
            Some((login, hosts)) => (login, hosts),
            None => ("", authority),
        };
        let (login, hosts) = (read_login(login)?, hosts.split(',').map(|host| read_host(host, port)));
        // `url` reads one host alone, so the tail is read behind one that stands for all.
        let tail = Url::parse(&format!("redis://host{tail}")).ok()?;
        if tail.fragment().is_some() {
            return None;
        }
        let path = tail.path().trim_matches('/');
        Some(Self {
            login,
            hosts: hosts.collect::<Option<_>>()?,
            path: if path.is_empty() { Vec::new() } else { path.split('/').map(str::to_owned).collect() },
            query: tail.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        })
    }
}

/// Read as the driver does, which knows what `%40` is in a password.
fn read_login(text: &str) -> Option<Login> {
    let info = format!("redis://{text}@host").into_connection_info().ok()?;
    let settings: &RedisConnectionInfo = info.redis_settings();
    Some(Login { user: settings.username().map(str::to_owned), password: settings.password().map(str::to_owned) })
}

fn read_host(text: &str, port: u16) -> Option<Address> {
    let url = Url::parse(&format!("redis://{text}")).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    // An IPv6 address has brackets in a URL and nowhere else.
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some(Address { host, port: url.port().unwrap_or(port) })
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme())?;
        for (n, host) in self.hosts.iter().enumerate() {
            write!(f, "{}{host}", if n == 0 { "" } else { "," })?;
        }
        match &self.topology {
            Topology::Sentinel(master) => write!(f, "/{master}"),
            Topology::Socket(socket) => f.write_str(&socket.encoded),
            Topology::Standalone | Topology::Cluster => Ok(()),
        }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> RedisUrl {
        text.parse().unwrap_or_else(|words| panic!("{text}: {words}"))
    }

    fn address(host: &str, port: u16) -> Address {
        Address { host: host.into(), port }
    }

    #[test]
    fn each_topology_has_its_form() {
        let one = url("redis://example.com/3");
        assert_eq!((one.topology, one.tls, one.database), (Topology::Standalone, false, 3));
        assert_eq!(one.hosts, [address("example.com", 6379)]);

        let tls = url("rediss://user:p%40ss%2Fword@[2001:db8::1]:6380");
        assert_eq!((tls.tls, tls.hosts.clone()), (true, vec![address("2001:db8::1", 6380)]));
        assert_eq!(tls.login.user.as_deref(), Some("user"));
        assert_eq!(tls.login.password.as_deref(), Some("p@ss/word"));
        assert_eq!(tls.to_string(), "rediss://[2001:db8::1]:6380");

        let sentinel = url("redis+sentinel://:hunter2@a,b:27000/mymaster/2?sentinel_password=other%20one");
        assert_eq!(sentinel.topology, Topology::Sentinel("mymaster".into()));
        assert_eq!(sentinel.hosts, [address("a", 26379), address("b", 27000)]);
        assert_eq!(sentinel.database, 2);
        assert_eq!((sentinel.login.user.as_deref(), sentinel.login.password.as_deref()), (None, Some("hunter2")));
        assert_eq!(sentinel.sentinel_login.password.as_deref(), Some("other one"));

        let socket = url("redis+unix://u:p%2Fq@/run/redis/a%20b%3F.sock?db=4");
        let Topology::Socket(Socket { path, .. }) = &socket.topology else { panic!("{socket}") };
        assert_eq!((path.to_str(), socket.database, socket.hosts.len()), (Some("/run/redis/a b?.sock"), 4, 0));
        assert_eq!(socket.login.password.as_deref(), Some("p/q"));
        assert_eq!(socket.to_string(), "redis+unix:///run/redis/a%20b%3F.sock");
        assert_eq!(url(&socket.to_string()).topology, socket.topology);
        assert!(url("redis+unix:///run/redis.sock").login == Login::default());

        let cluster = url("rediss+cluster://u:p@a:7000,b:7001,c");
        assert_eq!((cluster.topology, cluster.tls), (Topology::Cluster, true));
        assert_eq!(cluster.hosts, [address("a", 7000), address("b", 7001), address("c", 6379)]);
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "redis://user:hunter2@host/1",
            "rediss+cluster://user:hunter2@a,b",
            "redis+sentinel://user:hunter2@a,b/m?sentinel_user=user&sentinel_password=hunter2",
            "redis+unix://user:hunter2@/run/redis.sock",
        ] {
            let shown = format!("{0} {0:?}", url(text));
            assert!(!shown.contains("hunter2") && !shown.contains("user"), "{shown}");
        }
        assert_eq!(url("redis+sentinel://u:p@a,b:1/m/4").to_string(), "redis+sentinel://a:26379,b:1/m");
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        for text in [
            "redis://",
            "redis://host/name",
            "redis://a,b",
            "redis://host/1/2",
            "redis://host?x=1",
            "rediss://host#insecure",
            "redis+other://host",
        ] {
            let words = text.parse::<RedisUrl>().unwrap_err();
            assert!(words.starts_with("must be `memory:`"), "{text}: {words}");
        }
        for text in
            ["redis+sentinel://host", "redis+sentinel://host/m/x", "redis+sentinel:///m", "redis+sentinel://a,/m"]
        {
            let words = text.parse::<RedisUrl>().unwrap_err();
            assert!(words.contains("/master[/database]"), "{text}: {words}");
        }
        let long = format!("redis+unix:///{}", "x".repeat(108));
        for text in [
            "redis+unix://",
            "redis+unix:///",
            "redis+unix:///run/",
            "redis+unix://host/run/redis.sock",
            "redis+unix://run/redis.sock",
            "redis+unix:///run/redis.sock?db=x",
            "redis+unix:///run/redis.sock?database=1",
            "redis+unix:///run/redis.sock#1",
            "redis+unix:///run/a%00b",
            "rediss+unix:///run/redis.sock",
            &long,
        ] {
            let words = text.parse::<RedisUrl>().unwrap_err();
            assert!(words.contains("must be `redis+unix://"), "{text}: {words}");
        }
        for text in ["redis+cluster://host/1", "redis+cluster://", "redis+cluster://a,b:x"] {
            let words = text.parse::<RedisUrl>().unwrap_err();
            assert!(words.contains("must be `redis+cluster://"), "{text}: {words}");
        }
    }
}
