//! What tests need of stores, here and in the server: servers, disks and connections that fail as a
//! test says, and a ledger that holds a store to what its callers were told.

#![allow(clippy::unwrap_used, reason = "all of it is test code")]
#![allow(missing_docs, clippy::must_use_candidate, reason = "tests read it, and no operator")]

pub mod ledger;
pub mod proxy;
pub mod redis_server;
pub mod small_disk;
