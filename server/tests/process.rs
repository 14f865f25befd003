//! The process as its surroundings see it: signals, a standard output that is gone, its environment,
//! a socket in the file system.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

#[path = "process/command.rs"]
mod command;
#[path = "process/running.rs"]
mod running;
#[path = "process/server.rs"]
mod server;
