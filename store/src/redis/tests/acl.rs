//! A user who may do what the server does and no more.

use super::*;

/// The rules that docs/OPERATIONS.md recommends.
const RULES: &str = "resetchannels ~r:* ~s:* ~l:* ~w:* ~x:* ~q:* ~k:* +@read +@write +@connection +@scripting -@dangerous \
     +time +info +config|get +cluster|slots";

/// A server whose other user may do nothing with secrets.
async fn start() -> Redis {
    let server = RedisServer::start(&[]).await;
    let mut words = vec!["ACL", "SETUSER", "ashlink", "on", ">p@ss word"];
    words.extend(RULES.split(' '));
    let _: String = server.command(&words).await;
    let url = format!("redis://ashlink:p%40ss%20word@127.0.0.1:{}", server.port());
    let store = Arc::new(connect(&url).await.unwrap());
    Redis { server, store }
}

conformance!(start());

#[tokio::test]
async fn the_rules_are_those_that_are_recommended() {
    let manual = include_str!("../../../../docs/OPERATIONS.md");
    assert!(manual.contains(RULES), "{RULES}");
}

#[tokio::test]
async fn the_user_is_ready_and_sweeps_and_can_do_nothing_else() {
    let h = start().await;
    h.store.ping().await.unwrap();
    sweep_all(&h.store).await;
    assert_eq!(h.store.usage().await.unwrap().limit, None);
    let _: String = h.server.command(&["CONFIG", "SET", "maxmemory", "64mb"]).await;
    let usage = h.store.usage().await.unwrap();
    assert!(usage.used > 100_000 && usage.limit == Some(64 * 1024 * 1024), "{usage:?}");
    for words in
        [&["FLUSHALL"][..], &["KEYS", "*"], &["SHUTDOWN"], &["CONFIG", "SET", "save", "1 1"], &["GET", "other"]]
    {
        let mut all = vec!["ACL", "DRYRUN", "ashlink"];
        all.extend(words);
        let answer: Result<String, _> = server::command(h.server.port(), &all).await;
        assert!(answer.as_deref().is_ok_and(|words| words.contains("no permissions")), "{words:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_at_once_and_not_shown() {
    let h = start().await;
    for login in ["ashlink:hunter2", "nobody:hunter2"] {
        let error = connect(&format!("redis://{login}@127.0.0.1:{}", h.server.port())).await.err().unwrap();
        assert!(error.is::<Unsuitable>(), "waiting does not help");
        let words = format!("{error:#}");
        assert!(words.contains("refuses the user or the password") && !words.contains("hunter2"), "{words}");
    }
}

#[tokio::test]
async fn a_right_that_is_missing_is_found_before_anything_is_claimed() {
    let h = start().await;
    let url = format!("redis://ashlink:p%40ss%20word@127.0.0.1:{}", h.server.port());
    for command in ["hset", "hdel", "exists", "getdel", "pexpireat", "incr", "hmget", "time", "set"] {
        let _: String = h.server.command(&["ACL", "SETUSER", "ashlink", &format!("-{command}")]).await;
        let error = connect(&url).await.err().unwrap_or_else(|| panic!("{command} is not missed"));
        assert!(error.is::<Unsuitable>() && error.to_string().contains("lacks a right"), "{command}: {error:#}");
        assert_eq!(h.keys("*".to_owned()).await.len(), 0, "a rehearsal that stops half-way leaves nothing");
        let _: String = h.server.command(&["ACL", "SETUSER", "ashlink", &format!("+{command}")]).await;
    }
    connect(&url).await.unwrap();
    assert_eq!(h.keys("*".to_owned()).await.len(), 0, "a rehearsal leaves nothing");
}

#[tokio::test]
async fn what_is_not_shown_is_not_judged() {
    let server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]).await;
    let rules = RULES.replace(" +config|get", "");
    let mut words = vec!["ACL", "SETUSER", "ashlink", "on", ">secret"];
    words.extend(rules.split(' '));
    let _: String = server.command(&words).await;
    let url = format!("redis://ashlink:secret@127.0.0.1:{}", server.port()).parse().unwrap();
    let warnings = RedisStore::examine(&url, None, Snapshots::Refuse).await.unwrap().join("\n");
    assert!(warnings.contains("does not show its `appendfsync`") && !warnings.contains("snapshots"), "{warnings}");
    assert_eq!(warnings.lines().count(), 1, "{warnings}");

    let port = server.port().to_string();
    let replica = RedisServer::start(&["--replicaof", "127.0.0.1", &port]).await;
    server::until("a replica that is counted", 30, async || {
        server.command::<String>(&["INFO", "replication"]).await.contains("state=online")
    })
    .await;
    let warnings = RedisStore::examine(&url, None, Snapshots::Refuse).await.unwrap().join("\n");
    assert!(warnings.contains("has replicas and does not wait for them"), "{warnings}");
    let _: String = server.command(&["CONFIG", "SET", "min-replicas-to-write", "1"]).await;
    let warnings = RedisStore::examine(&url, None, Snapshots::Refuse).await.unwrap().join("\n");
    assert!(!warnings.contains("replicas"), "INFO tells it as well: {warnings}");
    drop(replica);
}

#[tokio::test]
async fn a_server_that_refuses_info_is_not_waited_for() {
    let h = start().await;
    let _: String = h.server.command(&["ACL", "SETUSER", "ashlink", "-info"]).await;
    let url = format!("redis://ashlink:p%40ss%20word@127.0.0.1:{}", h.server.port());
    let error = connect(&url).await.err().unwrap();
    assert!(error.is::<Unsuitable>() && error.to_string().contains("refuses INFO"), "{error:#}");
}

#[test]
fn the_rehearsal_has_every_command() {
    let commands = |text: &str| -> std::collections::BTreeSet<String> {
        text.split("redis.call('").skip(1).filter_map(|rest| rest.split('\'').next()).map(str::to_owned).collect()
    };
    let rehearsed = commands(concat!(include_str!("../clock.lua"), include_str!("../rehearsal.lua")));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/redis");
    let mut used = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "lua") {
            used.extend(commands(&std::fs::read_to_string(path).unwrap()));
        }
    }
    assert!(used.len() > 10);
    assert_eq!(rehearsed, used);
}

#[tokio::test]
async fn a_right_that_is_missing_is_unavailable_and_nothing_happens() {
    let h = start().await;
    let secret = stored(&h, 1).await;
    let _: String = h.server.command(&["ACL", "SETUSER", "ashlink", "-@write"]).await;
    assert_eq!(h.store().ping().await, Err(StoreError::Unavailable));
    let claimed = h.store().claim(attempt(&secret), None).await;
    assert!(claimed.is_err(), "{claimed:?}");
    let _: String = h.server.command(&["ACL", "SETUSER", "ashlink", "+@write"]).await;
    assert!(matches!(h.store().claim(attempt(&secret), None).await, Ok(Claim::Granted { .. })));
}
