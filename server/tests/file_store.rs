//! The server with its store in a file, as processes of their own that are killed.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

#[path = "file_store/client.rs"]
mod client;
#[path = "file_store/failing.rs"]
mod failing;
#[path = "file_store/full.rs"]
mod full;
#[path = "file_store/kill.rs"]
mod kill;
#[path = "file_store/server.rs"]
mod server;
#[path = "file_store/start.rs"]
mod start;
