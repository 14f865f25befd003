//! What an operator sees of the running server: metrics, traces, the log, a line for each request.

pub mod logging;
pub mod metrics;
pub mod request_log;
pub mod trace;
