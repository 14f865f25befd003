//! What a Redis must be like to keep this program's promises, checked at the start.

use super::failure::Trouble;
use super::node::{Asking, Node, RESPONSE_TIMEOUT};
use super::url::Topology;
use redis::{Cmd, FromRedisValue, RedisError};
use std::collections::HashMap;

/// Whether a Redis with snapshots and without AOF is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snapshots {
    /// No: after a crash they bring secrets back that were read or burned.
    Refuse,
    /// The operator said so.
    Allow,
}

/// Why a Redis is not suitable, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsuitable {
    /// Too old for GETDEL and PXAT.
    #[error("Redis {0} is too old: Ashlink needs Redis 6.2 or later, or Valkey")]
    Version(String),
    /// It would drop secrets that nobody has read.
    #[error(
        "Redis has maxmemory-policy {0}, which drops secrets before their time when memory runs out. \
         Set `maxmemory-policy noeviction`: then a full store refuses new secrets and keeps those it has"
    )]
    Eviction(String),
    /// It would bring burned secrets back.
    #[error(
        "Redis takes snapshots (`save {0}`) without an append-only file. After a crash it would load the last \
         snapshot and bring secrets back that were read or burned since. Set `save \"\"` to keep secrets in \
         memory only, or `appendonly yes` with `appendfsync always` to keep them over restarts; or accept \
         the risk with ASHLINK_ALLOW_SNAPSHOTS=true"
    )]
    Snapshots(String),
    /// It is part of something that must be addressed otherwise.
    #[error("this is {0}")]
    Topology(&'static str),
    /// Nobody but an operator can make it let us in.
    #[error("{0}")]
    Refuses(String),
}

/// Settings that matter, as far as this Redis shows them.
#[derive(Debug, Default)]
struct Settings {
    version: String,
    valkey: bool,
    eviction: Option<String>,
    save: Option<String>,
    append_only: Option<bool>,
    append_fsync: Option<String>,
    mode: String,
    replicas: u32,
    min_replicas: Option<u32>,
    used_memory: u64,
    /// None, or 0, for no limit.
    max_memory: Option<u64>,
}

/// Checks a server. Says in sentences what is risky or cannot be seen.
pub(super) async fn check(node: &Node, topology: &Topology, snapshots: Snapshots) -> anyhow::Result<Vec<String>> {
    let settings = read(node).await?;
    judge_topology(&settings.mode, topology)?;
    Ok(judge(&settings, snapshots)?)
}

/// What it means that the rehearsal failed.
pub(super) fn unrehearsed(trouble: Trouble) -> anyhow::Error {
    match &trouble {
        // In Redis 7 the reply of a script that lacks a right begins with ERR, in later ones with NOPERM.
        Trouble::Sent(error) if error.to_string().contains("The user executing the script can't") => {
            Unsuitable::Refuses(format!(
                "the user of ASHLINK_STORE lacks a right, and so a claim would fail half-way ({}). \
                 docs/OPERATIONS.md has the rights that it needs",
                error.detail().unwrap_or_default()
            ))
            .into()
        }
        _ => trouble.into(),
    }
}

async fn ask<T: FromRedisValue>(node: &Node, command: Cmd) -> Result<T, Trouble> {
    let answer = node.send(&command, Asking::No, RESPONSE_TIMEOUT).await?;
    T::from_redis_value(answer).map_err(|error| Trouble::Sent(RedisError::from(error)))
}

async fn read(node: &Node) -> anyhow::Result<Settings> {
    let info: String = ask(node, redis::cmd("INFO")).await?;
    let info: HashMap<&str, &str> = info.lines().filter_map(|line| line.trim_end().split_once(':')).collect();
    let text = |name: &str| info.get(name).map(|value| (*value).to_owned());
    let number = |name: &str| info.get(name).and_then(|value| value.parse().ok());
    // Managed services often refuse CONFIG; what INFO tells is used where it does.
    let mut config: HashMap<String, String> = HashMap::new();
    for name in ["save", "appendfsync", "min-replicas-to-write"] {
        let mut command = redis::cmd("CONFIG");
        command.arg("GET").arg(name);
        match ask::<HashMap<String, String>>(node, command).await {
            Ok(answer) => config.extend(answer),
            Err(Trouble::Sent(error)) if !error.is_io_error() => {}
            Err(trouble) => return Err(trouble.into()),
        }
    }
    Ok(Settings {
        version: text("redis_version").unwrap_or_default(),
        valkey: info.contains_key("valkey_version"),
        eviction: text("maxmemory_policy"),
        save: config.remove("save"),
        append_only: info.get("aof_enabled").map(|value| *value != "0"),
        append_fsync: config.remove("appendfsync"),
        mode: text("redis_mode").unwrap_or_default(),
        replicas: text("connected_slaves").and_then(|number| number.parse().ok()).unwrap_or(0),
        used_memory: number("used_memory").unwrap_or(0),
        max_memory: number("maxmemory"),
        min_replicas: config.remove("min-replicas-to-write").and_then(|number| number.parse().ok()),
    })
}

