//! What else is in a Redis that is not Ashlink's alone.

use super::*;

#[tokio::test]
async fn a_sweep_passes_over_what_other_programs_keep_under_such_names() {
    let h = Redis::start(&[]).await;
    let unread = stored(&h, 1).await;
    let of_ours = record_key(SecretId::new([7; 16]));
    let foreign: [&[&str]; 5] = [
        &["SET", &of_ours, "text"],
        &["SADD", "r:{set}", "x"],
        &["HSET", "r:{hash}", "x", "1"],
        &["HSET", &record_key(SecretId::new([8; 16])), "x", "1"],
        &["HSET", &record_key(SecretId::new([9; 16])), "x", "soon", "o", "me"],
    ];
    for words in foreign {
        let _: redis::Value = h.server.command(words).await;
    }
    let _: () = h.command(&[b"SET", b"r:{\xFF}", b"no text"]).await;
    let before: Vec<Vec<u8>> = dumps(&h, &foreign).await;
    h.pass(unread.ttl.as_millis() + 1).await;
    sweep(&h).await;
    let fields: Vec<String> = h.command(&[b"HKEYS", record_key(unread.id).as_bytes()]).await;
    assert!(fields.contains(&"s".to_owned()) && !fields.contains(&"a".to_owned()), "{fields:?}");
    assert_eq!(dumps(&h, &foreign).await, before, "nothing of them is touched");
}

#[tokio::test]
async fn a_record_at_which_the_sweep_fails_is_passed_over() {
    let h = quota::start().await;
    // Its end is no time that Redis can have, so it cannot be made a tombstone; the other's size is no
    // number of bytes.
    let (endless, negative) = (record_key(SecretId::new([7; 16])), record_key(SecretId::new([8; 16])));
    let broken: [&[&str]; 2] = [
        &["HSET", &endless, "x", "-1e300", "c", "1", "o", "me"],
        &["HSET", &negative, "x", "9e15", "c", "1", "o", "me", "y", "7", "z", "-5"],
    ];
    for words in broken {
        let _: redis::Value = h.server.command(words).await;
    }
    let unread = stored(&h, 1).await;
    h.count_quotas().await;
    assert!(!fill_quota(&h, "192.0.2.1").await.is_empty());
    // Another process knows only what its sweep has counted.
    let h = Redis { store: Arc::new(connect(&h.server.url()).await.unwrap()), server: h.server };
    h.count_quotas().await;
    assert!(fill_quota(&h, "192.0.2.1").await.is_empty());
    h.pass(unread.ttl.as_millis() + 1).await;
    sweep(&h).await;
    let fields: Vec<String> = h.command(&[b"HKEYS", record_key(unread.id).as_bytes()]).await;
    assert!(fields.contains(&"s".to_owned()), "{fields:?}");
}

async fn dumps(h: &Redis, keys: &[&[&str]]) -> Vec<Vec<u8>> {
    let mut dumps = Vec::new();
    for words in keys {
        dumps.push(h.command(&[b"DUMP", words[1].as_bytes()]).await);
    }
    dumps
}
