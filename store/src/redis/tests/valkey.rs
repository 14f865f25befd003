//! The same on Valkey, where there is one: `VALKEY_SERVER`, or `valkey-server` on PATH.
//! `cargo xtask test` names what it finds. Debian 12 has no package of it, so the tests say
//! that they ran on Redis alone, and a CI with Valkey sets `VALKEY_SERVER`; a program that is
//! named and does not start is a failure.

use super::*;
use crate::testing::redis_server::Clock;
use std::path::PathBuf;

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("VALKEY_SERVER").filter(|name| !name.is_empty()).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    named
        .or_else(|| std::env::split_paths(&path).map(|folder| folder.join("valkey-server")).find(|file| file.is_file()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn valkey_does_the_same() {
    let Some(program) = program() else {
        println!("NOT RUN on Valkey: there is no `valkey-server` on PATH, and VALKEY_SERVER is not set");
        return;
    };
    let server = RedisServer::start_program(program, Clock::new(), &[]).await;
    let info: String = server.command(&["INFO", "server"]).await;
    assert!(info.contains("valkey_version"), "VALKEY_SERVER is not a Valkey:\n{info}");
    let store = Arc::new(connect(&server.url()).await.unwrap());
    every_case(&Redis { server, store }).await;
}
