//! That the dashboard and the alerts speak of what is there.

mod monitoring;
mod promql;
