//! What a Redis must be like to keep this program's promises, checked at the start.

use super::topology::failure::{self, Trouble};
use super::topology::node::{Asking, Node, RESPONSE_TIMEOUT};
use super::topology::url::Topology;
use redis::{Cmd, FromRedisValue, RedisError};
use std::collections::HashMap;

/// Whether a Redis with snapshots and without AOF is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snapshots {
    /// No: after a crash they bring secrets back that were read or destroyed.
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
    /// It would bring destroyed secrets back.
    #[error(
        "Redis takes snapshots (`save {0}`) without an append-only file. After a crash it would load the last \
         snapshot and bring secrets back that were read or destroyed since. Set `save \"\"` to keep secrets in \
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
    /// Whether it refuses writes while too few replicas follow.
    waits_for_replicas: bool,
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

/// What Redis up to 7.0, and later ones and Valkey, say of a script whose user lacks a right.
const LACKS_A_RIGHT: [&str; 2] = ["The user executing the script can't", "ACL failure in script"];

/// What it means that the rehearsal failed.
pub(super) fn unrehearsed(trouble: Trouble) -> anyhow::Error {
    match &trouble {
        // The code of the reply of a script that lacks a right depends on the version, and so do its words.
        Trouble::Sent(error) if LACKS_A_RIGHT.iter().any(|words| error.to_string().contains(words)) => {
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

/// What it means that INFO was not answered.
fn uninformed(trouble: Trouble) -> anyhow::Error {
    match &trouble {
        Trouble::Sent(error) if matches!(failure::code(error), Some("NOPERM" | "ERR")) => Unsuitable::Refuses(
            "Redis refuses INFO, so nothing about it can be checked. \
             docs/OPERATIONS.md has the rights that the user of ASHLINK_STORE needs"
                .to_owned(),
        )
        .into(),
        _ => trouble.into(),
    }
}

async fn ask<T: FromRedisValue>(node: &Node, command: Cmd) -> Result<T, Trouble> {
    let answer = node.send(&command, Asking::No, RESPONSE_TIMEOUT).await?;
    T::from_redis_value(answer).map_err(|error| Trouble::Sent(RedisError::from(error)))
}

async fn read(node: &Node) -> anyhow::Result<Settings> {
    let info: String = ask(node, redis::cmd("INFO")).await.map_err(uninformed)?;
    let info: HashMap<&str, &str> = info.lines().filter_map(|line| line.trim_end().split_once(':')).collect();
    let text = |name: &str| info.get(name).map(|value| (*value).to_owned());
    let number = |name: &str| info.get(name).and_then(|value| value.parse().ok());
    // Managed services often refuse CONFIG, so it is asked for what INFO does not tell.
    let mut config: HashMap<String, String> = HashMap::new();
    for name in ["save", "appendfsync"] {
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
        // INFO has this line where neither `min-replicas-to-write` nor `min-replicas-max-lag` is 0.
        waits_for_replicas: info.contains_key("min_slaves_good_slaves"),
    })
}

fn judge_topology(mode: &str, topology: &Topology) -> Result<(), Unsuitable> {
    match (mode, topology) {
        ("sentinel", _) => Err(Unsuitable::Topology(
            "a Sentinel, not a server that keeps data: use redis+sentinel://host:26379/name-of-the-master",
        )),
        ("cluster", Topology::Standalone | Topology::Socket(_) | Topology::Sentinel(_)) => {
            Err(Unsuitable::Topology("a server of a Cluster, which has a part of the data only: use redis+cluster://"))
        }
        _ => Ok(()),
    }
}

fn judge(settings: &Settings, snapshots: Snapshots) -> Result<Vec<String>, Unsuitable> {
    let mut warnings = Vec::new();
    // Valkey answers with the Redis version that it was made from, 7.2 or later.
    let is_older = |than| !settings.valkey && version(&settings.version) < than;
    if is_older((6, 2, 0)) {
        return Err(Unsuitable::Version(settings.version.clone()));
    }
    match settings.eviction.as_deref() {
        Some("noeviction") => {}
        Some(policy) => return Err(Unsuitable::Eviction(policy.to_owned())),
        None => warnings.push("Redis does not show its maxmemory-policy: make sure that it is noeviction".to_owned()),
    }
    let append_only = settings.append_only == Some(true);
    match settings.save.as_deref() {
        // With an append-only file, that is what is loaded after a crash.
        _ if append_only => {}
        None => warnings.push(
            "Redis does not show its `save` setting: make sure that snapshots are off, or an append-only file is on"
                .to_owned(),
        ),
        Some(save) if !save.is_empty() => match snapshots {
            Snapshots::Refuse => return Err(Unsuitable::Snapshots(save.to_owned())),
            Snapshots::Allow => warnings.push(format!(
                "Redis takes snapshots (`save {save}`) without an append-only file: \
                 after a crash it brings secrets back that were read or destroyed since the last one"
            )),
        },
        Some(_) => {}
    }
    if append_only {
        match settings.append_fsync.as_deref() {
            Some("always") => {}
            Some(_) => warnings.push(
                "Redis has an append-only file without `appendfsync always`: \
                 a crash can bring secrets back that were read or destroyed in the last second"
                    .to_owned(),
            ),
            None => warnings.push(
                "Redis has an append-only file and does not show its `appendfsync` setting: make sure that it is \
                 `always`, or a crash can bring secrets back that were read or destroyed just before"
                    .to_owned(),
            ),
        }
    }
    if settings.replicas > 0 && is_older((6, 2, 7)) {
        warnings.push(format!(
            "Redis {} has replicas and does not wait for them in scripts, as all changes here are: a failover can \
             hand a secret out twice. Redis 6.2.7 and later apply `min-replicas-to-write` to scripts",
            settings.version
        ));
    } else if settings.replicas > 0 && !settings.waits_for_replicas {
        warnings.push(
            "Redis has replicas and does not wait for them: a failover can hand a secret out twice. \
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

fn version(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
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
            waits_for_replicas: false,
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
        assert!(words(Settings { save: None, ..good() }).contains("its `save` setting"));
        let unseen = Settings { append_only: Some(true), save: None, append_fsync: None, ..good() };
        let unseen = words(unseen);
        assert!(unseen.contains("does not show its `appendfsync`") && !unseen.contains("without"), "{unseen}");
        assert_eq!(unseen.lines().count(), 1, "nothing about snapshots: {unseen}");
        assert!(words(Settings { eviction: None, ..good() }).contains("maxmemory-policy"));
        let always = Settings { append_only: Some(true), append_fsync: Some("always".into()), ..good() };
        assert_eq!(words(always), "");
        assert_eq!(words(Settings { version: "6.2.0".into(), ..good() }), "");
        assert!(words(Settings { max_memory: Some(1_000_000), ..good() }).contains("no memory left"));
        assert!(words(Settings { replicas: 1, ..good() }).contains("min-replicas-to-write"));
        let waits = || Settings { replicas: 1, waits_for_replicas: true, ..good() };
        assert_eq!(words(waits()), "");
        assert_eq!(words(Settings { version: "6.2.7".into(), ..waits() }), "");
        assert!(words(Settings { version: "6.2.6".into(), ..waits() }).contains("6.2.7 and later"));
        assert_eq!(words(Settings { version: "6.2.6".into(), valkey: true, ..waits() }), "");
    }

    #[test]
    fn a_right_that_is_missing_is_understood_from_every_version() {
        for words in [
            "ERR Error running script (call to f_b8b0): @user_script:1: @user_script: 1: \
             The user executing the script can't run this command or subcommand",
            "ERR The user executing the script can't run this command or subcommand script: b8b0, on @user_script:1.",
            "ERR ACL failure in script: User a has no permissions to run the 'hget' command script: on @user_script:1.",
        ] {
            let reply = redis::parse_redis_value(format!("-{words}\r\n").as_bytes());
            let error = reply.and_then(redis::Value::extract_error).unwrap_err();
            assert!(unrehearsed(Trouble::Sent(error)).is::<Unsuitable>(), "{words}");
        }
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
