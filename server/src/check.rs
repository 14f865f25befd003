//! `ashlink-server check`: would this server start and serve, or does the one that runs? What is
//! wrong is said with what mends it. Nothing is changed, made or logged.

mod address;
mod report;
mod running;
mod settings;
mod store;

pub use report::{Finding, Level, Report};
pub use running::ready;

use crate::settings::Settings;
use crate::site::NoPage;

/// Looks at everything that a start looks at, and at the server that may run already; `page` is
/// what was said of the page in this binary.
pub async fn everything(settings: &Settings, page: Result<(), NoPage>) -> Report {
    let mut report = Report::default();
    settings::look(settings, page, &mut report);
    let runs = address::look(settings, &mut report).await;
    store::look(settings, runs, &mut report).await;
    report
}

#[cfg(test)]
mod tests;
