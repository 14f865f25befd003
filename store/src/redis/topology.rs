//! Which servers hold the secrets, and having scripts run there: one server, one behind Sentinels, or
//! a Cluster, over TCP, TLS or a socket file.
//!
//! The driver (`redis`) carries commands and replies, over one connection each; its client for Clusters
//! is not used, because its retries repeat what must not be repeated. It sends any command again, up to
//! sixteen times, whose connection broke or whose reply did not come whole (`RetryMethod::Reconnect`),
//! although a server may have run it: a claim that has run finds its view spent the second time, and
//! nobody gets the secret. It cannot be told which commands may be repeated, and without retries it
//! does not follow `MOVED` and `ASK` either. Here a call is sent again only after a reply, or a failure
//! to connect, that says that it has not run (`link.rs`); after everything else the answer is that the
//! outcome is unknown (`failure.rs`). Its client for Sentinels asks one after the other, so that a dead
//! one costs its time-out, and does not notice that the master has changed (`sentinel.rs`, `node.rs`).

pub(super) mod cluster;
pub(super) mod connect;
pub(super) mod failure;
pub(super) mod link;
pub(super) mod node;
pub(super) mod script;
pub(super) mod sentinel;
pub(super) mod slots;
pub(super) mod tls;
pub(super) mod url;