fn judge_topology(mode: &str, topology: &Topology) -> Result<(), Unsuitable> {
    match (mode, topology) {
        ("sentinel", _) => Err(Unsuitable::Topology(
            "a Sentinel, not a server that keeps data: use redis+sentinel://host:26379/name-of-the-master",
        )),
        ("cluster", Topology::Standalone | Topology::Sentinel(_)) => {
            Err(Unsuitable::Topology("a server of a Cluster, which has a part of the data only: use redis+cluster://"))
        }
        _ => Ok(()),
    }
}

fn judge(settings: &Settings, snapshots: Snapshots) -> Result<Vec<String>, Unsuitable> {
    let mut warnings = Vec::new();
    // Valkey answers with the Redis version that it was made from, 7.2 or later.
    if !settings.valkey && version(&settings.version) < (6, 2) {
        return Err(Unsuitable::Version(settings.version.clone()));
    }
    match settings.eviction.as_deref() {
        Some("noeviction") => {}
        Some(policy) => return Err(Unsuitable::Eviction(policy.to_owned())),
        None => warnings.push("Redis does not show its maxmemory-policy: make sure that it is noeviction".to_owned()),
    }
    let append_only = settings.append_only == Some(true);
    match settings.save.as_deref() {
        None => warnings.push(
            "Redis does not show its `save` setting: make sure that snapshots are off, or an append-only file is on"
                .to_owned(),
        ),
        Some(save) if !save.is_empty() && !append_only => match snapshots {
            Snapshots::Refuse => return Err(Unsuitable::Snapshots(save.to_owned())),
            Snapshots::Allow => warnings.push(format!(
                "Redis takes snapshots (`save {save}`) without an append-only file: \
                 after a crash it brings secrets back that were read or burned since the last one"
            )),
        },
        Some(_) => {}
    }
    if append_only && settings.append_fsync.as_deref() != Some("always") {
        warnings.push(
            "Redis has an append-only file without `appendfsync always`: \
             a crash can bring secrets back that were read or burned in the last second"
                .to_owned(),
        );
    }
    if settings.replicas > 0 && settings.min_replicas == Some(0) {
        warnings.push(
            "Redis has replicas and `min-replicas-to-write 0`: a failover can hand a secret out twice. \
             `min-replicas-to-write 1` with `min-replicas-max-lag 1` makes that rare; see docs/OPERATIONS.md"
                .to_owned(),
        );
    }
    if settings.max_memory.is_some_and(|most| most > 0 && settings.used_memory >= most) {
        warnings.push(
            "Redis has no memory left (`maxmemory`): it hands out what it holds and takes nothing new. \
             Raise it, or wait until secrets were read or expired"
                .to_owned(),
        );
    }
    Ok(warnings)
}

fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Settings {
        Settings {
            version: "7.0.15".into(),
            valkey: false,
            eviction: Some("noeviction".into()),
            save: Some(String::new()),
            append_only: Some(false),
            append_fsync: Some("everysec".into()),
            mode: "standalone".into(),
            replicas: 0,
            min_replicas: Some(0),
            used_memory: 1_000_000,
            max_memory: Some(0),
        }
    }

    #[test]
    fn memory_only_needs_no_words() {
        assert_eq!(judge(&good(), Snapshots::Refuse), Ok(vec![]));
    }

    #[test]
    fn what_breaks_promises_is_refused() {
        let refused = |settings: Settings| judge(&settings, Snapshots::Refuse).unwrap_err();
        let old = Settings { version: "6.0.16".into(), ..good() };
        assert_eq!(refused(old), Unsuitable::Version("6.0.16".into()));
        let evicting = Settings { eviction: Some("volatile-lru".into()), ..good() };
        assert_eq!(refused(evicting), Unsuitable::Eviction("volatile-lru".into()));
        let snapshots = Settings { save: Some("3600 1".into()), ..good() };
        assert_eq!(refused(snapshots), Unsuitable::Snapshots("3600 1".into()));
    }

    #[test]
    fn what_is_risky_is_said() {
        let words = |settings: Settings| judge(&settings, Snapshots::Allow).unwrap().join("\n");
        assert!(words(Settings { save: Some("3600 1".into()), ..good() }).contains("snapshots"));
        let everysec = Settings { append_only: Some(true), save: Some("3600 1".into()), ..good() };
        assert!(words(everysec).contains("appendfsync always"));
        assert!(words(Settings { save: None, ..good() }).contains("does not show"));
        assert!(words(Settings { eviction: None, ..good() }).contains("maxmemory-policy"));
        let always = Settings { append_only: Some(true), append_fsync: Some("always".into()), ..good() };
        assert_eq!(words(always), "");
        assert_eq!(words(Settings { version: "6.2.0".into(), ..good() }), "");
        assert!(words(Settings { max_memory: Some(1_000_000), ..good() }).contains("no memory left"));
        assert!(words(Settings { replicas: 1, ..good() }).contains("min-replicas-to-write"));
        assert_eq!(words(Settings { replicas: 1, min_replicas: Some(1), ..good() }), "");
    }

    #[test]
    fn a_wrong_scheme_is_explained() {
        let words = |mode, topology| judge_topology(mode, &topology).unwrap_err().to_string();
        assert!(words("cluster", Topology::Standalone).contains("redis+cluster://"));
        assert!(words("sentinel", Topology::Standalone).contains("redis+sentinel://"));
        assert!(judge_topology("standalone", &Topology::Sentinel("m".into())).is_ok());
        assert!(judge_topology("cluster", &Topology::Cluster).is_ok());
    }
}
